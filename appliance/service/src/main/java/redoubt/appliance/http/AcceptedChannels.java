package redoubt.appliance.http;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Every channel that was accepted, by its other end, until it is closed. The web server (Helidon
/// 4.4.0) ends a connection by shutting its output down and closes the channel only when that
/// succeeds; after a client that has reset its connection it does not, and the descriptor would
/// stay open for ever. So each channel is closed here as well: soon after its connection has ended,
/// or when no connection has come of it. Closing twice does no harm. Any thread.
final class AcceptedChannels {
    // The server says goodbye to the client first.
    private static final Duration GOODBYE = Duration.ofSeconds(2);

    private final Duration unclaimedMax;
    private final ConcurrentMap<SocketAddress, Accepted> channels = new ConcurrentHashMap<>();

    private static final class Accepted {
        private final SocketChannel channel;
        private final long sinceNanos = System.nanoTime();
        private volatile boolean claimed;

        private Accepted(SocketChannel channel) {
            this.channel = channel;
        }

        private void close() {
            try {
                channel.close();
            } catch (IOException _) {
                // It is gone, which is what was wanted.
            }
        }
    }

    /// @param unclaimedMax longer than the server waits for the first byte of a connection
    AcceptedChannels(Duration unclaimedMax) {
        this.unclaimedMax = unclaimedMax;
    }

    void accepted(SocketChannel channel) throws IOException {
        long now = System.nanoTime();
        channels.forEach((address, other) -> {
            boolean late = now - other.sinceNanos > unclaimedMax.toNanos();
            if (!other.claimed && late && channels.remove(address, other)) other.close();
        });
        SocketAddress address = channel.getRemoteAddress();
        if (address == null) return;
        Accepted before = channels.put(address, new Accepted(channel));
        // The same address again: what had it is gone.
        if (before != null) before.close();
    }

    /// A connection has begun on the channel from this address; what is returned ends it.
    Runnable claim(SocketAddress address) {
        @Nullable Accepted claimed = channels.get(address);
        if (claimed == null) return () -> {};
        claimed.claimed = true;
        return () -> {
            channels.remove(address, claimed);
            Thread.ofVirtual().name("channel-close").start(() -> closeAfterGoodbye(claimed));
        };
    }

    /// Channels that are not known to be closed.
    int size() {
        return channels.size();
    }

    private static void closeAfterGoodbye(Accepted ended) {
        try {
            TimeUnit.MILLISECONDS.sleep(GOODBYE.toMillis());
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        ended.close();
    }
}
