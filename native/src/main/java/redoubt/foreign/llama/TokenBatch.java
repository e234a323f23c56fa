package redoubt.foreign.llama;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Tokens of one or more sequences to be decoded together; made once by [LlamaContext#newBatch] and
/// reused. Owns its memory. One thread at a time.
public final class TokenBatch implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final int capacity;
    private final int sequencesMax;
    private final int vocabularySize;
    private final MemorySegment batch;
    private final MemorySegment tokens;
    private final MemorySegment positions;
    private final MemorySegment sequences;
    private final MemorySegment outputs;
    private final int outputsMax;
    private int size;
    private int outputCount;

    TokenBatch(int capacity, int sequencesMax, int outputsMax, int vocabularySize) {
        this.outputsMax = outputsMax;
        this.capacity = capacity;
        this.sequencesMax = sequencesMax;
        this.vocabularySize = vocabularySize;
        batch = arena.allocate(Structs.BATCH);
        tokens = arena.allocate(JAVA_INT, capacity);
        positions = arena.allocate(JAVA_INT, capacity);
        sequences = arena.allocate(JAVA_INT, capacity);
        outputs = arena.allocate(JAVA_BYTE, capacity);
        MemorySegment counts = arena.allocate(JAVA_INT, capacity);
        MemorySegment lists = arena.allocate(ADDRESS, capacity);
        // Each entry belongs to exactly one sequence: its list is one element of `sequences`, for
        // good.
        for (int index = 0; index < capacity; index++) {
            counts.setAtIndex(JAVA_INT, index, 1);
            lists.setAtIndex(ADDRESS, index, sequences.asSlice(index * 4L, 4));
        }
        Structs.set(batch, Structs.BATCH, "token", tokens);
        Structs.set(batch, Structs.BATCH, "pos", positions);
        Structs.set(batch, Structs.BATCH, "n_seq_id", counts);
        Structs.set(batch, Structs.BATCH, "seq_id", lists);
        Structs.set(batch, Structs.BATCH, "logits", outputs);
    }

    /// Adds a token.
    ///
    /// @return its index, for [Sampler#sample]
    /// @throws IllegalArgumentException for a token, position or sequence that cannot be, which
    ///   native code would not survive
    /// @throws IllegalStateException when the batch is full, or asks for the logits of more tokens
    ///   than the context has sequences
    public int add(int token, int position, int sequence, boolean wantsLogits) {
        if (size == capacity) {
            throw new IllegalStateException("the batch is full with " + capacity + " tokens");
        }
        if (token < 0
                || token >= vocabularySize
                || position < 0
                || sequence < 0
                || sequence >= sequencesMax) {
            throw new IllegalArgumentException(
                    "token %d at position %d of sequence %d cannot be"
                            .formatted(token, position, sequence));
        }
        if (wantsLogits && outputCount == outputsMax) {
            throw new IllegalStateException(
                    "the batch already asks for the logits of %d tokens".formatted(outputsMax));
        }
        outputCount += wantsLogits ? 1 : 0;
        tokens.setAtIndex(JAVA_INT, size, token);
        positions.setAtIndex(JAVA_INT, size, position);
        sequences.setAtIndex(JAVA_INT, size, sequence);
        outputs.set(JAVA_BYTE, size, (byte) (wantsLogits ? 1 : 0));
        return size++;
    }

    /// Empties the batch.
    public void clear() {
        size = 0;
        outputCount = 0;
    }

    /// Tokens in the batch.
    public int size() {
        return size;
    }

    /// Tokens that fit.
    public int capacity() {
        return capacity;
    }

    /// The `llama_batch` as it is now.
    MemorySegment segment() {
        Structs.set(batch, Structs.BATCH, "n_tokens", size);
        return batch;
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
