package redoubt.engine.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import redoubt.engine.client.AdapterFacts;
import redoubt.engine.client.AdapterResult;
import redoubt.engine.client.AdapterUse;
import redoubt.engine.client.ChatOptions;
import redoubt.engine.client.Constraint;
import redoubt.engine.client.Conversion;
import redoubt.engine.client.ConversionResult;
import redoubt.engine.client.EmbedRequest;
import redoubt.engine.client.FinishReason;
import redoubt.engine.client.GenerationEvent;
import redoubt.engine.client.GenerationRequest;
import redoubt.engine.client.Guessed;
import redoubt.engine.client.Owner;
import redoubt.engine.client.Prompt;
import redoubt.engine.client.RerankRequest;
import redoubt.engine.client.SamplingParameters;
import redoubt.engine.client.Timings;
import redoubt.engine.client.TokenChance;
import redoubt.engine.client.Usage;

class FramesTest {
    private static final ToEngine GENERATE =
            new ToEngine.Generate(
                    7,
                    new GenerationRequest(
                            "r1",
                            new Owner("anna", "anna/internal", Owner.Priority.BATCH),
                            new Prompt.Chat(
                                    "[{\"role\":\"user\",\"content\":\"häh 😀\"}]",
                                    "[]",
                                    new ChatOptions(
                                            ChatOptions.ToolChoice.REQUIRED,
                                            true,
                                            "{\"enable_thinking\":false}")),
                            SamplingParameters.defaults().withLogitBias(Map.of(3, -1.5f)),
                            12,
                            List.of("\n\n", "END"),
                            0xFFFF_FFFFL,
                            new Constraint.JsonSchema("{}"),
                            20,
                            List.of(new AdapterUse("legal", 0.5f, "ab".repeat(32))),
                            true));

    private static ByteArrayInputStream stream(byte[] bytes) {
        return new ByteArrayInputStream(bytes);
    }

    private static byte[] frame(Object body) throws IOException {
        byte[] bytes = new CBORMapper().writeValueAsBytes(body);
        return ByteBuffer.allocate(4 + bytes.length).putInt(bytes.length).put(bytes).array();
    }

    @Nested
    class A_message {
        @Test
        void arrives_as_it_was_sent() throws IOException {
            List<ToEngine> there =
                    List.of(
                            new ToEngine.Open(
                                    "/n", "/m.gguf", "/d.gguf", "haswell", 2, 0, 8, 2048, 512,
                                    1L << 40),
                            GENERATE,
                            new ToEngine.Cancel(7),
                            new ToEngine.Convert(
                                    9, new Conversion.Tokenize("häh 😀", true, false, true)),
                            new ToEngine.Convert(
                                    10, new Conversion.Detokenize(List.of(0, Integer.MAX_VALUE))),
                            new ToEngine.Convert(11, new Conversion.Render("[]")),
                            new ToEngine.Look(12),
                            new ToEngine.ComputeWith(1),
                            new ToEngine.LoadAdapter(13, "legal", "/adapters/legal.gguf"),
                            new ToEngine.UnloadAdapter(14, "legal"),
                            new ToEngine.Embed(
                                    15,
                                    new EmbedRequest(
                                            "r",
                                            Owner.interactive("a"),
                                            List.of(
                                                    new Prompt.Text("a"),
                                                    new Prompt.Tokens(List.of(1, 2))),
                                            true)),
                            new ToEngine.Rerank(
                                    16,
                                    new RerankRequest(
                                            "r",
                                            Owner.interactive("a"),
                                            "query",
                                            List.of("one", "two"),
                                            false)),
                            new ToEngine.ProbeSeal(8, "/outside"));
            for (ToEngine message : there) {
                assertEquals(message, Frames.readAtEngine(stream(Frames.encode(message))).get());
            }
            List<GenerationEvent> events =
                    List.of(
                            new GenerationEvent.Queued(3, 1500),
                            new GenerationEvent.Progress(512, 8000),
                            new GenerationEvent.Reasoning("hm", 1),
                            new GenerationEvent.ToolCall(0, "c1", "look_up", "{\"a\"", 9),
                            new GenerationEvent.Started(10, 4),
                            new GenerationEvent.Text(
                                    "é",
                                    2,
                                    List.of(
                                            new TokenChance(
                                                    5,
                                                    List.of((byte) 0xC3, (byte) 0xA9),
                                                    -0.25f,
                                                    List.of(
                                                            new TokenChance(
                                                                    5,
                                                                    List.of((byte) 1),
                                                                    -0.25f,
                                                                    List.of()))))),
                            new GenerationEvent.Finished(
                                    FinishReason.STOP_SEQUENCE,
                                    "END",
                                    new Usage(1, 2, 3, new Guessed(4, 3, 2, 1)),
                                    new Timings(1.5, 2.5, 3.5)),
                            new GenerationEvent.Failed("engine_failed", "Why."));
            for (GenerationEvent event : events) {
                FromEngine message = new FromEngine.Happened(9, event);
                assertEquals(message, Frames.readAtGateway(stream(Frames.encode(message))).get());
            }
        }

