package redoubt.foreign.llama;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The state of a sequence outside of the cache, in memory of its own beside the Java heap. Filled
/// by [LlamaContext#save] or, from where it was written to, by [#put]. Any thread, one at a time.
public final class SavedSequence implements AutoCloseable {
    private final Arena arena;
    private final MemorySegment bytes;

    private SavedSequence(Arena arena, MemorySegment bytes) {
        this.arena = arena;
        this.bytes = bytes;
    }

    static SavedSequence allocate(Arena arena, long size) {
        return new SavedSequence(arena, arena.allocate(size));
    }

    /// Room for a state of so many bytes, to be filled by [#put].
    public static SavedSequence ofSize(long size) {
        if (size < 1) {
            throw new IllegalArgumentException("a state has at least a byte");
        }
        return allocate(Arena.ofShared(), size);
    }

    SavedSequence first(long size) {
        return new SavedSequence(arena, bytes.asSlice(0, size));
    }

    public long size() {
        return bytes.byteSize();
    }

    /// A part of it, at most `length` bytes from `offset`.
    public byte[] part(long offset, int length) {
        long end = Math.min(bytes.byteSize(), offset + length);
        return bytes.asSlice(offset, end - offset).toArray(JAVA_BYTE);
    }

    /// Writes a part of it.
    ///
    /// @throws IndexOutOfBoundsException when it would not be within the size
    public void put(long offset, byte[] part) {
        MemorySegment.copy(part, 0, bytes, JAVA_BYTE, offset, part.length);
    }

    MemorySegment segment() {
        return bytes;
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
