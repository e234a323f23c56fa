package redoubt.appliance;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// Clients that hold a connection until the appliance's patience is over, which is a minute. They
/// begin with the appliance that is shared, so that the minute passes beside other tests. Each has
/// a thread that waits for its end.
final class StallingClients {
    // The clients' own patience is longer than the appliance's: running out of it fails.
    private static final int PATIENCE_MS = 120_000;

    private static @Nullable StallingClients begun;

    private final CompletableFuture<String> silent;
    private final CompletableFuture<String> dribbling;
    private final CompletableFuture<String> unended;

    private StallingClients(RunningAppliance appliance) throws IOException {
        silent = end(new Socket("127.0.0.1", appliance.port()));
        SSLSocket dribbles = appliance.socket();
        dribbles.getOutputStream().write("GET /health HTTP/1.1\r\nX: ".getBytes(US_ASCII));
        dribbling = end(dribbles);
        Thread.ofVirtual().start(() -> dribble(dribbles));
        SSLSocket begins = appliance.socket();
        begins.getOutputStream()
                .write(
                        ("POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer "
                                        + appliance.staffKey()
                                        + "\r\nContent-Length: 1000\r\n\r\n{")
                                .getBytes(US_ASCII));
        unended = end(begins);
    }

    static synchronized void begin(RunningAppliance shared) {
        try {
            begun = new StallingClients(shared);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Those of the shared appliance.
    static synchronized StallingClients ofShared() {
        assertTrue(RunningAppliance.shared().process().isAlive());
        return Objects.requireNonNull(begun);
    }

    private static void dribble(Socket socket) {
        try {
            while (true) {
                socket.getOutputStream().write('x');
                Thread.sleep(2000);
            }
        } catch (IOException | InterruptedException disconnected) {
            Thread.currentThread().interrupt();
        }
    }

    /// What it is told until it is disconnected.
    private static CompletableFuture<String> end(Socket socket) {
        CompletableFuture<String> told = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> {
                    try (socket) {
                        socket.setSoTimeout(PATIENCE_MS);
                        told.complete(new String(socket.getInputStream().readAllBytes(), UTF_8));
                    } catch (SocketTimeoutException patience) {
                        told.completeExceptionally(
                                new AssertionError("the appliance waits for ever", patience));
                    } catch (SocketException | SSLException disconnected) {
                        told.complete("");
                    } catch (IOException failure) {
                        told.completeExceptionally(failure);
                    }
                });
        return told;
    }

    /// The one that began a request with a body.
    void awaitEndOfUnended() {
        awaitEnds(List.of(unended));
    }

    void awaitEnds() {
        awaitEnds(List.of(silent, dribbling, unended));
    }

    private static void awaitEnds(List<CompletableFuture<String>> clients) {
        for (var client : clients) {
            String told = client.join();
            assertTrue(told.isEmpty() || told.startsWith("HTTP/1.1 4"), told);
        }
    }
}
