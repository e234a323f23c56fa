package redoubt.foreign.llama;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Chooses the tokens of one sequence, natively: logits never cross into Java. Owns a sampler
/// chain, and how far the answer has come in its grammar. One thread at a time.
public final class Sampler implements AutoCloseable {
    private static final int TOP_MAX = 20;

    private final LlamaLibrary library;
    private final ShimLibrary shim;
    private final MemorySegment chain;
    private final MemorySegment constraint;
    private final int vocabularySize;
    private final int candidates;
    private final int top;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment error = arena.allocate(ShimLibrary.ERROR_BYTES);
    private final MemorySegment chances;
    private boolean closed;

    /// @param constraint how far the answer has come, or NULL
    /// @param top most likely tokens to be told; -1 tells nothing
    Sampler(
            LlamaLibrary library,
            ShimLibrary shim,
            MemorySegment chain,
            MemorySegment constraint,
            int vocabularySize,
            int candidates,
            int top) {
        if (top < -1 || top > TOP_MAX) {
            throw new IllegalArgumentException("at most 20 likely tokens are told");
        }
        this.library = library;
        this.shim = shim;
        this.chain = chain;
        this.constraint = constraint;
        this.vocabularySize = vocabularySize;
        this.candidates = candidates;
        this.top = top;
        this.chances = top < 0 ? MemorySegment.NULL : arena.allocate(Structs.CHANCES);
    }

    /// Chooses a token from the logits of the batch entry at `batchIndex`, and accepts it.
    ///
    /// @throws NativeException when that entry of the last decoded batch did not ask for logits, or
    ///   no token continues the form that the answer must have; then nothing was accepted
    public int sample(LlamaContext context, int batchIndex) {
        if (top >= 0) {
            Structs.set(chances, Structs.CHANCES, "count", top);
        }
        int token =
                shim.sample.call(
                        chain,
                        constraint,
                        context.segment(),
                        batchIndex,
                        candidates,
                        chances,
                        error,
                        ShimLibrary.ERROR_BYTES);
        if (token < 0) {
            throw new NativeException(
                    "The answer ends here, because no next token could be chosen (%s)."
                            .formatted(CText.reason(error)));
        }
        return token;
    }

    /// How likely the token was that was sampled last; null where that was not asked for.
    public @Nullable Chances chances() {
        if (top < 0) {
            return null;
        }
        List<Chances.Likely> likely = new ArrayList<>();
        long tokens = Structs.offset(Structs.CHANCES, "tokens");
        long logprobs = Structs.offset(Structs.CHANCES, "logprobs");
        for (int i = 0; i < Structs.intAt(chances, Structs.CHANCES, "count"); i++) {
            likely.add(
                    new Chances.Likely(
                            chances.get(JAVA_INT, tokens + 4L * i),
                            chances.get(JAVA_FLOAT, logprobs + 4L * i)));
        }
        return new Chances(
                chances.get(JAVA_FLOAT, Structs.offset(Structs.CHANCES, "logprob")), likely);
    }

    /// How many tokens were chosen again, because the first choice did not fit the grammar.
    public long resampled() {
        return constraint.equals(MemorySegment.NULL)
                ? 0
                : shim.constraintResampled.call(constraint);
    }

    /// Tells the penalties about a token that was not sampled here, such as one of the prompt.
    public void accept(int token) {
        if (token < 0 || token >= vocabularySize) {
            throw new IllegalArgumentException("token " + token + " is not one of this model");
        }
        library.samplerAccept.call(chain, token);
    }

    /// Forgets everything accepted and starts the seed again; not for one with a grammar.
    public void reset() {
        if (!constraint.equals(MemorySegment.NULL)) {
            throw new IllegalStateException("a sampler with a grammar is for one answer");
        }
        library.samplerReset.call(chain);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            library.samplerFree.call(chain);
            if (!constraint.equals(MemorySegment.NULL)) {
                shim.constraintFree.call(constraint);
            }
            arena.close();
        }
    }
}
