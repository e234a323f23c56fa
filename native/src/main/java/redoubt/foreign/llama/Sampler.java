package redoubt.foreign.llama;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Chooses the tokens of one sequence, natively: logits never cross into Java. Owns a sampler
/// chain. One thread at a time.
public final class Sampler implements AutoCloseable {
    private final LlamaLibrary library;
    private final ShimLibrary shim;
    private final MemorySegment chain;
    private final int vocabularySize;
    private final int candidates;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment error = arena.allocate(ShimLibrary.ERROR_BYTES);
    private boolean closed;

    Sampler(
            LlamaLibrary library,
            ShimLibrary shim,
            MemorySegment chain,
            int vocabularySize,
            int candidates) {
        this.library = library;
        this.shim = shim;
        this.chain = chain;
        this.vocabularySize = vocabularySize;
        this.candidates = candidates;
    }

    /// Chooses a token from the logits of the batch entry at `batchIndex`, and accepts it.
    ///
    /// @throws NativeException when that entry of the last decoded batch did not ask for logits
    public int sample(LlamaContext context, int batchIndex) {
        int token =
                shim.sample.call(
                        chain,
                        context.segment(),
                        batchIndex,
                        candidates,
                        error,
                        ShimLibrary.ERROR_BYTES);
        if (token < 0) {
            throw new NativeException(
                    "No token could be chosen for batch entry %d (%s)."
                            .formatted(batchIndex, CText.reason(error)));
        }
        return token;
    }

    /// Tells the penalties about a token that was not sampled here, such as one of the prompt.
    public void accept(int token) {
        if (token < 0 || token >= vocabularySize) {
            throw new IllegalArgumentException("token " + token + " is not one of this model");
        }
        library.samplerAccept.call(chain, token);
    }

    /// Forgets everything accepted and starts the seed again.
    public void reset() {
        library.samplerReset.call(chain);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            library.samplerFree.call(chain);
            arena.close();
        }
    }
}
