package redoubt.foreign.llama;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.TreeMap;

/// Builds the chain of llama.cpp samplers for [SamplingParameters], in the order of llama.cpp's own
/// server: bias, penalties, DRY, top-n-sigma, top-k, typical, top-p, min-p, XTC, temperature,
/// choice. Neutral steps are left out.
final class SamplerChain {
    private static final long KEEP_ONE = 1;

    /// Mirostat 1's window, as in its paper.
    private static final int MIROSTAT_M = 100;

    private final LlamaLibrary library;
    private final MemorySegment chain;
    private final SamplingParameters parameters;
    private final int seed;

    private SamplerChain(LlamaLibrary library, MemorySegment chain, SamplingParameters parameters) {
        this.library = library;
        this.chain = chain;
        this.parameters = parameters;
        this.seed = (int) parameters.seed();
    }

    static MemorySegment build(
            LlamaLibrary library,
            MemorySegment vocabulary,
            int vocabularySize,
            int contextTokens,
            SamplingParameters parameters) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment options =
                    library.defaults(
                            "llama_sampler_chain_default_params", Structs.SAMPLER_CHAIN, arena);
            Structs.set(options, Structs.SAMPLER_CHAIN, "no_perf", true);
            SamplerChain chain =
                    new SamplerChain(library, library.newSamplerChain(options), parameters);
            chain.addBias(vocabularySize, arena);
            chain.addPenalties(vocabulary, vocabularySize, contextTokens, arena);
            chain.addChoice(vocabularySize);
            return chain.chain;
        }
    }

    /// How many of the largest logits decide, where that is known before the chain runs; 0 when all
    /// may. Only steps that come before top-k look at all of them.
    static int candidates(SamplingParameters parameters) {
        boolean looksAtAll =
                !parameters.logitBias().isEmpty()
                        || penalises(parameters.penalties())
                        || parameters.dry().multiplier() > 0;
        if (looksAtAll) return 0;
        if (parameters.temperature() == 0f) return 1;
        if (parameters.mirostat().version() != 0 || parameters.topNSigma() > 0) return 0;
        return parameters.topK();
    }

    private static boolean penalises(SamplingParameters.Penalties penalties) {
        return penalties.repeat() != 1f
                || penalties.frequency() != 0f
                || penalties.presence() != 0f;
    }

    private void addBias(int vocabularySize, Arena arena) {
        Map<Integer, Float> biases = new TreeMap<>(parameters.logitBias());
        if (biases.isEmpty()) {
            return;
        }
        MemorySegment list = arena.allocate(Structs.LOGIT_BIAS, biases.size());
        int index = 0;
        for (Map.Entry<Integer, Float> bias : biases.entrySet()) {
            if (bias.getKey() < 0 || bias.getKey() >= vocabularySize) {
                library.samplerFree.call(chain);
                throw new IllegalArgumentException(
                        "logit bias for token %d, which this model does not have"
                                .formatted(bias.getKey()));
            }
            MemorySegment element =
                    list.asSlice(index++ * Structs.LOGIT_BIAS.byteSize(), Structs.LOGIT_BIAS);
            Structs.set(element, Structs.LOGIT_BIAS, "token", bias.getKey());
            Structs.set(
                    element, Structs.LOGIT_BIAS, "bias", Float.floatToRawIntBits(bias.getValue()));
        }
        add(library.samplerLogitBias.call(vocabularySize, biases.size(), list));
    }

    private void addPenalties(
            MemorySegment vocabulary, int vocabularySize, int contextTokens, Arena arena) {
        SamplingParameters.Penalties penalties = parameters.penalties();
        if (penalises(penalties) && penalties.lastTokens() != 0) {
            add(
                    library.samplerPenalties.call(
                            vocabularySize,
                            back(penalties.lastTokens(), contextTokens),
                            penalties.repeat(),
                            penalties.frequency(),
                            penalties.presence()));
        }
        SamplingParameters.Dry dry = parameters.dry();
        if (dry.multiplier() > 0 && dry.lastTokens() != 0) {
            MemorySegment breakers = arena.allocate(ADDRESS, Math.max(1, dry.breakers().size()));
            for (int index = 0; index < dry.breakers().size(); index++) {
                breakers.setAtIndex(ADDRESS, index, CText.of(dry.breakers().get(index), arena));
            }
            add(
                    library.samplerDry.call(
                            vocabulary,
                            dry.multiplier(),
                            dry.base(),
                            dry.allowedLength(),
                            back(dry.lastTokens(), contextTokens),
                            breakers,
                            dry.breakers().size()));
        }
    }

    private void addChoice(int vocabularySize) {
        if (parameters.temperature() == 0f) {
            add(library.samplerGreedy.call());
            return;
        }
        SamplingParameters.Mirostat mirostat = parameters.mirostat();
        if (mirostat.version() != 0) {
            add(library.samplerTemperature.call(parameters.temperature()));
            add(
                    mirostat.version() == 1
                            ? library.samplerMirostat.call(
                                    vocabularySize,
                                    seed,
                                    mirostat.tau(),
                                    mirostat.eta(),
                                    MIROSTAT_M)
                            : library.samplerMirostat2.call(seed, mirostat.tau(), mirostat.eta()));
            return;
        }
        addCuts();
        add(library.samplerTemperature.call(parameters.temperature()));
        add(library.samplerDist.call(seed));
    }

    private void addCuts() {
        if (parameters.topNSigma() > 0) {
            add(library.samplerTopNSigma.call(parameters.topNSigma()));
        }
        if (parameters.topK() > 0) {
            add(library.samplerTopK.call(parameters.topK()));
        }
        if (parameters.typicalP() < 1f) {
            add(library.samplerTypical.call(parameters.typicalP(), KEEP_ONE));
        }
        if (parameters.topP() < 1f) {
            add(library.samplerTopP.call(parameters.topP(), KEEP_ONE));
        }
        if (parameters.minP() > 0f) {
            add(library.samplerMinP.call(parameters.minP(), KEEP_ONE));
        }
        SamplingParameters.Xtc xtc = parameters.xtc();
        if (xtc.probability() > 0f) {
            add(library.samplerXtc.call(xtc.probability(), xtc.threshold(), KEEP_ONE, seed));
        }
    }

    private void add(MemorySegment sampler) {
        library.samplerChainAdd.call(chain, sampler);
    }

    private static int back(int lastTokens, int contextTokens) {
        return lastTokens < 0 ? contextTokens : Math.min(lastTokens, contextTokens);
    }
}
