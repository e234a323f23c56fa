package redoubt.hardware;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.fixtures.TinyEmbedder;
import redoubt.fixtures.TinyEmbedder.Pooling;
import redoubt.fixtures.TinyModel;

class ModelPurposeTest {
    @TempDir Path folder;

    private ModelPurpose of(Path file) throws IOException {
        return ModelPurpose.of(assertInstanceOf(GgufHeader.class, GgufHeader.read(file)));
    }

    private Path encoder(Pooling pooling) {
        return TinyEmbedder.write(folder.resolve("e.gguf"), pooling, 256, 1);
    }

    @Test
    void a_model_is_for_what_its_pooling_says() throws IOException {
        assertInstanceOf(
                ModelPurpose.Generation.class,
                of(TinyModel.write(folder.resolve("m.gguf"), TinyModel.Options.base())));
        for (Pooling pooling : new Pooling[] {Pooling.MEAN, Pooling.FIRST, Pooling.LAST}) {
            assertInstanceOf(ModelPurpose.Embedding.class, of(encoder(pooling)));
        }
        assertInstanceOf(ModelPurpose.Reranking.class, of(encoder(Pooling.RANK)));
        assertInstanceOf(
                ModelPurpose.Embedding.class,
                of(
                        TinyEmbedder.writeDecoder(
                                folder.resolve("d.gguf"), Pooling.LAST, TinyModel.Options.base())));
    }

    @Test
    void an_encoder_that_does_not_say_how_it_pools_cannot_be_used() throws IOException {
        for (Pooling pooling : new Pooling[] {Pooling.UNSAID, Pooling.NONE, Pooling.UNKNOWN}) {
            ModelPurpose.Unusable unusable =
                    assertInstanceOf(ModelPurpose.Unusable.class, of(encoder(pooling)));
            assertTrue(unusable.what().length() > 20);
        }
    }
}
