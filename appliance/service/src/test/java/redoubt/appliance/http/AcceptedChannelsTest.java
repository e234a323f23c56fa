package redoubt.appliance.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AcceptedChannelsTest {
    private final List<SocketChannel> clients = new ArrayList<>();
    private ServerSocketChannel listener;

    @BeforeEach
    void listen() throws IOException {
        listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void close() throws IOException {
        listener.close();
        for (SocketChannel client : clients) client.close();
    }

    private SocketChannel accept() throws IOException {
        clients.add(SocketChannel.open(listener.getLocalAddress()));
        return listener.accept();
    }

    @Test
    void a_channel_is_closed_after_its_connection_has_ended() throws Exception {
        AcceptedChannels channels = new AcceptedChannels(Duration.ofMinutes(1), 100, 100);
        SocketChannel channel = accept();
        channels.accepted(channel);
        Runnable ended = channels.claim(channel.getRemoteAddress(), () -> Duration.ZERO);
        assertTrue(channel.isOpen());
        ended.run();
        assertEquals(0, channels.size());
        for (int i = 0; i < 300 && channel.isOpen(); i++) Thread.sleep(100);
        assertFalse(channel.isOpen());
    }

    @Test
    void a_channel_of_which_no_connection_came_is_closed_when_another_comes() throws Exception {
        AcceptedChannels channels = new AcceptedChannels(Duration.ZERO, 100, 100);
        SocketChannel silent = accept();
        channels.accepted(silent);
        SocketChannel next = accept();
        channels.accepted(next);
        assertFalse(silent.isOpen());
        assertTrue(next.isOpen());
        assertEquals(1, channels.size());
    }

    @Test
    void a_connection_that_goes_on_is_left_alone() throws Exception {
        AcceptedChannels channels = new AcceptedChannels(Duration.ZERO, 100, 100);
        SocketChannel busy = accept();
        channels.accepted(busy);
        Runnable ended = channels.claim(busy.getRemoteAddress(), () -> Duration.ZERO);
        channels.accepted(accept());
        assertTrue(busy.isOpen());
        ended.run();
    }

    /// A channel from another address of this host, on which no request is under way.
    private SocketChannel acceptFrom(String address) throws IOException {
        SocketChannel client = SocketChannel.open();
        clients.add(client);
        client.bind(new InetSocketAddress(address, 0));
        client.connect(listener.getLocalAddress());
        return listener.accept();
    }

    private static void awaitClosed(SocketChannel channel) throws InterruptedException {
        for (int i = 0; i < 300 && channel.isOpen(); i++) Thread.sleep(100);
        assertFalse(channel.isOpen());
    }

    @Test
    void the_one_that_was_silent_longest_gives_way_when_its_address_has_too_many()
            throws Exception {
        AcceptedChannels channels = new AcceptedChannels(Duration.ofMinutes(1), 100, 2);
        SocketChannel first = accept();
        channels.accepted(first);
        SocketChannel second = accept();
        channels.accepted(second);
        SocketChannel elsewhere = acceptFrom("127.0.0.2");
        channels.accepted(elsewhere);
        SocketChannel third = accept();
        channels.accepted(third);
        assertFalse(first.isOpen());
        for (SocketChannel left : List.of(second, third, elsewhere)) assertTrue(left.isOpen());
        assertEquals(3, channels.size());
    }

    @Test
    void one_that_is_being_answered_never_gives_way_and_the_newcomer_goes() throws Exception {
        AcceptedChannels channels = new AcceptedChannels(Duration.ofMinutes(1), 100, 1);
        SocketChannel busy = accept();
        channels.accepted(busy);
        channels.claim(busy.getRemoteAddress(), () -> Duration.ZERO);
        SocketChannel newcomer = accept();
        channels.accepted(newcomer);
        awaitClosed(newcomer);
        assertTrue(busy.isOpen());
        assertEquals(1, channels.size());
    }

    @Test
    void one_between_two_requests_gives_way_only_when_it_has_been_so_for_a_while()
            throws Exception {
        AcceptedChannels channels = new AcceptedChannels(Duration.ofMinutes(1), 100, 2);
        SocketChannel between = accept();
        channels.accepted(between);
        channels.claim(between.getRemoteAddress(), () -> Duration.ofMillis(1));
        SocketChannel idle = accept();
        channels.accepted(idle);
        channels.claim(idle.getRemoteAddress(), () -> Duration.ofSeconds(30));
        channels.accepted(accept());
        assertTrue(between.isOpen());
        assertFalse(idle.isOpen());
    }

    @Test
    void one_over_which_nothing_came_gives_way_before_one_that_is_kept_for_later()
            throws Exception {
        AcceptedChannels channels = new AcceptedChannels(Duration.ofMinutes(1), 100, 2);
        SocketChannel kept = accept();
        channels.accepted(kept);
        channels.claim(kept.getRemoteAddress(), () -> Duration.ofSeconds(30));
        SocketChannel stalling = accept();
        channels.accepted(stalling);
        channels.accepted(accept());
        assertTrue(kept.isOpen());
        assertFalse(stalling.isOpen());
    }

    @Test
    void the_address_that_has_most_gives_way_when_all_are_taken() throws Exception {
        AcceptedChannels channels = new AcceptedChannels(Duration.ofMinutes(1), 3, 3);
        SocketChannel lone = acceptFrom("127.0.0.2");
        channels.accepted(lone);
        SocketChannel first = accept();
        channels.accepted(first);
        SocketChannel second = accept();
        channels.accepted(second);
        SocketChannel newcomer = acceptFrom("127.0.0.3");
        channels.accepted(newcomer);
        assertFalse(first.isOpen());
        for (SocketChannel left : List.of(lone, second, newcomer)) assertTrue(left.isOpen());
    }
}
