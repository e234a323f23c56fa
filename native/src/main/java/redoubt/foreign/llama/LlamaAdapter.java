package redoubt.foreign.llama;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/// A LoRA adapter: small matrices that are added to a model's, loaded beside it and switched on in
/// a context. Owns its weights. Loading and closing are for the thread that decodes, because
/// llama.cpp keeps a list of a model's adapters without a lock and looks at it while it decodes.
/// Close it before its model, and after the last context stopped using it. Source:
/// `llama_adapter_lora_init` of llama.cpp 0.5.0.
public final class LlamaAdapter implements AutoCloseable {
    private final LlamaLibrary library;
    private final MemorySegment adapter;
    private int contexts;
    private boolean closed;

    private LlamaAdapter(LlamaLibrary library, MemorySegment adapter) {
        this.library = library;
        this.adapter = adapter;
    }

    /// An adapter in a context.
    ///
    /// @param scale strength; 1 as it was trained, 0 is off
    public record Applied(LlamaAdapter adapter, float scale) {
        public Applied {
            if (!Float.isFinite(scale)) {
                throw new IllegalArgumentException("an adapter's scale must be a number");
            }
        }
    }

    static LlamaAdapter load(
            LlamaLibrary library, ShimLibrary shim, MemorySegment model, Path gguf) {
        if (!Files.isRegularFile(gguf)) {
            throw new NativeException(
                    "There is no adapter file %s. Check the path.".formatted(gguf));
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment error = arena.allocate(ShimLibrary.ERROR_BYTES);
            MemorySegment adapter =
                    shim.adapterLoad.call(
                            model,
                            CText.of(gguf.toString(), arena),
                            error,
                            ShimLibrary.ERROR_BYTES);
            if (adapter.equals(MemorySegment.NULL)) {
                throw new NativeException(
                        "The adapter %s could not be loaded (%s). It is damaged, or was trained for another model."
                                .formatted(gguf.getFileName(), CText.reason(error)));
            }
            return new LlamaAdapter(library, adapter);
        }
    }

    MemorySegment segment() {
        if (closed) {
            throw new IllegalStateException("this adapter was closed");
        }
        return adapter;
    }

    void entersContext() {
        contexts++;
    }

    void leavesContext() {
        contexts--;
    }

    /// Frees the weights.
    ///
    /// @throws IllegalStateException while a context applies it
    @Override
    public void close() {
        if (closed) {
            return;
        }
        if (contexts > 0) {
            throw new IllegalStateException("a context still applies this adapter");
        }
        closed = true;
        library.adapterFree.call(adapter);
    }
}
