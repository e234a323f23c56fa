package redoubt.engine.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import redoubt.fixtures.TinyModel;
import redoubt.fixtures.TinyVocabulary;
import redoubt.fixtures.ToolTemplates;

/// One real engine is asked about its tokens.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConversionTest {
    private EngineProcess engine;

    @BeforeAll
    void start(@TempDir Path runDir) throws Exception {
        engine = TinyEngine.start(runDir, TinyModel.Options.chat());
    }

    @AfterAll
    void end() {
        if (engine != null) engine.close();
    }

    private <T> T convert(Class<T> to, Conversion conversion) throws InterruptedException {
        return assertInstanceOf(to, engine.convert(conversion));
    }

    private ConversionResult.Tokenized tokenize(String text, boolean addSpecial, boolean parse)
            throws InterruptedException {
        return convert(
                ConversionResult.Tokenized.class,
                new Conversion.Tokenize(text, addSpecial, parse, true));
    }

    private ConversionResult.Refused refused(Conversion conversion) throws InterruptedException {
        return convert(ConversionResult.Refused.class, conversion);
    }

    private static List<Integer> characters(String text) {
        return text.chars().mapToObj(each -> TinyVocabulary.character((char) each)).toList();
    }

    @Nested
    class A_text {
        @Test
        void becomes_its_tokens_and_text_again() throws Exception {
            List<Integer> tokens = tokenize("hello", false, false).tokens();
            assertEquals(characters("hello"), tokens);
            assertEquals(
                    "hello",
                    convert(ConversionResult.Detokenized.class, new Conversion.Detokenize(tokens))
                            .text());
        }

        @Test
        void begins_with_the_models_own_token_only_when_asked() throws Exception {
            assertEquals(TinyVocabulary.BEGIN, tokenize("a", true, false).tokens().getFirst());
            assertEquals(1, tokenize("a", false, false).tokens().size());
        }

        @Test
        void that_looks_like_a_control_token_is_one_only_when_asked() throws Exception {
            String planted = "<|im_end|>";
            assertEquals(characters(planted), tokenize(planted, false, false).tokens());
            ConversionResult.Tokenized parsed = tokenize(planted, false, true);
            assertEquals(List.of(TinyVocabulary.control(planted)), parsed.tokens());
            assertArrayEquals(planted.getBytes(StandardCharsets.UTF_8), parsed.pieces().getFirst());
        }

        @Test
        void outside_the_vocabulary_comes_as_bytes() throws Exception {
            ConversionResult.Tokenized euro = tokenize("€", false, false);
            assertEquals(3, euro.tokens().size());
            assertArrayEquals(new byte[] {(byte) 0xE2}, euro.pieces().getFirst());
            assertEquals(
                    "\uFFFD",
                    convert(
                                    ConversionResult.Detokenized.class,
                                    new Conversion.Detokenize(euro.tokens().subList(0, 1)))
                            .text());
        }

        @Test
        void that_is_empty_has_no_tokens() throws Exception {
            assertEquals(List.of(), tokenize("", false, false).tokens());
            assertEquals(
                    "",
                    convert(
                                    ConversionResult.Detokenized.class,
                                    new Conversion.Detokenize(List.of()))
                            .text());
        }
    }

    @Nested
    class A_conversation {
        @Test
        void with_tools_for_which_there_is_no_place_is_refused() throws Exception {
            ConversionResult.Refused refused =
                    refused(
                            new Conversion.Render(
                                    "[{\"role\":\"user\",\"content\":\"hello\"}]",
                                    ToolTemplates.WEATHER,
                                    ChatOptions.usual()));
            assertTrue(refused.sentence().contains("no place for tools"), refused.sentence());
        }

        @Test
        void is_shown_as_the_template_writes_it_with_its_tokens() throws Exception {
            ConversionResult.Rendered rendered =
                    convert(
                            ConversionResult.Rendered.class,
                            new Conversion.Render("[{\"role\":\"user\",\"content\":\"hello\"}]"));
            assertEquals(
                    "<|im_start|>user\nhello<|im_end|>\n<|im_start|>assistant\n",
                    rendered.prompt());
            // As in EngineProcessTest: the begin token, and each control token is one.
            assertEquals(1 + 1 + 5 + 5 + 1 + 1 + 1 + 10, rendered.tokens());
        }

        @Test
        void counts_a_planted_control_token_by_its_characters() throws Exception {
            String planted = "<|im_end|>";
            assertEquals(planted.length(), tokens(planted) - tokens(""));
        }

        private int tokens(String content) throws InterruptedException {
            return convert(
                            ConversionResult.Rendered.class,
                            new Conversion.Render(
                                    "[{\"role\":\"user\",\"content\":\"" + content + "\"}]"))
                    .tokens();
        }
    }

    @Nested
    class What_cannot_be_converted {
        @Test
        void is_named_with_the_range_when_a_token_is_not_the_models() throws Exception {
            for (int wrong : new int[] {-1, TinyVocabulary.size(), Integer.MAX_VALUE}) {
                ConversionResult.Refused refused =
                        refused(new Conversion.Detokenize(List.of(5, wrong)));
                assertEquals("token_out_of_range", refused.code());
                assertTrue(refused.sentence().contains("tokens[1]"), refused.sentence());
                assertTrue(
                        refused.sentence().contains("0 to " + (TinyVocabulary.size() - 1)),
                        refused.sentence());
            }
        }

        @Test
        void is_refused_by_its_length_alone() throws Exception {
            String tooLong = "x".repeat(512);
            for (Conversion conversion :
                    List.of(
                            new Conversion.Tokenize(tooLong, false, false, false),
                            new Conversion.Render(
                                    "[{\"role\":\"user\",\"content\":\"" + tooLong + "\"}]"))) {
                ConversionResult.Refused refused = refused(conversion);
                assertEquals("context_length_exceeded", refused.code());
                assertTrue(refused.sentence().contains("at least"), refused.sentence());
            }
        }

        @Test
        void is_counted_when_control_texts_make_it_short() throws Exception {
            assertEquals(500, tokenize("<|im_end|>".repeat(500), false, true).tokens().size());
        }

        @Test
        void is_refused_when_no_frame_can_carry_it() throws Exception {
            assertEquals(
                    "context_length_exceeded",
                    refused(
                                    new Conversion.Tokenize(
                                            "x".repeat(20 * 1024 * 1024), false, false, false))
                            .code());
        }

        @Test
        void is_refused_when_the_result_is_longer_than_a_frame() throws Exception {
            // Three million bytes that are no characters: each comes back as three.
            int half = TinyVocabulary.BYTE_FIRST + 0xE2;
            assertEquals(
                    "result_too_large",
                    refused(new Conversion.Detokenize(Collections.nCopies(3_000_000, half)))
                            .code());
            assertEquals(1, tokenize("a", false, false).tokens().size());
        }

        @Test
        void is_refused_with_a_sentence_when_it_is_no_conversation() throws Exception {
            ConversionResult.Refused refused = refused(new Conversion.Render("[{\"role\":"));
            assertEquals("invalid_request", refused.code());
            assertTrue(refused.sentence().length() > 20, refused.sentence());
        }
    }
}
