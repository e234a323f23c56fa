package redoubt.hardware;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// Compares an adapter's header with its model's, matrix by matrix. llama.cpp looks at two of the
/// sizes only and ends the process where the others do not match, so everything that it multiplies
/// is checked here. Sources: `llama_adapter_lora_init_impl`, `build_lora_mm`, `build_lora_mm_id`
/// and `build_inp_embd` of llama.cpp 0.5.0.
final class AdapterFiles {
    private static final String A = ".lora_a";
    private static final String B = ".lora_b";
    private static final String EMBEDDING = "token_embd.weight";
    private static final Set<GgmlType> FORMATS =
            EnumSet.of(GgmlType.F32, GgmlType.F16, GgmlType.BF16, GgmlType.Q8_0);

    private AdapterFiles() {}

    private static final class Misfit extends Exception {
        private static final long serialVersionUID = 1L;
        private final AdapterReading.Reason reason;

        Misfit(AdapterReading.Reason reason, String what) {
            super(what, null, false, false);
            this.reason = reason;
        }
    }

    private static final class Pair {
        private @Nullable TensorFacts a;
        private @Nullable TensorFacts b;
    }

    static AdapterReading read(Path file, GgufHeader model) throws IOException {
        GgufShard shard;
        try {
            shard = GgufFiles.shard(file);
        } catch (MalformedGguf wrong) {
            return new AdapterReading.Refused(
                    AdapterReading.Reason.UNREADABLE, GgufFiles.sentence(file, wrong));
        }
        try {
            float alpha = checkKind(shard.metadata(), model);
            Map<String, Pair> pairs = pairs(shard.tensors());
            Map<String, TensorFacts> matrices = new HashMap<>();
            model.tensors().forEach(tensor -> matrices.put(tensor.name(), tensor));
            long rankMax = 0;
            for (Map.Entry<String, Pair> pair : pairs.entrySet()) {
                rankMax = Math.max(rankMax, rank(pair.getKey(), pair.getValue(), matrices));
            }
            long bytes = shard.tensors().stream().mapToLong(TensorFacts::bytes).sum();
            String name =
                    GgufHeader.shownName(shard.metadata())
                            .orElseGet(() -> String.valueOf(file.getFileName()));
            return new AdapterHeader(name, alpha, new ArrayList<>(pairs.keySet()), rankMax, bytes);
        } catch (Misfit misfit) {
            return new AdapterReading.Refused(misfit.reason, sentence(file, misfit, model));
        }
    }

    /// Alpha, when everything that the file says about itself is as it must be.
    private static float checkKind(SortedMap<String, Object> metadata, GgufHeader model)
            throws Misfit {
        if (!"adapter".equals(metadata.get("general.type"))) {
            throw new Misfit(
                    AdapterReading.Reason.NOT_AN_ADAPTER,
                    "it does not say of itself that it is an adapter (general.type)");
        }
        if (!"lora".equals(metadata.get("adapter.type"))) {
            throw new Misfit(
                    AdapterReading.Reason.OTHER_KIND,
                    "it is an adapter, but not of the kind LoRA (adapter.type)");
        }
        if (metadata.keySet().stream().anyMatch(key -> key.startsWith("adapter.alora."))) {
            throw new Misfit(
                    AdapterReading.Reason.OTHER_KIND,
                    "it wants to be switched on by certain tokens (aLoRA), which this version does not do");
        }
        if (!model.architecture().equals(metadata.get("general.architecture"))) {
            throw new Misfit(
                    AdapterReading.Reason.OTHER_ARCHITECTURE,
                    "it is for models of the architecture %s, and %s is of %s"
                            .formatted(
                                    metadata.getOrDefault("general.architecture", "(not said)"),
                                    model.name(),
                                    model.architecture()));
        }
        Object alpha = metadata.getOrDefault("adapter.lora.alpha", 0f);
        if (!(alpha instanceof Float number) || !Float.isFinite(number)) {
            throw new Misfit(
                    AdapterReading.Reason.MALFORMED,
                    "its alpha is not a number of 32 bits (adapter.lora.alpha)");
        }
        return number;
    }

