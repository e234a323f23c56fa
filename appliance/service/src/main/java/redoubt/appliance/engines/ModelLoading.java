package redoubt.appliance.engines;

import java.io.IOException;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.function.Consumer;
import redoubt.appliance.record.SiteRecord;
import redoubt.engine.client.AotCache;
import redoubt.engine.client.EngineFacts;
import redoubt.engine.client.EngineLaunch;
import redoubt.engine.client.EngineProcess;
import redoubt.engine.client.EngineSettings;
import redoubt.engine.client.EngineStartException;
import redoubt.engine.client.WeightMeasure;
import redoubt.hardware.ContextWanted;
import redoubt.hardware.GgufHeader;
import redoubt.hardware.GgufReading;
import redoubt.hardware.Host;
import redoubt.hardware.MemoryPlan;
import redoubt.hardware.MemoryVerdict;
import redoubt.hardware.ProbeLaunch;
import redoubt.hardware.VariantProbe;
import redoubt.hardware.VariantReport;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Event;

/// One load of the model: the header is checked, the memory planned, the CPU variant chosen, then
/// the weights are measured while an engine loads them, and the record notes both. Runs on the
/// supervisor's thread.
final class ModelLoading {
    private static final int CONTEXT_TOKENS_MAX = 16_384;
    private static final int CONTEXT_TOKENS_MIN = 256;
    private static final int BATCH_COMPUTED = 512;

    private final ModelSource source;
    private final SiteRecord record;
    private final Consumer<String> progress;

    /// The model is not for this appliance.
    static final class RefusedModelException extends Exception {
        private static final long serialVersionUID = 1L;
        private final String code;

        RefusedModelException(String code, String sentence) {
            super(sentence);
            this.code = code;
        }

        String code() {
            return code;
        }
    }

    ModelLoading(ModelSource source, SiteRecord record, Consumer<String> progress) {
        this.source = source;
        this.record = record;
        this.progress = progress;
    }

    EngineState.Ready load()
            throws IOException, RefusedModelException, EngineStartException, InterruptedException {
        GgufHeader header =
                switch (GgufHeader.read(source.file())) {
                    case GgufHeader read -> read;
                    case GgufReading.Refused refused ->
                            throw new RefusedModelException(
                                    refused.reason().name().toLowerCase(java.util.Locale.ROOT),
                                    refused.sentence());
                };
        Host host = Host.detect(Path.of("/"));
        int contextTokens = plannedContext(header, host);
        VariantReport variant = variant(header, host);
        try (Measuring measuring = Measuring.begin(header.shards())) {
            return load(header, host, contextTokens, variant, measuring);
        }
    }

    private EngineState.Ready load(
            GgufHeader header,
            Host host,
            int contextTokens,
            VariantReport variant,
            Measuring measuring)
            throws IOException, EngineStartException, InterruptedException {
        progress.accept("Loading the model " + header.name() + " …");
        EngineProcess engine =
                EngineProcess.start(
                        new EngineLaunch(
                                source.javaHome(),
                                source.modulePath(),
                                source.nativeDir(),
                                source.file(),
                                source.runDir(),
                                EngineSettings.of(variant.chosen(), host.cores().usable())
                                        .withContextTokens(contextTokens),
                                AotCache.asLaunched()));
        boolean noted = false;
        try {
            WeightMeasure measure = measuring.finish();
            long at = note(header, engine.ready(), measure);
            noted = true;
            return new EngineState.Ready(
                    engine,
                    new LoadedModel(
                            source.id(), header.name(), measure.sha256(), at, engine.ready()));
        } finally {
            if (!noted) engine.close();
        }
    }

    private static int plannedContext(GgufHeader header, Host host) throws RefusedModelException {
        long trained = header.contextTokensTrained();
        int wanted = (int) Math.max(1, Math.min(trained <= 0 ? 4096 : trained, CONTEXT_TOKENS_MAX));
        return switch (MemoryPlan.of(
                header,
                new ContextWanted(wanted, 1, BATCH_COMPUTED, Math.min(wanted, CONTEXT_TOKENS_MIN)),
                host)) {
            case MemoryVerdict.Fits _ -> wanted;
            case MemoryVerdict.FitsWith with -> with.contextTokens();
            case MemoryVerdict.DoesNotFit not ->
                    throw new RefusedModelException("does_not_fit", not.sentence());
        };
    }

    private VariantReport variant(GgufHeader header, Host host) throws IOException {
        progress.accept("Choosing the CPU variant of the library …");
        return VariantProbe.choose(
                ProbeLaunch.of(
                        source.javaHome(),
                        source.modulePath(),
                        source.nativeDir(),
                        header.types(),
                        host.cores().usable()),
                host,
                source.profiles());
    }

    private long note(GgufHeader header, EngineFacts facts, WeightMeasure measure)
            throws IOException {
        TreeMap<String, String> said = new TreeMap<>();
        said.put("architecture", facts.architecture());
        said.put("quantisation", facts.quantisation());
        said.put("shards", String.valueOf(measure.shards().size()));
        said.put("library", facts.libraryVersion());
        said.put("cpu_variant", facts.cpuVariant());
        said.put("threads", String.valueOf(facts.threads()));
        said.put("context_tokens", String.valueOf(facts.contextTokens()));
        said.put("sequences", String.valueOf(facts.sequencesMax()));
        said.put("template_origin", facts.templateOrigin());
        said.put("template_sha256", facts.templateSha256());
        said.put("tokenizer_sha256", facts.tokenizerSha256());
        said.put("engine_seal", String.join(" ", facts.seal()));
        return record.noteOwn(
                        new Event.ModelLoaded(header.name(), Bytes.ofHex(measure.sha256()), said))
                .sequence();
    }
}
