package redoubt.engine.client;

import java.nio.ByteBuffer;

/// What is known of a parked state: whose it is, and what it is the state of.
///
/// @param number its name between an engine and its gateway
/// @param tenant nothing of it is ever used for another
/// @param tokens that were computed, four bytes each, big endian
/// @param bytes how long the state is
public record ParkedState(long number, String tenant, ByteBuffer tokens, long bytes) {
    /// Longest state that is kept outside of an engine.
    public static final long BYTES_MAX = 4L << 30;

    public ParkedState {
        if (tenant.isEmpty()) {
            throw new IllegalArgumentException("tenant must not be empty");
        }
        if (!tokens.hasRemaining() || tokens.remaining() % Integer.BYTES != 0) {
            throw new IllegalArgumentException("tokens are four bytes each");
        }
        if (bytes < 1 || bytes > BYTES_MAX) {
            throw new IllegalArgumentException("a state has 1 byte to 4 GiB");
        }
    }
}
