package redoubt.foreign.llama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import redoubt.fixtures.TinyVocabulary;

/// Choosing tokens with a tiny model.
class SamplerTest extends TinyDecoding {
    @Nested
    class A_sampler {
        @Test
        void obeys_a_bias() {
            SamplingParameters ending =
                    new SamplingParameters(
                            1f,
                            40,
                            0.9f,
                            0.1f,
                            0.9f,
                            1.5f,
                            new SamplingParameters.Xtc(0.5f, 0.1f),
                            new SamplingParameters.Dry(0.8f, 1.75f, 2, -1, List.of("\n")),
                            new SamplingParameters.Penalties(-1, 1.1f, 0.1f, 0.1f),
                            SamplingParameters.Mirostat.OFF,
                            Map.of(TinyVocabulary.END, 1000f),
                            3);
            assertEquals(
                    List.of(TinyVocabulary.END),
                    generate(0, prompt(0, 0, tokens("End")), ending, 1));
        }

        @Test
        void chooses_among_the_likeliest_what_it_would_choose_among_all() {
            for (float temperature : new float[] {0f, 1f}) {
                for (long seed = 0; seed < 8; seed++) {
                    // A bias of nothing changes nothing, but makes the chain look at every token.
                    try (Sampler few = model.newSampler(topK(temperature, seed, Map.of()));
                            Sampler all =
                                    model.newSampler(topK(temperature, seed, Map.of(5, 0f)))) {
                        int index = prompt(0, 0, tokens("Same"));
                        for (int step = 0; step < 12; step++) {
                            int token = all.sample(context, index);
                            assertEquals(token, few.sample(context, index), "seed " + seed);
                            index = prompt(0, context.positionMax(0) + 1, token);
                        }
                    }
                    context.removeSequence(0);
                }
            }
        }

        private static SamplingParameters topK(
                float temperature, long seed, Map<Integer, Float> bias) {
            SamplingParameters plain = SamplingParameters.defaults();
            return new SamplingParameters(
                    temperature,
                    20,
                    0.95f,
                    0.05f,
                    1f,
                    0f,
                    plain.xtc(),
                    plain.dry(),
                    plain.penalties(),
                    SamplingParameters.Mirostat.OFF,
                    bias,
                    seed);
        }

        @Test
        void runs_mirostat_in_both_versions() {
            for (int version = 1; version <= 2; version++) {
                SamplingParameters steered =
                        amongAll(
                                1f,
                                SamplingParameters.Penalties.OFF,
                                new SamplingParameters.Mirostat(version, 3f, 0.1f),
                                Map.of(),
                                11);
                List<Integer> once = generate(0, prompt(0, 0, tokens("Steer")), steered, 10);
                context.removeSequence(0);
                List<Integer> again = generate(0, prompt(0, 0, tokens("Steer")), steered, 10);
                context.removeSequence(0);
                assertEquals(once, again);
            }
        }

        @Test
        void penalises_what_it_was_told_of() {
            SamplingParameters plain = SamplingParameters.greedy();
            SamplingParameters penalised =
                    amongAll(
                            0f,
                            new SamplingParameters.Penalties(64, 1f, 0f, 100f),
                            SamplingParameters.Mirostat.OFF,
                            Map.of(),
                            0);
            int last = prompt(1, 0, tokens("Again"));
            try (Sampler unbiased = model.newSampler(plain);
                    Sampler sampler = model.newSampler(penalised)) {
                int greedy = unbiased.sample(context, last);
                sampler.accept(greedy);
                assertNotEquals(greedy, sampler.sample(context, last));
                sampler.reset();
                assertEquals(greedy, sampler.sample(context, last));
            }
        }

        @Test
        void has_nothing_to_choose_from_where_no_logits_were_asked_for() {
            batch.clear();
            batch.add(TinyVocabulary.BEGIN, 0, 0, false);
            batch.add(TinyVocabulary.SPACE, 1, 0, true);
            assertEquals(DecodeResult.DONE, context.decode(batch));
            try (Sampler sampler = model.newSampler(SamplingParameters.greedy())) {
                assertThrows(NativeException.class, () -> sampler.sample(context, 0));
                assertThrows(NativeException.class, () -> sampler.sample(context, 77));
                assertTrue(sampler.sample(context, 1) >= 0);
            }
        }

        @Test
        void is_refused_for_a_token_that_the_model_does_not_have() {
            SamplingParameters biased = amongAll(1f, Map.of(99_999, 1f), 0);
            assertThrows(IllegalArgumentException.class, () -> model.newSampler(biased));
        }
    }
}
