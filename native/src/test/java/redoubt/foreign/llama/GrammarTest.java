package redoubt.foreign.llama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Grammars, with a model whose weights are random: what it says under a grammar is what the
/// grammar allows and nothing else.
class GrammarTest extends TinyDecoding {
    private record Answer(String text, boolean ended) {}

    private Answer answer(Grammar grammar, long seed, int most) {
        int index = prompt(0, 0, tokens("Say"));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        SamplingParameters hot = SamplingParameters.defaults().withTemperature(2f).withSeed(seed);
        try (Sampler sampler = model.newSampler(hot, grammar, -1)) {
            for (int step = 0; step < most; step++) {
                int token = sampler.sample(context, index);
                if (model.endsGeneration(token)) {
                    return new Answer(bytes.toString(StandardCharsets.UTF_8), true);
                }
                bytes.writeBytes(model.piece(token));
                index = prompt(0, context.positionMax(0) + 1, token);
            }
            return new Answer(bytes.toString(StandardCharsets.UTF_8), false);
        } finally {
            context.removeSequence(0);
        }
    }

    private String refusal(String gbnf) {
        return String.valueOf(
                assertThrows(NativeException.class, () -> model.grammar(gbnf)).getMessage());
    }

    @Nested
    class An_answer {
        @ParameterizedTest
        @CsvSource(
                delimiter = '~',
                textBlock =
                        """
                        root ::= "yes" | "no" ~ yes|no
                        root ::= [a-c]{2,4} "." ~ [abc]{2,4}\\.
                        root ::= ("x" [0-9]+ ","?){3} ~ (x[0-9]+,?){3}
                        root ::= [^\\x00-\\x7F]{2} ~ [\\u0080-\\x{10FFFF}]{2}
                        root ::= "" | "é" [à-ü] "€" "\\U0001F600" ~ |é[à-ü]€\\x{1F600}
                        root ::= a b?; a ::= "(" (a | "x") ")"; b ::= " " b? ~ \\(+x\\)+ *
                        root ::= ("a"?)* "b" ~ a*b
                        root ::= "a"{0} "b"{1} "c"{2,} ~ bcc+
                        root ::= "abc"{2} ~ (abc){2}
                        root ::= [\\]\\[\\-\\\\] "\\"" ~ []\\[\\\\-]"
                        root ::= [a-] . ~ (?s)[a-].
                        """)
        void fits_its_grammar(String gbnf, String expression) {
            Grammar grammar = model.grammar(gbnf.strip().replace(';', '\n'));
            Pattern wanted = Pattern.compile(expression == null ? "" : expression.strip());
            int ended = 0;
            for (long seed = 0; seed < 12; seed++) {
                Answer answer = answer(grammar, seed, 100);
                if (answer.ended()) {
                    ended++;
                    assertTrue(
                            wanted.matcher(answer.text()).matches(),
                            "seed " + seed + ": " + answer);
                }
            }
            assertTrue(ended > 0, "none of twelve answers ended");
        }

        @Test
        void takes_no_way_that_has_no_end() {
            Grammar grammar = model.grammar("root ::= [c] | [ab] dead\ndead ::= \"x\" dead");
            for (long seed = 0; seed < 12; seed++) {
                assertEquals(new Answer("c", true), answer(grammar, seed, 20));
            }
        }

        @Test
        void ends_where_nothing_can_follow() {
            Answer answer = answer(model.grammar("root ::= \"done\""), 1, 100);
            assertEquals(new Answer("done", true), answer);
        }

        @Test
        void holds_no_control_token() {
            Grammar any = model.grammar("root ::= .*");
            int index = prompt(0, 0, tokens("Say"));
            Map<Integer, Float> towardsControls =
                    IntStream.range(0, model.vocabularySize())
                            .filter(model::isControl)
                            .filter(token -> !model.endsGeneration(token))
                            .boxed()
                            .collect(Collectors.toMap(token -> token, _ -> 1000f));
            SamplingParameters pushed = amongAll(1f, towardsControls, 3);
            try (Sampler sampler = model.newSampler(pushed, any, -1)) {
                int token = sampler.sample(context, index);
                assertTrue(!model.isControl(token) || model.endsGeneration(token));
                assertEquals(1, sampler.resampled());
            }
        }

