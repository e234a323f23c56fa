package redoubt.appliance.engines;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
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
import redoubt.hardware.ProbeLaunch;
import redoubt.hardware.VariantProbe;
import redoubt.hardware.VariantReport;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Event;

/// One load of a model: the header is checked, memory found beside the other engines, the CPU
/// variant chosen, then the weights are measured while an engine loads them, and the record notes
/// both. Runs on the thread of the engine's keeper.
final class ModelLoading {
    private static final int CONTEXT_TOKENS_MAX = 16_384;
    private static final int CONTEXT_TOKENS_MIN = 256;
    private static final int BATCH_COMPUTED = 512;

    private final KnownModel model;
    private final EngineParts parts;

    /// A model in memory, with what it holds there. Closing it ends the engine, then gives the
    /// memory back.
    record Loaded(EngineState.Ready ready, MemoryLedger.Reservation reservation)
            implements AutoCloseable {
        @Override
        public void close() {
            try {
                ready.engine().close();
            } finally {
                reservation.close();
            }
        }
    }

    ModelLoading(KnownModel model, EngineParts parts) {
        this.model = model;
        this.parts = parts;
    }

    /// The header of a model file.
    static GgufHeader header(Path file) throws IOException, RefusedModelException {
        return switch (GgufHeader.read(file)) {
            case GgufHeader read -> read;
            case GgufReading.Refused refused ->
                    throw new RefusedModelException(
                            refused.reason().name().toLowerCase(Locale.ROOT), refused.sentence());
        };
    }

    /// The context that a model is given where there is memory for it.
    static ContextWanted wanted(GgufHeader header) {
        long trained = header.contextTokensTrained();
        int tokens = (int) Math.max(1, Math.min(trained <= 0 ? 4096 : trained, CONTEXT_TOKENS_MAX));
        return new ContextWanted(tokens, 1, BATCH_COMPUTED, Math.min(tokens, CONTEXT_TOKENS_MIN));
    }

    /// @param why for the record: what the model is loaded for
    Loaded load(String why)
            throws IOException, RefusedModelException, EngineStartException, InterruptedException {
        GgufHeader header = header(model.file());
        Drafting draft = Drafting.of(model, header, parts);
        var found = parts.room().find(model.id(), header, wanted(header).withDraft(draft.header()));
        boolean loaded = false;
        try {
            EngineState.Ready ready = load(header, draft, found, why);
            loaded = true;
            return new Loaded(ready, found.reservation());
        } finally {
            if (!loaded) found.reservation().close();
        }
    }

    private EngineState.Ready load(
            GgufHeader header, Drafting draft, MemoryLedger.Outcome.Reserved found, String why)
            throws IOException, EngineStartException, InterruptedException {
        Host host = Host.detect(Path.of("/"));
        VariantReport variant = variant(header, host);
        try (Measuring measuring = Measuring.begin(header.shards());
                Drafting.Measured drafting = draft.measure()) {
            parts.progress().accept("Loading the model " + header.name() + " …");
            EngineProcess engine =
                    EngineProcess.start(
                            launch(
                                            EngineSettings.of(
                                                            variant.chosen(), host.cores().usable())
                                                    .withContextTokens(found.contextTokens()))
                                    .withDraft(draft.file()));
            found.reservation().takenBy(engine.pid());
            boolean noted = false;
            try {
                WeightMeasure measure = measuring.finish();
                LoadedModel.Draft guesses = drafting.finish();
                long at = note(header, engine.ready(), measure, guesses, why);
                if (engine.ready().purpose() == EngineFacts.Purpose.GENERATION)
                    parts.home().parked().keepFor(engine, measure.sha256());
                noted = true;
                return new EngineState.Ready(
                        engine,
                        new LoadedModel(
                                model.id(),
                                header.name(),
                                measure.sha256(),
                                at,
                                found.reservation().plannedBytes(),
                                guesses,
                                String.valueOf(parts.home().nativeDir().getFileName()),
                                engine.ready()),
                        new EngineAdapters(model, engine, parts.adapters(), parts.record()));
            } finally {
                if (!noted) engine.close();
            }
        }
    }

    private EngineLaunch launch(EngineSettings settings) {
        EngineHome home = parts.home();
        return new EngineLaunch(
                home.javaHome(),
                home.modulePath(),
                home.nativeDir(),
                model.file(),
                home.runDir(),
                settings,
                AotCache.asLaunched());
    }

    private VariantReport variant(GgufHeader header, Host host) throws IOException {
        parts.progress().accept("Choosing the CPU variant of the library …");
        return VariantProbe.choose(
                ProbeLaunch.of(
                        parts.home().javaHome(),
                        parts.home().modulePath(),
                        parts.home().nativeDir(),
                        header.types(),
                        host.cores().usable()),
                host,
                parts.home().profiles());
    }

    private long note(
            GgufHeader header,
            EngineFacts facts,
            WeightMeasure measure,
            LoadedModel.@Nullable Draft draft,
            String why)
            throws IOException {
        TreeMap<String, String> said = new TreeMap<>();
        said.put("loaded_for", why);
        said.put("architecture", facts.architecture());
        said.put("quantisation", facts.quantisation());
        said.put("shards", String.valueOf(measure.shards().size()));
        said.put("library", facts.libraryVersion());
        said.put("cpu_variant", facts.cpuVariant());
        said.put("threads", String.valueOf(facts.threads()));
        said.put("context_tokens", String.valueOf(facts.contextTokens()));
        said.put("memory_limit_bytes", String.valueOf(facts.memoryLimitBytes()));
        said.put("sequences", String.valueOf(facts.sequencesMax()));
        said.put("template_origin", facts.templateOrigin());
        said.put("template_sha256", facts.templateSha256());
        said.put("tokenizer_sha256", facts.tokenizerSha256());
        if (draft != null && facts.draft() != null) {
            said.put("draft", draft.id());
            said.put("draft_name", facts.draft().name());
            said.put("draft_sha256", draft.sha256());
            said.put("draft_quantisation", facts.draft().quantisation());
        }
        said.put("engine_seal", String.join(" ", facts.seal()));
        return parts.record()
                .noteOwn(new Event.ModelLoaded(header.name(), Bytes.ofHex(measure.sha256()), said))
                .sequence();
    }
}
