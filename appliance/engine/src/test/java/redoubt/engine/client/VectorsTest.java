package redoubt.engine.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import redoubt.fixtures.TinyAdapter;
import redoubt.fixtures.TinyEmbedder;
import redoubt.fixtures.TinyEmbedder.Pooling;
import redoubt.fixtures.TinyModel;

/// Real engines of three models: one embeds, one scores, one generates.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VectorsTest {
    private static final int POSITIONS = 128;

    private EngineProcess embedder;
    private EngineProcess reranker;
    private EngineProcess generator;
    private Path folder;

    @BeforeAll
    void start(@TempDir Path runDir) throws Exception {
        folder = runDir;
        embedder = open(encoder(Pooling.MEAN));
        reranker = open(encoder(Pooling.RANK));
        generator = TinyEngine.start(runDir, TinyModel.Options.base());
    }

    @AfterAll
    void end() {
        for (EngineProcess engine : Arrays.asList(embedder, reranker, generator)) {
            if (engine != null) {
                engine.close();
            }
        }
    }

    private Path encoder(Pooling pooling) {
        return TinyEmbedder.write(folder.resolve(pooling.name() + ".gguf"), pooling, POSITIONS, 5);
    }

    private EngineProcess open(Path model) throws Exception {
        TinyEngine.nativeDir();
        return EngineProcess.start(TinyEngine.launch(folder, model, TinyEngine.settings()));
    }

    private static VectorResult embed(EngineProcess engine, boolean truncate, Prompt... inputs)
            throws Exception {
        return result(
                engine.embed(
                        new EmbedRequest(
                                "test", Owner.interactive("a"), List.of(inputs), truncate)));
    }

    private static VectorResult result(PendingVectors pending) throws Exception {
        return pending.await(Duration.ofSeconds(300)).orElseThrow();
    }

    private VectorResult.Vectors vectors(String... texts) throws Exception {
        Prompt[] inputs = Arrays.stream(texts).map(Prompt.Text::new).toArray(Prompt[]::new);
        return assertInstanceOf(VectorResult.Vectors.class, embed(embedder, false, inputs));
    }

    private VectorResult.Refused refused(VectorResult result) {
        VectorResult.Refused refused = assertInstanceOf(VectorResult.Refused.class, result);
        assertTrue(refused.sentence().length() > 40, refused.sentence());
        return refused;
    }

    private VectorResult rerank(boolean truncate, String query, String... documents)
            throws Exception {
        return result(
                reranker.rerank(
                        new RerankRequest(
                                "test",
                                Owner.interactive("a"),
                                query,
                                List.of(documents),
                                truncate)));
    }

    @Nested
    class A_text {
        @Test
        void becomes_a_vector_of_length_one() throws Exception {
            VectorResult.Vectors made = vectors("some words");
            float[] vector = made.vectors().getFirst();
            assertEquals(TinyEmbedder.WIDTH, vector.length);
            double square = 0;
            for (float number : vector) {
                square += (double) number * number;
            }
            assertEquals(1, square, 1e-5);
            assertEquals(List.of(1 + 9 + 1), made.tokens());
        }

        @Test
        void gets_the_same_vector_alone_and_among_many() throws Exception {
            float[] alone = vectors("the same").vectors().getFirst();
            String[] many = new String[100];
            Arrays.setAll(many, index -> index == 63 ? "the same" : "another " + index);
            VectorResult.Vectors among = vectors(many);
            assertEquals(100, among.vectors().size());
            // Attention in half precision rounds a little differently in each batch.
            assertEquals(1, cosine(alone, among.vectors().get(63)), 1e-4);
            assertTrue(cosine(alone, among.vectors().get(64)) < 0.999);
        }

        private static double cosine(float[] one, float[] other) {
            return IntStream.range(0, one.length).mapToDouble(at -> one[at] * other[at]).sum();
        }

        @Test
        void that_looks_like_a_control_token_is_none() throws Exception {
            assertEquals(List.of(2 + 5), vectors("[SEP]").tokens());
        }

        @Test
        void given_as_its_tokens_gets_the_same_vector() throws Exception {
            ConversionResult.Tokenized tokens =
                    assertInstanceOf(
                            ConversionResult.Tokenized.class,
                            embedder.convert(new Conversion.Tokenize("abc", true, false, false)));
            VectorResult.Vectors made =
                    assertInstanceOf(
                            VectorResult.Vectors.class,
                            embed(embedder, false, new Prompt.Tokens(tokens.tokens())));
            assertArrayEquals(
                    vectors("abc").vectors().getFirst(), made.vectors().getFirst(), 1e-3f);
        }

        @Test
        void that_fills_the_model_is_computed() throws Exception {
            assertEquals(List.of(POSITIONS), vectors("x".repeat(POSITIONS - 2)).tokens());
        }
    }

    @Nested
    class An_input_that_cannot_be_used {
        @Test
        void is_refused_by_name_with_the_limit_when_it_is_too_long() throws Exception {
            for (String text :
                    List.of("x".repeat(POSITIONS - 1), "x ".repeat(1_000_000), "y".repeat(99999))) {
                VectorResult.Refused refused =
                        refused(
                                embed(
                                        embedder,
                                        false,
                                        new Prompt.Text("short"),
                                        new Prompt.Text(text)));
                assertEquals("input_too_long", refused.code());
                assertTrue(refused.sentence().contains("input[1]"), refused.sentence());
                assertTrue(refused.sentence().contains("128"), refused.sentence());
            }
        }

        @Test
        void is_cut_when_that_was_asked_for() throws Exception {
            VectorResult.Vectors made =
                    assertInstanceOf(
                            VectorResult.Vectors.class,
                            embed(
                                    embedder,
                                    true,
                                    new Prompt.Text("x".repeat(500)),
                                    new Prompt.Text("short"),
                                    new Prompt.Text("z ".repeat(1_000_000))));
            assertEquals(List.of(0, 2), made.truncated());
            assertEquals(List.of(POSITIONS, 7, POSITIONS), made.tokens());
            assertArrayEquals(
                    vectors("x".repeat(POSITIONS - 2)).vectors().getFirst(),
                    made.vectors().getFirst(),
                    1e-2f);
        }

        @Test
        void is_refused_when_it_is_empty_or_of_other_tokens_or_a_conversation() throws Exception {
            assertEquals(
                    "invalid_request", refused(embed(embedder, false, new Prompt.Text(""))).code());
            assertEquals(
                    "invalid_request",
                    refused(embed(embedder, false, new Prompt.Tokens(List.of()))).code());
            assertEquals(
                    "invalid_request",
                    refused(embed(embedder, false, new Prompt.Chat("[]"))).code());
            for (int wrong : new int[] {-1, TinyEmbedder.vocabularySize(), Integer.MAX_VALUE}) {
                VectorResult.Refused refused =
                        refused(embed(embedder, false, new Prompt.Tokens(List.of(5, wrong))));
                assertEquals("token_out_of_range", refused.code());
                assertTrue(refused.sentence().contains("input[0][1]"), refused.sentence());
            }
            assertEquals(1, vectors("after").vectors().size());
        }

        @Test
        void is_refused_when_there_are_none_or_too_many() {
            for (int count : new int[] {0, 2049}) {
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                new EmbedRequest(
                                        "test",
                                        Owner.interactive("a"),
                                        Collections.nCopies(count, new Prompt.Text("x")),
                                        false));
            }
        }

        @Test
        void is_refused_when_no_frame_can_carry_it() throws Exception {
            assertEquals(
                    "context_length_exceeded",
                    refused(embed(embedder, true, new Prompt.Text("x".repeat(20 << 20)))).code());
        }
    }

    @Nested
    class Documents {
        @Test
        void are_scored_each_for_itself() throws Exception {
            VectorResult.Vectors three =
                    assertInstanceOf(
                            VectorResult.Vectors.class,
                            rerank(false, "which one?", "first", "the second", "3"));
            VectorResult.Vectors second =
                    assertInstanceOf(
                            VectorResult.Vectors.class, rerank(false, "which one?", "the second"));
            assertEquals(3, three.scores().size());
            assertEquals(second.scores().getFirst(), three.scores().get(1), 1e-2f);
            assertEquals(3, three.scores().stream().distinct().count());
            // Begin, the query's nine characters, separator, five.
            assertEquals(1 + 9 + 1 + 5, three.tokens().getFirst());
        }

        @Test
        void depend_on_the_query() throws Exception {
            assertFalse(
                    ((VectorResult.Vectors) rerank(false, "a", "x"))
                            .scores()
                            .equals(((VectorResult.Vectors) rerank(false, "b", "x")).scores()));
        }

        @Test
        void that_are_too_long_are_refused_by_name_or_cut() throws Exception {
            VectorResult.Refused refused =
                    refused(rerank(false, "query", "short", "x".repeat(POSITIONS)));
            assertEquals("input_too_long", refused.code());
            assertTrue(refused.sentence().contains("documents[1]"), refused.sentence());
            VectorResult.Vectors cut =
                    assertInstanceOf(
                            VectorResult.Vectors.class,
                            rerank(true, "query", "short", "x".repeat(POSITIONS)));
            assertEquals(List.of(1), cut.truncated());
            assertEquals(POSITIONS, cut.tokens().get(1));
        }

        @Test
        void for_a_query_that_leaves_no_room_are_refused() throws Exception {
            assertTrue(
                    refused(rerank(true, "q".repeat(POSITIONS), "x")).sentence().contains("query"));
            assertTrue(refused(rerank(true, "q".repeat(99_999), "x")).sentence().contains("query"));
        }
    }

    @Nested
    class A_model {
        @Test
        void says_what_it_is_for() {
            EngineFacts facts = embedder.ready();
            assertEquals(EngineFacts.Purpose.EMBEDDING, facts.purpose());
            assertEquals(TinyEmbedder.WIDTH, facts.vectorNumbers());
            assertEquals(POSITIONS, facts.inputTokensMax());
            assertEquals(EngineFacts.Purpose.RERANKING, reranker.ready().purpose());
            assertEquals(EngineFacts.Purpose.GENERATION, generator.ready().purpose());
            assertEquals(0, generator.ready().vectorNumbers());
        }

        @Test
        void does_what_it_is_for_and_nothing_else() throws Exception {
            for (VectorResult result :
                    List.of(
                            embed(generator, false, new Prompt.Text("x")),
                            embed(reranker, false, new Prompt.Text("x")),
                            result(
                                    embedder.rerank(
                                            new RerankRequest(
                                                    "test",
                                                    Owner.interactive("a"),
                                                    "q",
                                                    List.of("d"),
                                                    false))))) {
                assertEquals("wrong_purpose", refused(result).code());
            }
            GenerationEvent.Failed failed = TinyEngine.ask(embedder, "a", "hello", 5).failed();
            assertEquals("invalid_request", failed.code());
            assertTrue(failed.sentence().contains("cannot generate"), failed.sentence());
        }

        @Test
        void that_makes_vectors_takes_no_adapter() throws Exception {
            Path file =
                    TinyAdapter.write(
                            folder.resolve("a.gguf"),
                            TinyAdapter.Options.of(TinyModel.Options.base(), 1));
            assertInstanceOf(AdapterResult.Refused.class, embedder.loadAdapter("a", file));
            assertInstanceOf(AdapterResult.Refused.class, embedder.unloadAdapter("a"));
        }

        @Test
        void that_decodes_may_make_vectors_too() throws Exception {
            Path file =
                    TinyEmbedder.writeDecoder(
                            folder.resolve("d.gguf"), Pooling.LAST, TinyModel.Options.base());
            try (EngineProcess engine = open(file)) {
                assertEquals(EngineFacts.Purpose.EMBEDDING, engine.ready().purpose());
                VectorResult.Vectors made =
                        assertInstanceOf(
                                VectorResult.Vectors.class,
                                embed(
                                        engine,
                                        false,
                                        new Prompt.Text("<|im_end|>"),
                                        new Prompt.Text("x".repeat(400))));
                assertEquals(List.of(11, 401), made.tokens());
            }
        }

        @Test
        void that_does_not_say_how_it_pools_is_refused() {
            EngineStartException refused =
                    assertThrows(EngineStartException.class, () -> open(encoder(Pooling.UNSAID)));
            assertEquals("model_refused", refused.code());
            assertTrue(
                    String.valueOf(refused.getMessage()).contains("pooling_type"),
                    refused.getMessage());
        }
    }

    @Nested
    class A_request_in_flight {
        /// Most of a minute of work: the last of them is not done when something happens at once.
        private static List<PendingVectors> many(EngineProcess engine) {
            List<Prompt> inputs = Collections.nCopies(2048, new Prompt.Text("z".repeat(120)));
            var request = new EmbedRequest("test", Owner.interactive("many"), inputs, false);
            return IntStream.range(0, 12).mapToObj(_ -> engine.embed(request)).toList();
        }

        private static void cancel(List<PendingVectors> many) throws Exception {
            many.forEach(PendingVectors::cancel);
            for (PendingVectors each : many) {
                VectorResult _ = result(each);
            }
        }

        @Test
        void that_is_cancelled_makes_room_for_others() throws Exception {
            List<PendingVectors> many = many(embedder);
            cancel(many);
            assertEquals(
                    "cancelled",
                    assertInstanceOf(VectorResult.Refused.class, result(many.getLast())).code());
            assertEquals(1, vectors("next").vectors().size());
        }

        @Test
        void does_not_hold_up_another_persons_single_input() throws Exception {
            List<PendingVectors> many = many(embedder);
            assertInstanceOf(
                    VectorResult.Vectors.class, embed(embedder, false, new Prompt.Text("single")));
            assertTrue(many.getLast().await(Duration.ZERO).isEmpty(), "it was the other way round");
            cancel(many);
        }

        @Test
        void is_told_when_the_engine_dies() throws Exception {
            try (EngineProcess dying = open(encoder(Pooling.MEAN))) {
                List<PendingVectors> many = many(dying);
                dying.endBecause("the test ended it");
                assertEquals("engine_died", refused(result(many.getLast())).code());
            }
        }
    }
}