        @Test
        void is_the_same_under_each_seed_again() {
            Grammar grammar = model.grammar("root ::= [a-z]{20}");
            assertEquals(answer(grammar, 5, 40), answer(grammar, 5, 40));
        }
    }

    @Nested
    class A_grammar {
        @ParameterizedTest
        @CsvSource(
                delimiter = '~',
                quoteCharacter = '`',
                textBlock =
                        """
                        a ::= "x" ~ no rule called root
                        root ::= a ~ rule a, which it does not define
                        root ::= root "x" | "y" ~ left recursion
                        root ::= e root "x" | "y"; e ::= f; f ::= "z"? ~ left recursion
                        root ::= "x" root ~ no text of the grammar ever ends
                        root ::= "x"; root ::= "y" ~ line 2: the rule root is defined twice
                        root ::= "x ~ not closed by "
                        root ::= [a-z ~ not closed by ]
                        root ::= ("x" ~ not closed by )
                        root ::= "x"{2 ~ not closed by }
                        root ::= "x"{0,1000000} ~ more than 2000 times
                        root ::= "x"{99999999999999999999} ~ more than 2000 times
                        root ::= "x"{3,2} ~ fewer than the least
                        root ::= * ~ nothing before this
                        root ::= [] ~ a set of characters is empty
                        root ::= [z-a] ~ ends before it begins
                        root ::= "\\q" ~ escape is not known
                        root ::= "\\xZZ" ~ hexadecimal
                        root ::= "\\U00110000" ~ beyond the last character
                        root ::= <[7]> ~ single tokens
                        root = "x" ~ ::= is expected
                        root ::= "x" ) ~ begins no element
                        """)
        void is_refused_with_what_is_wrong(String gbnf, String why) {
            String sentence = refusal(gbnf.strip().replace(';', '\n'));
            assertTrue(sentence.contains(why.strip()), sentence);
        }

        @Test
        void is_refused_when_it_is_empty() {
            assertTrue(refusal("").contains("no rule called root"));
        }

        @Test
        void is_refused_when_it_nests_without_end() {
            assertTrue(refusal("root ::= " + "(".repeat(100_000)).contains("200 deep"));
        }

        @Test
        void is_refused_when_repetitions_make_it_large() {
            String gbnf = "root ::= " + "[a-z]{0,2000} ".repeat(60);
            assertTrue(refusal(gbnf).contains("more than"));
        }

        @Test
        void is_refused_when_it_is_long() {
            assertTrue(refusal("root ::= \"" + "x".repeat(600_000) + "\"").contains("512 KiB"));
        }

        @Test
        void may_be_a_long_chain_of_rules() {
            StringBuilder gbnf = new StringBuilder("root ::= r0\n");
            for (int i = 0; i < 9000; i++) {
                // Each twice: whoever follows every path never comes back.
                gbnf.append("r%d ::= r%d | r%d\n".formatted(i, i + 1, i + 1));
            }
            Grammar grammar = model.grammar(gbnf + "r9000 ::= \"y\"\n");
            assertTrue(answer(grammar, 1, 3).text().startsWith("y"));
        }
    }

