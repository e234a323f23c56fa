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
        AcceptedChannels channels = new AcceptedChannels(Duration.ofMinutes(1));
        SocketChannel channel = accept();
        channels.accepted(channel);
        Runnable ended = channels.claim(channel.getRemoteAddress());
        assertTrue(channel.isOpen());
        ended.run();
        assertEquals(0, channels.size());
        for (int i = 0; i < 300 && channel.isOpen(); i++) Thread.sleep(100);
        assertFalse(channel.isOpen());
    }

    @Test
    void a_channel_of_which_no_connection_came_is_closed_when_another_comes() throws Exception {
        AcceptedChannels channels = new AcceptedChannels(Duration.ZERO);
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
        AcceptedChannels channels = new AcceptedChannels(Duration.ZERO);
        SocketChannel busy = accept();
        channels.accepted(busy);
        Runnable ended = channels.claim(busy.getRemoteAddress());
        channels.accepted(accept());
        assertTrue(busy.isOpen());
        ended.run();
    }
}
