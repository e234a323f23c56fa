package redoubt.hardware;

import java.util.List;

/// Adds up what a model needs in memory and compares it with what the host has to give, before
/// anything is loaded. An estimate from the header alone, made to err upwards: weights as stored,
/// keys and values at full length for every layer (a model with sliding windows takes less), the
/// compute buffers of one physical batch, the engine itself, and a margin. Source:
/// hardware-profiles.md "Memory plan"; docs/hardware.md compares with what was measured.
///
/// @param weightsBytes the model's files, which are mapped whole
/// @param cacheBytes keys and values of all sequences
/// @param computeBytes buffers of one physical batch, and the logits
/// @param engineBytes the process around the model
/// @param marginBytes what is left free on purpose
public record MemoryPlan(
        long weightsBytes, long cacheBytes, long computeBytes, long engineBytes, long marginBytes) {
    private static final int CACHE_ELEMENT_BYTES = 2;
    private static final int ACTIVATION_BYTES = 4;
    // Activations that are alive at the same time: residual, normed, projections, their sum.
    private static final int ACTIVATION_COPIES = 6;
    private static final int FEED_FORWARD_COPIES = 3;
    private static final long ENGINE_BYTES = 192L << 20;
    private static final long MARGIN_BYTES_MIN = 128L << 20;
    private static final int MARGIN_DIVISOR = 20;
    private static final int CONTEXT_STEP_TOKENS = 256;

    /// The verdict for this model, this context and this host.
    public static MemoryVerdict of(GgufHeader model, ContextWanted wanted, Host host) {
        long available = host.memory().availableBytes();
        int context = trained(model, wanted.contextTokens());
        MemoryPlan whole = plan(model, wanted, context);
        if (whole.needsBytes() <= available) {
            return new MemoryVerdict.Fits(
                    whole.needsBytes(),
                    available,
                    "%s fits: it needs %s with %s, and %s are there."
                            .formatted(
                                    name(model, wanted),
                                    Bytes.readable(whole.needsBytes()),
                                    people(context, wanted.sequences()),
                                    Bytes.readable(available)));
        }
        int least = trained(model, Math.min(context, wanted.contextTokensMin()));
        int fitting = largestThatFits(model, wanted, least, context, available);
        if (fitting == 0) {
            return refusal(model, wanted, least, available);
        }
        MemoryPlan smaller = plan(model, wanted, fitting);
        return new MemoryVerdict.FitsWith(
                fitting,
                smaller.needsBytes(),
                available,
                "%s fits with %s: that needs %s, and %s are there. The %s that were asked for would need %s."
                        .formatted(
                                name(model, wanted),
                                people(fitting, wanted.sequences()),
                                Bytes.readable(smaller.needsBytes()),
                                Bytes.readable(available),
                                people(context, wanted.sequences()),
                                Bytes.readable(whole.needsBytes())));
    }

    private static MemoryVerdict refusal(
            GgufHeader model, ContextWanted wanted, int least, long available) {
        MemoryPlan plan = plan(model, wanted, least);
        return new MemoryVerdict.DoesNotFit(
                plan.needsBytes(),
                available,
                "%s does not fit: even with %s it needs %s (weights %s, context %s, computing %s), and %s are there. Nothing was loaded. Use a smaller model or quantisation, ask for fewer sequences%s, or give the appliance more memory."
                        .formatted(
                                name(model, wanted),
                                people(least, wanted.sequences()),
                                Bytes.readable(plan.needsBytes()),
                                Bytes.readable(plan.weightsBytes()),
                                Bytes.readable(plan.cacheBytes()),
                                Bytes.readable(plan.computeBytes()),
                                Bytes.readable(available),
                                wanted.draft() == null ? "" : ", load it without its draft"));
    }

    private static String name(GgufHeader model, ContextWanted wanted) {
        GgufHeader draft = wanted.draft();
        return draft == null
                ? model.name()
                : "%s with the draft %s".formatted(model.name(), draft.name());
    }

    private static String people(int contextTokens, int sequences) {
        return "%d x %d tokens of context".formatted(sequences, contextTokens);
    }

    private static int trained(GgufHeader model, int contextTokens) {
        return (int) Math.min(contextTokens, model.contextTokensTrained());
    }

    private static int largestThatFits(
            GgufHeader model, ContextWanted wanted, int least, int most, long available) {
        int low = 0;
        int high = (most - least) / CONTEXT_STEP_TOKENS;
        if (plan(model, wanted, least).needsBytes() > available) {
            return 0;
        }
        while (low < high) {
            int middle = (low + high + 1) / 2;
            boolean fits =
                    plan(model, wanted, least + middle * CONTEXT_STEP_TOKENS).needsBytes()
                            <= available;
            low = fits ? middle : low;
            high = fits ? high : middle - 1;
        }
        return least + low * CONTEXT_STEP_TOKENS;
    }

    /// What the model, and its draft if it has one, need with this many tokens of context for each
    /// sequence.
    public static MemoryPlan plan(GgufHeader model, ContextWanted wanted, int contextTokens) {
        MemoryPlan own = alone(model, wanted, contextTokens);
        GgufHeader draft = wanted.draft();
        if (draft == null) {
            return own;
        }
        MemoryPlan second = alone(draft, wanted, trained(draft, contextTokens));
        long weights = sum(own.weightsBytes, second.weightsBytes);
        long cache = sum(own.cacheBytes, second.cacheBytes);
        long compute = sum(own.computeBytes, second.computeBytes);
        return new MemoryPlan(
                weights, cache, compute, ENGINE_BYTES, margin(weights, cache, compute));
    }

    private static long margin(long weights, long cache, long compute) {
        return Math.max(MARGIN_BYTES_MIN, sum(weights, cache, compute) / MARGIN_DIVISOR);
    }

    private static MemoryPlan alone(GgufHeader model, ContextWanted wanted, int contextTokens) {
        long weights = model.fileBytes();
        long cache =
                product(
                        cacheElementsPerToken(model),
                        CACHE_ELEMENT_BYTES,
                        contextTokens,
                        wanted.sequences());
        long embedding = fact(model, "embedding_length", 1);
        long perToken =
                sum(
                        product(embedding, ACTIVATION_COPIES),
                        product(feedForward(model), FEED_FORWARD_COPIES),
                        // Which of the cached tokens each token of a batch may look at.
                        product(contextTokens, wanted.sequences()));
        // What makes vectors is computed at once, and llama.cpp keeps room for logits of each
        // token.
        boolean pools = ModelPurpose.of(model) instanceof ModelPurpose.Pools;
        int atOnce = pools ? contextTokens : wanted.ubatchTokens();
        int outputs = pools ? contextTokens : wanted.sequences();
        long compute =
                sum(
                        product(perToken, atOnce, ACTIVATION_BYTES),
                        // The engine reads the logits of one token of each sequence.
                        product(vocabulary(model), outputs, ACTIVATION_BYTES));
        return new MemoryPlan(
                weights, cache, compute, ENGINE_BYTES, margin(weights, cache, compute));
    }

    /// All of it together; never wraps round.
    public long needsBytes() {
        return sum(weightsBytes, cacheBytes, computeBytes, engineBytes, marginBytes);
    }

    /// What a request takes besides that is computed by itself, in a cache of its own, at full
    /// length.
    public long aloneBytes() {
        return sum(cacheBytes, computeBytes);
    }

    // Keys and values of one token in all layers. Layers may differ in their heads (an array), and
    // those of a recurrent model have none.
    private static long cacheElementsPerToken(GgufHeader model) {
        long heads = fact(model, "attention.head_count", 1);
        long width = fact(model, "embedding_length", 1) / Math.max(1, heads);
        long each =
                sum(
                        fact(model, "attention.key_length", width),
                        fact(model, "attention.value_length", width));
        List<Long> byLayer = model.numbers(model.architecture() + ".attention.head_count_kv");
        if (!byLayer.isEmpty()) {
            long sum = 0;
            for (long layer : byLayer) {
                sum = sum(sum, Math.max(0, layer));
            }
            return product(sum, each);
        }
        return product(
                fact(model, "block_count", 1), fact(model, "attention.head_count_kv", heads), each);
    }

    private static long feedForward(GgufHeader model) {
        return model.numbers(model.architecture() + ".feed_forward_length").stream()
                .mapToLong(Long::longValue)
                .max()
                .orElse(fact(model, "feed_forward_length", 0));
    }

    // Rows of the matrix that turns a state into one number for each token.
    private static long vocabulary(GgufHeader model) {
        return model.tensors().stream()
                .filter(tensor -> tensor.dimensions().size() == 2)
                .filter(tensor ->
                        tensor.name().equals("output.weight")
                                || tensor.name().equals("token_embd.weight"))
                .mapToLong(tensor -> tensor.dimensions().get(1))
                .max()
                .orElse(0);
    }

    private static long fact(GgufHeader model, String key, long otherwise) {
        return Math.max(0, model.number(model.architecture() + "." + key).orElse(otherwise));
    }

    private static long product(long... factors) {
        long product = 1;
        for (long factor : factors) {
            long high = Math.multiplyHigh(product, factor);
            product *= factor;
            if (high != 0 || product < 0) {
                return Long.MAX_VALUE;
            }
        }
        return product;
    }

    private static long sum(long... terms) {
        long sum = 0;
        for (long term : terms) {
            sum += term;
            if (sum < 0) {
                return Long.MAX_VALUE;
            }
        }
        return sum;
    }
}
