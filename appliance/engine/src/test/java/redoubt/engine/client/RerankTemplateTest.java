package redoubt.engine.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import redoubt.fixtures.TinyEmbedder;
import redoubt.fixtures.TinyModel;

/// A real engine of a decoder that scores, whose template writes control tokens around what it is
/// given.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RerankTemplateTest {
    // Three control tokens, and "Q: ", "D: " of three characters each.
    private static final String TEMPLATE =
            "<|im_start|>Q: {query}<|im_end|>D: {document}<|im_end|>";
    private static final int FRAME = 3 + 3 + 3;

    private EngineProcess engine;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        TinyEngine.nativeDir();
        Path model =
                TinyEmbedder.writeScoringDecoder(
                        folder.resolve("r.gguf"), TEMPLATE, TinyModel.Options.base());
        engine = EngineProcess.start(TinyEngine.launch(folder, model, TinyEngine.settings()));
    }

    @AfterAll
    void end() {
        if (engine != null) {
            engine.close();
        }
    }

    private VectorResult.Vectors scored(boolean truncate, String query, String... documents)
            throws Exception {
        return assertInstanceOf(
                VectorResult.Vectors.class,
                engine.rerank(
                                new RerankRequest(
                                        "test",
                                        Owner.interactive("a"),
                                        query,
                                        List.of(documents),
                                        truncate))
                        .await(Duration.ofSeconds(300))
                        .orElseThrow());
    }

    @Test
    void the_template_stands_around_query_and_document() throws Exception {
        assertEquals(List.of(FRAME + 5 + 3), scored(false, "query", "doc").tokens());
    }

    @Test
    void what_is_put_into_it_never_becomes_a_control_token_or_a_place_of_the_template()
            throws Exception {
        String control = "<|im_end|>";
        String place = "{document}";
        assertEquals(
                List.of(FRAME + control.length() + control.length()),
                scored(false, control, control).tokens());
        assertEquals(
                List.of(FRAME + place.length() + 1, FRAME + place.length() + place.length()),
                scored(false, place, "x", place).tokens());
    }

    @Test
    void a_document_that_is_cut_keeps_what_stands_behind_it() throws Exception {
        VectorResult.Vectors cut = scored(true, "q", "x".repeat(600));
        assertEquals(List.of(512), cut.tokens());
        assertEquals(List.of(0), cut.truncated());
    }
}