    private static Map<String, Pair> pairs(List<TensorFacts> tensors) throws Misfit {
        Map<String, Pair> pairs = new LinkedHashMap<>();
        for (TensorFacts tensor : tensors) {
            String name = tensor.name();
            if (name.endsWith(A)) {
                of(pairs, name, A).a = tensor;
            } else if (name.endsWith(B)) {
                of(pairs, name, B).b = tensor;
            } else {
                throw new Misfit(
                        AdapterReading.Reason.OTHER_KIND,
                        "it changes %s as a whole, which would be left out, so that the answers would not be the adapter's"
                                .formatted(name));
            }
            if (!FORMATS.contains(tensor.type())) {
                throw new Misfit(
                        AdapterReading.Reason.MALFORMED,
                        "%s is stored as %s, and an adapter's weights are F32, F16, BF16 or Q8_0"
                                .formatted(name, tensor.type()));
            }
        }
        if (pairs.isEmpty()) {
            throw new Misfit(AdapterReading.Reason.MALFORMED, "there are no weights in it");
        }
        return pairs;
    }

    private static Pair of(Map<String, Pair> pairs, String name, String suffix) {
        return pairs.computeIfAbsent(
                name.substring(0, name.length() - suffix.length()), _ -> new Pair());
    }

    private static long rank(String name, Pair pair, Map<String, TensorFacts> matrices)
            throws Misfit {
        TensorFacts a = pair.a;
        TensorFacts b = pair.b;
        if (a == null || b == null) {
            throw new Misfit(
                    AdapterReading.Reason.MALFORMED,
                    "of %s it has only one half, without %s"
                            .formatted(name, a == null ? "lora_a" : "lora_b"));
        }
        TensorFacts matrix = matrices.get(name);
        if (matrix == null || matrix.dimensions().size() < 2) {
            throw new Misfit(
                    AdapterReading.Reason.OTHER_MODEL,
                    "it changes the matrix %s, which this model does not have".formatted(name));
        }
        if (matrix.type() == GgmlType.NVFP4) {
            throw new Misfit(
                    AdapterReading.Reason.OTHER_MODEL,
                    "it changes %s, which this model stores as NVFP4, and no adapter can be added to that"
                            .formatted(name));
        }
        boolean embedding = name.equals(EMBEDDING);
        if (embedding && !matrices.containsKey("output.weight")) {
            throw new Misfit(
                    AdapterReading.Reason.OTHER_MODEL,
                    "it changes the token embedding, which this model uses at its other end too, and there it could not be applied");
        }
        // A is [in, rank] and B [rank, out]; of the token embedding A is [rank, tokens].
        long rankOfA = size(a, embedding ? 0 : 1);
        long rankOfB = size(b, 0);
        long in = embedding ? size(b, 1) : size(a, 0);
        long out = embedding ? size(a, 1) : size(b, 1);
        boolean fits =
                in == size(matrix, 0)
                        && out == size(matrix, 1)
                        && sameBeyond(a, matrix)
                        && sameBeyond(b, matrix);
        if (!fits) {
            throw new Misfit(
                    AdapterReading.Reason.OTHER_MODEL,
                    "for %s, which is %s here, it has %s and %s"
                            .formatted(name, matrix.dimensions(), a.dimensions(), b.dimensions()));
        }
        if (rankOfA != rankOfB) {
            throw new Misfit(
                    AdapterReading.Reason.MALFORMED,
                    "the halves of %s are of rank %d and %d".formatted(name, rankOfA, rankOfB));
        }
        return rankOfA;
    }

    // Experts are the third size; anything further is 1.
    private static boolean sameBeyond(TensorFacts half, TensorFacts matrix) {
        return size(half, 2) == size(matrix, 2) && size(half, 3) == size(matrix, 3);
    }

    private static long size(TensorFacts tensor, int dimension) {
        return dimension < tensor.dimensions().size() ? tensor.dimensions().get(dimension) : 1;
    }

    private static String sentence(Path file, Misfit misfit, GgufHeader model) {
        String meaning =
                switch (misfit.reason) {
                    case UNREADABLE, MALFORMED ->
                            "The file is damaged or was made to do harm, so nothing was loaded and"
                                    + " no native code has seen it. Convert it again with a current"
                                    + " converter.";
                    case NOT_AN_ADAPTER ->
                            "Nothing was loaded. Give a LoRA adapter in GGUF form; a model is opened"
                                    + " as a model.";
                    case OTHER_KIND ->
                            "Nothing was loaded. Train or convert it as a plain LoRA adapter, or"
                                    + " merge it into the model before the conversion.";
                    case OTHER_ARCHITECTURE, OTHER_MODEL ->
                            "It was trained for another model than %s, so nothing was loaded. Use it with its own model, or get the adapter for this one."
                                    .formatted(GgufFiles.printable(model.name()));
                };
        return "The adapter %s is refused: %s. %s"
                .formatted(
                        GgufFiles.printable(file.getFileName()),
                        GgufFiles.printable(misfit.getMessage()),
                        meaning);
    }
}
