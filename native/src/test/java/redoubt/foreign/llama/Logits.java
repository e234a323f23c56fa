package redoubt.foreign.llama;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import redoubt.foreign.binding.Functions;
import redoubt.foreign.binding.Shapes;

/// What the model computed, for references of tests. The product never takes logits into Java.
final class Logits {
    private Logits() {}

    @SuppressWarnings("restricted")
    static float[] of(LlamaContext context, int index, int vocabularySize) {
        Functions llama =
                new Functions(Path.of(System.getProperty("redoubt.native"), "libllama.so"));
        MemorySegment logits =
                llama.bind("llama_get_logits_ith", Shapes.PPI.class).call(context.segment(), index);
        return logits.reinterpret(4L * vocabularySize).toArray(JAVA_FLOAT);
    }
}
