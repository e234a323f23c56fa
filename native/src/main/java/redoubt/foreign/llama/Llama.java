package redoubt.foreign.llama;

import java.nio.file.Path;
import java.util.List;

/// The opened llama.cpp libraries of this process, with exactly one CPU back end. One per process.
@SuppressWarnings("DoNotCallSuggester") // the binding follows
public final class Llama {
    private Llama() {}

    /// Opens the libraries in `dir` (made by `native/build`) and loads exactly the back end
    /// `cpuVariant`.
    public static Llama open(Path dir, String cpuVariant) {
        throw new UnsupportedOperationException();
    }

    /// The CPU variants in `dir` that this processor claims to run, best first in ggml's own order.
    /// Nothing is computed with them: a processor may claim what it then refuses, which is why they
    /// are probed.
    public static List<String> cpuVariants(Path dir) {
        throw new UnsupportedOperationException();
    }

    /// The release of llama.cpp, e.g. `0.5.0`.
    public String version() {
        throw new UnsupportedOperationException();
    }

    /// The CPU back end that was loaded.
    public String cpuVariant() {
        throw new UnsupportedOperationException();
    }

    /// What llama.cpp says about the processor features in use, for a log.
    public String systemInformation() {
        throw new UnsupportedOperationException();
    }

    /// Loads a model file. Blocks for as long as the disk takes.
    public LlamaModel load(Path gguf, ModelOptions options) {
        throw new UnsupportedOperationException();
    }
}
