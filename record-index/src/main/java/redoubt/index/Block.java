package redoubt.index;

import java.nio.ByteBuffer;

/// 512 entries that follow each other: the arithmetic of blocks, and what one holds of each entry,
/// its moment and the bits by which it is known.
final class Block {
    static final int BITS = 9;
    static final int ENTRIES = 1 << BITS;
    static final int ENTRY_BYTES = 2 * Long.BYTES;

    private Block() {}

    static long of(long sequence) {
        return sequence >> BITS;
    }

    static int within(long sequence) {
        return (int) (sequence & (ENTRIES - 1));
    }

    static long first(long block) {
        return block << BITS;
    }

    static long last(long block) {
        return first(block) + ENTRIES - 1;
    }

    /// How many entries these bytes hold.
    static int count(byte[] entries) {
        return entries.length / ENTRY_BYTES;
    }

    static long atUs(byte[] entries, int within) {
        return ByteBuffer.wrap(entries).getLong(within * ENTRY_BYTES);
    }

    static long hash(byte[] entries, int within) {
        return ByteBuffer.wrap(entries).getLong(within * ENTRY_BYTES + Long.BYTES);
    }
}
