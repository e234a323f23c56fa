package redoubt.appliance.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Every channel that was accepted, by its other end, until it is closed. The web server (Helidon
/// 4.4.0) ends a connection by shutting its output down and closes the channel only when that
/// succeeds; after a client that has reset its connection it does not, and the descriptor would
/// stay open for ever. So each channel is closed here as well: soon after its connection has ended,
/// or when no connection has come of it. Closing twice does no harm. Any thread.
///
/// One address (IPv6: one network of 64 bits) has a bounded share of them. Beyond it, and when all
/// are taken, the connection of that address, or of the one that has most, goes that has been
/// silent longest, before all others one over which nothing ever came; only where each is being
/// answered the newcomer goes. So clients that connect and stall push out each other.
final class AcceptedChannels {
    // The server says goodbye to the client first.
    private static final Duration GOODBYE = Duration.ofSeconds(2);

    // A connection between two requests is in use all the same.
    private static final Duration UNUSED_MIN = Duration.ofSeconds(1);
    private static final int NETWORK_BYTES = 8;

    private final Duration unclaimedMax;
    private final int channelsMax;
    private final int ofOneAddressMax;
    private final ConcurrentMap<SocketAddress, Accepted> channels = new ConcurrentHashMap<>();

    private static final class Accepted {
        private final SocketChannel channel;
        private final ByteBuffer client;
        private final long sinceNanos = System.nanoTime();
        private volatile @Nullable Supplier<Duration> unused;

        private Accepted(SocketChannel channel, ByteBuffer client) {
            this.channel = channel;
            this.client = client;
        }

        private boolean claimed() {
            return unused != null;
        }

        /// How long nothing was answered over it, in nanoseconds; 0 for one that is in use.
        private long silentNanos() {
            Supplier<Duration> known = unused;
            if (known == null) return System.nanoTime() - sinceNanos;
            Duration silent = known.get();
            return silent.compareTo(UNUSED_MIN) < 0 ? 0 : silent.toNanos();
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
    /// @param channelsMax of all clients
    /// @param ofOneAddressMax of one of them
    AcceptedChannels(Duration unclaimedMax, int channelsMax, int ofOneAddressMax) {
        this.unclaimedMax = unclaimedMax;
        this.channelsMax = channelsMax;
        this.ofOneAddressMax = ofOneAddressMax;
    }

    void accepted(SocketChannel channel) throws IOException {
        long now = System.nanoTime();
        channels.forEach((address, other) -> {
            boolean late = now - other.sinceNanos > unclaimedMax.toNanos();
            if (!other.claimed() && late && channels.remove(address, other)) other.close();
        });
        SocketAddress address = channel.getRemoteAddress();
        if (address == null) return;
        ByteBuffer client = client(address);
        Map<ByteBuffer, Long> counts =
                channels.values().stream()
                        .collect(
                                Collectors.groupingBy(
                                        other -> other.client, Collectors.counting()));
        boolean room = true;
        if (counts.getOrDefault(client, 0L) >= ofOneAddressMax) room = giveWay(client);
        else if (channels.size() >= channelsMax)
            room =
                    giveWay(
                            Collections.max(counts.entrySet(), Map.Entry.comparingByValue())
                                    .getKey());
        Accepted newcomer = new Accepted(channel, client);
        Accepted before = channels.put(address, newcomer);
        // The same address again: what had it is gone.
        if (before != null) before.close();
        if (!room) {
            channels.remove(address, newcomer);
            // Not now: the server is about to ask the channel for its addresses.
            Thread.ofVirtual().name("channel-close").start(() -> closeAfterGoodbye(newcomer));
        }
    }

    /// Closes the connection of a client that has been silent longest, of those over which nothing
    /// was ever asked if there are any: a client that keeps one for its next request meant no harm.
    ///
    /// @return false when each is in use
    private boolean giveWay(ByteBuffer client) {
        Optional<Map.Entry<SocketAddress, Accepted>> silent =
                channels.entrySet().stream()
                        .filter(entry -> entry.getValue().client.equals(client))
                        .filter(entry -> entry.getValue().silentNanos() > 0)
                        .max(
                                Comparator.<Map.Entry<SocketAddress, Accepted>, Boolean>comparing(
                                                entry -> !entry.getValue().claimed())
                                        .thenComparingLong(
                                                entry -> entry.getValue().silentNanos()));
        silent.ifPresent(entry -> {
            channels.remove(entry.getKey(), entry.getValue());
            entry.getValue().close();
        });
        return silent.isPresent();
    }

    // Whoever has one IPv6 address has its whole network.
    private static ByteBuffer client(SocketAddress address) {
        if (!(address instanceof InetSocketAddress known) || known.getAddress() == null)
            return ByteBuffer.allocate(0);
        byte[] bytes = known.getAddress().getAddress();
        return ByteBuffer.wrap(bytes, 0, Math.min(bytes.length, NETWORK_BYTES));
    }

    /// A connection has begun on the channel from this address; what is returned ends it.
    ///
    /// @param unused how long it has not brought a request
    Runnable claim(SocketAddress address, Supplier<Duration> unused) {
        @Nullable Accepted claimed = channels.get(address);
        if (claimed == null) return () -> {};
        claimed.unused = unused;
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