        @Test
        void about_a_conversion_arrives_as_it_was_sent() throws IOException {
            List<ConversionResult> results =
                    List.of(
                            new ConversionResult.Tokenized(List.of(1, 2), List.of()),
                            new ConversionResult.Detokenized("é"),
                            new ConversionResult.Rendered("<s>", 1),
                            new ConversionResult.Refused("token_out_of_range", "Why."));
            for (ConversionResult result : results) {
                FromEngine message = new FromEngine.Converted(9, result);
                assertEquals(message, Frames.readAtGateway(stream(Frames.encode(message))).get());
            }
            for (AdapterResult result :
                    List.of(
                            new AdapterResult.Loaded(
                                    new AdapterFacts(
                                            "legal",
                                            "Legal 7",
                                            16,
                                            64,
                                            1 << 20,
                                            "fits",
                                            "ab".repeat(32))),
                            new AdapterResult.Unloaded("legal", 2),
                            new AdapterResult.Refused("name_taken", "Why."))) {
                FromEngine message = new FromEngine.AdapterChanged(9, result);
                assertEquals(message, Frames.readAtGateway(stream(Frames.encode(message))).get());
            }
            FromEngine pieces =
                    new FromEngine.Converted(
                            9,
                            new ConversionResult.Tokenized(
                                    List.of(7), List.of(new byte[] {(byte) 0xE2})));
            FromEngine.Converted read =
                    (FromEngine.Converted)
                            Frames.readAtGateway(stream(Frames.encode(pieces))).get();
            assertArrayEquals(
                    new byte[] {(byte) 0xE2},
                    ((ConversionResult.Tokenized) read.result()).pieces().getFirst());
        }

        @Test
        void is_followed_by_the_next() throws IOException {
            byte[] one = Frames.encode(GENERATE);
            byte[] two = Frames.encode(new ToEngine.Cancel(7));
            var both =
                    stream(ByteBuffer.allocate(one.length + two.length).put(one).put(two).array());
            assertEquals(GENERATE, Frames.readAtEngine(both).get());
            assertEquals(new ToEngine.Cancel(7), Frames.readAtEngine(both).get());
            assertTrue(Frames.readAtEngine(both).isEmpty());
        }

        @Test
        void that_is_too_long_is_not_sent() {
            ToEngine huge = new ToEngine.ProbeSeal(1, "x".repeat(Frames.BODY_BYTES_MAX));
            assertThrows(ProtocolException.class, () -> Frames.encode(huge));
        }
    }

    @Nested
    class A_frame_that_is_not_one {
        private void refused(byte[] bytes) {
            assertThrows(ProtocolException.class, () -> Frames.readAtEngine(stream(bytes)));
        }

        @Test
        void is_refused_when_its_length_is_out_of_bounds() {
            refused(new byte[] {0, 0, 0, 0});
            refused(new byte[] {(byte) 0x80, 0, 0, 0, 1});
            refused(new byte[] {0x7F, -1, -1, -1, 1});
        }

        @Test
        void is_refused_when_it_ends_early() throws IOException {
            byte[] whole = Frames.encode(GENERATE);
            for (int length = 1; length < whole.length; length++) {
                refused(Arrays.copyOf(whole, length));
            }
        }

        @Test
        void is_refused_for_unknown_missing_or_wrong_fields() throws IOException {
            refused(frame(Map.of("message", "cancel")));
            refused(frame(Map.of("message", "nothing", "id", 1)));
            refused(frame(Map.of("id", 1)));
            refused(frame(Map.of("message", "cancel", "id", 1, "more", 2)));
            refused(frame(Map.of("message", "cancel", "id", "1")));
            refused(frame(Map.of("message", "cancel", "id", 1.5)));
            Map<String, Object> none = new LinkedHashMap<>();
            none.put("message", "cancel");
            none.put("id", null);
            refused(frame(none));
            refused(frame(List.of(1)));
            refused(frame("cancel"));
        }

        @Test
        void is_refused_for_a_conversion_that_lacks_something() throws IOException {
            refused(conversion(Map.of("kind", "detokenize")));
            refused(conversion(Map.of("kind", "detokenize", "tokens", List.of("1"))));
            refused(conversion(Map.of("kind", "detokenize", "tokens", List.of(1L << 40))));
            refused(conversion(Map.of("kind", "detokenize", "tokens", Arrays.asList(1, null))));
            refused(conversion(Map.of("kind", "render", "messagesJson", List.of())));
            refused(conversion(Map.of("kind", "tokenize", "text", "x")));
            refused(conversion(Map.of("kind", "translate", "text", "x")));
        }

        private byte[] conversion(Map<String, Object> what) throws IOException {
            return frame(Map.of("message", "convert", "id", 1, "conversion", what));
        }

        @Test
        void is_refused_for_values_that_the_request_forbids() throws IOException {
            byte[] frame = Frames.encode(GENERATE);
            String text = new String(frame, java.nio.charset.StandardCharsets.ISO_8859_1);
            int at = text.indexOf("anna/internal");
            // An empty tenant: the text's length byte becomes zero and its bytes go.
            byte[] cut = new byte[frame.length - 13];
            System.arraycopy(frame, 0, cut, 0, at);
            System.arraycopy(frame, at + 13, cut, at, frame.length - at - 13);
            cut[at - 1] = 0x60;
            ByteBuffer.wrap(cut).putInt(0, cut.length - 4);
            refused(cut);
        }

        @Test
        void never_does_anything_but_be_refused_or_read() throws IOException {
            long seed = 42;
            System.out.println("seed " + seed);
            Random random = new Random(seed);
            byte[] good = Frames.encode(GENERATE);
            int refusals = 0;
            for (int round = 0; round < 5000; round++) {
                byte[] bad = good.clone();
                for (int change = 0; change <= random.nextInt(3); change++) {
                    bad[4 + random.nextInt(bad.length - 4)] = (byte) random.nextInt(256);
                }
                try {
                    assertFalse(Frames.readAtEngine(stream(bad)).isEmpty());
                } catch (ProtocolException refused) {
                    refusals++;
                }
            }
            assertTrue(refusals > 1000, "only " + refusals);
        }
    }
}
