package redoubt.provenance.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The OUTPUT entries that a SEAL may still refer to: years later a further stamped form may be
/// sealed, so none is ever forgotten. Keeps 32 bytes for each: its sequence, that of its INTENT,
/// and 128 bits of the SHA-256 of the request's name. One thread.
final class Answers {
    private static final int LONGS = 4;
    private static final int CHUNK = 4_096;
    private static final long OVER = -1;

    private final List<long[]> chunks = new ArrayList<>();
    private int count;

    /// Takes one behind all others.
    void add(long output, long intent, String requestId) {
        if (count % CHUNK == 0) chunks.add(new long[CHUNK * LONGS]);
        ByteBuffer name = name(requestId);
        long[] chunk = chunks.getLast();
        int at = count % CHUNK * LONGS;
        chunk[at] = output;
        chunk[at + 1] = intent;
        chunk[at + 2] = name.getLong();
        chunk[at + 3] = name.getLong();
        count++;
    }

    /// Whether it is there and was not aborted.
    boolean has(long output) {
        int place = place(output);
        return place >= 0 && value(place, 1) != OVER;
    }

    /// @param output one that is there
    boolean isOf(long output, String requestId) {
        ByteBuffer name = name(requestId);
        int place = place(output);
        return value(place, 2) == name.getLong() && value(place, 3) == name.getLong();
    }

    /// @param output one that is there
    long intentOf(long output) {
        return value(place(output), 1);
    }

    /// Nothing may refer to it any more.
    void abort(long output) {
        int place = place(output);
        chunks.get(place / CHUNK)[place % CHUNK * LONGS + 1] = OVER;
    }

    private static ByteBuffer name(String requestId) {
        return ByteBuffer.wrap(Hashes.sha256(requestId.getBytes(StandardCharsets.UTF_8)));
    }

    private long value(int place, int field) {
        return chunks.get(place / CHUNK)[place % CHUNK * LONGS + field];
    }

    private int place(long output) {
        int low = 0;
        int high = count - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            long found = value(middle, 0);
            if (found == output) return middle;
            if (found < output) low = middle + 1;
            else high = middle - 1;
        }
        return -1;
    }
}