    @Nested
    class A_grammar_that_explodes {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    // Each text in exponentially many ways, and each way with a stack of its own.
                    "root ::= x\nx ::= [a-z] | [a-z] x | [a-z] x x | [a-z] x x x",
                    "root ::= (a b c)*\na ::= [a-z]* b*\nb ::= [a-z]* c*\nc ::= [a-z]* [a-z]*",
                    "root ::= ([a-z]{0,1900}){0,1900}",
                    "root ::= p p p p p p p p\np ::= ([a-z] p [a-z] | [a-z] p | [a-z])*",
                })
        void ends_its_own_answer_only(String gbnf) {
            Grammar grammar = model.grammar(gbnf);
            try {
                Answer answer = answer(grammar, 3, 120);
                assertTrue(answer.text().matches("[a-z]*"), answer.text());
            } catch (NativeException tooCostly) {
                assertTrue(String.valueOf(tooCostly.getMessage()).contains("grammar"));
            }
            // The next one is not touched by it.
            assertEquals("fine", answer(model.grammar("root ::= \"fine\""), 1, 10).text());
        }
    }

    /// Sums, by the rules of the grammar that are applied by hand here.
    @Test
    void what_random_grammars_allow_is_what_they_describe() {
        long seed = Long.getLong("redoubt.seed", 20261121L);
        System.out.println("random grammars, seed " + seed);
        Random random = new Random(seed);
        int used = 0;
        for (int round = 0; round < 300; round++) {
            RandomGrammar made = RandomGrammar.of(random);
            Grammar grammar;
            try {
                grammar = model.grammar(made.gbnf());
            } catch (NativeException refused) {
                assertTrue(
                        String.valueOf(refused.getMessage())
                                .matches("(?s).*(left recursion|ever ends).*"),
                        refused + "\n" + made.gbnf());
                continue;
            }
            Answer answer;
            try {
                answer = answer(grammar, random.nextInt(1000), 20);
            } catch (NativeException ambiguous) {
                assertTrue(
                        String.valueOf(ambiguous.getMessage()).contains("4000 ways"),
                        () -> ambiguous + "\n" + made.gbnf());
                continue;
            }
            used++;
            assertTrue(
                    answer.ended()
                            ? made.matches(answer.text())
                            : made.matchesBeginning(answer.text()),
                    () -> made.gbnf() + "\ndoes not describe: " + answer + ", seed " + seed);
        }
        assertTrue(used > 50, "only %d of 300 random grammars could be used".formatted(used));
    }

    /// Bytes that are no grammar at all end in a sentence too.
    @Test
    void noise_is_refused_or_used_and_never_more() {
        Random random = new Random(7);
        String[] parts = {
            "root", " ::= ", "\n", "\"a\"", "[a-z]", "(", ")", "|", "*", "+", "?", "{2,3}", "{",
            "}", "\\", "\"", "[", "]", "^", "-", ".", "b", "b ::= ", "#x\n", "é", "\u0001", "<",
            "!", "{1999}", "0"
        };
        for (int round = 0; round < 3000; round++) {
            String gbnf =
                    (random.nextBoolean() ? "root ::= " : "")
                            + IntStream.range(0, random.nextInt(30))
                                    .mapToObj(_ -> parts[random.nextInt(parts.length)])
                                    .collect(Collectors.joining());
            try {
                Grammar grammar = model.grammar(gbnf);
                if (round % 20 == 0) {
                    Answer _ = answer(grammar, round, 5);
                }
            } catch (NativeException refused) {
                assertTrue(
                        String.valueOf(refused.getMessage()).contains("rammar")
                                || String.valueOf(refused.getMessage()).contains("form"),
                        gbnf);
            }
        }
    }

    @Test
    void the_chances_are_those_of_all_tokens() {
        int index = prompt(0, 0, tokens("Likely"));
        float[] logits = Logits.of(context, index, model.vocabularySize());
        double whole = 0;
        for (float logit : logits) {
            whole += Math.exp(logit);
        }
        double logarithm = Math.log(whole);
        int[] order =
                IntStream.range(0, logits.length)
                        .boxed()
                        .sorted((a, b) -> Float.compare(logits[b], logits[a]))
                        .mapToInt(Integer::intValue)
                        .toArray();
        for (int top : new int[] {0, 1, 20}) {
            try (Sampler sampler =
                    model.newSampler(
                            SamplingParameters.defaults().withTemperature(5f).withSeed(top),
                            null,
                            top)) {
                int token = sampler.sample(context, index);
                Chances chances = sampler.chances();
                assertEquals(logits[token] - logarithm, chances.logprob(), 1e-5);
                assertEquals(
                        Arrays.stream(order).limit(top).boxed().toList(),
                        chances.top().stream().map(Chances.Likely::token).toList());
                for (Chances.Likely likely : chances.top()) {
                    assertEquals(logits[likely.token()] - logarithm, likely.logprob(), 1e-5);
                }
            }
        }
    }
}
