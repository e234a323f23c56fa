package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static redoubt.appliance.RunningAppliance.chat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients that hold a connection and do not use it.
class SlowClientTest {
    @Test
    void one_that_never_ends_its_request_is_told_and_disconnected() {
        StallingClients.ofShared().awaitEndOfUnended();
        answersAnOrdinaryOne();
    }

    private static void answersAnOrdinaryOne() {
        assertTrue(
                RunningAppliance.shared()
                                .keySend("POST", "/v1/chat/completions", chat("\"max_tokens\":2"))
                                .statusCode()
                        == 200);
    }

    @Test
    void many_that_open_a_stream_and_never_read_do_not_stop_others() throws Exception {
        RunningAppliance appliance = RunningAppliance.shared();
        String body = chat("\"max_tokens\":64,\"stream\":true");
        SSLSocket[] sockets = new SSLSocket[12];
        try {
            for (int i = 0; i < sockets.length; i++) {
                sockets[i] = appliance.socket();
                OutputStream out = sockets[i].getOutputStream();
                out.write(
                        ("POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer "
                                        + appliance.staffKey()
                                        + "\r\nContent-Length: "
                                        + body.length()
                                        + "\r\n\r\n"
                                        + body)
                                .getBytes(StandardCharsets.US_ASCII));
                out.flush();
            }
            answersAnOrdinaryOne();
            try (InputStream in = sockets[0].getInputStream()) {
                assertTrue(in.read() >= 0, "whoever reads later still gets what was sent");
            }
        } finally {
            for (SSLSocket socket : sockets) if (socket != null) socket.close();
        }
    }

    /// Half of them never begin with TLS, half never ask anything; all from the address of the
    /// ordinary client, and twice as many as one address may have.
    @Test
    void five_hundred_that_connect_and_stall_do_not_stop_an_ordinary_one() throws Exception {
        RunningAppliance appliance = RunningAppliance.shared();
        // They are to end by the appliance's patience, not because these take their places.
        StallingClients.ofShared().awaitEnds();
        List<Socket> stalling = new ArrayList<>();
        try {
            for (int i = 0; i < 500; i++) {
                Socket client = new Socket("127.0.0.1", appliance.port());
                stalling.add(client);
                if (i % 2 == 0) {
                    // The beginning of a hello of TLS, of which the rest never comes.
                    client.getOutputStream().write(new byte[] {22, 3, 1, 2, 0, 1, 0, 1, -4, 3, 3});
                }
            }
            // A client of its own, whose connections are not there yet.
            try (HttpClient ordinary =
                    HttpClient.newBuilder().sslContext(appliance.tls()).build()) {
                for (int i = 0; i < 3; i++) {
                    HttpResponse<String> answered =
                            ordinary.send(
                                    appliance.request(
                                            "POST",
                                            "/v1/chat/completions",
                                            chat("\"max_tokens\":2"),
                                            "Authorization",
                                            "Bearer " + appliance.staffKey()),
                                    HttpResponse.BodyHandlers.ofString());
                    assertTrue(answered.statusCode() == 200, answered.body());
                }
            }
            assertTrue(
                    stalling.stream().filter(SlowClientTest::disconnected).count() >= 500 - 256,
                    "an address has more connections than it may");
        } finally {
            for (Socket client : stalling) client.close();
        }
    }

    private static boolean disconnected(Socket client) {
        try {
            client.setSoTimeout(1);
            return client.getInputStream().read() < 0;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    private static String raw(String request) throws IOException {
        RunningAppliance appliance = RunningAppliance.shared();
        try (SSLSocket socket = appliance.socket()) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n-1\r\n{}\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
                "Content-Length: 2\r\nContent-Length: 4\r\n\r\n{}{}"
            })
    void one_whose_request_has_no_certain_end_is_refused_and_disconnected(String rest)
            throws Exception {
        String told = raw("POST /api/session HTTP/1.1\r\nHost: localhost\r\n" + rest);
        assertTrue(told.startsWith("HTTP/1.1 400"), told);
        assertTrue(told.contains("Nothing was done"), told);
        assertTrue(told.toLowerCase(java.util.Locale.ROOT).contains("connection: close"), told);
    }

    @Test
    void those_that_never_ask_anything_do_not_keep_their_places() {
        StallingClients.ofShared().awaitEnds();
    }

    @Test
    void the_rest_of_a_body_that_was_refused_is_not_taken_for_a_request() throws Exception {
        String said =
                raw(
                        "POST /api/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 200000\r\n\r\n"
                                + "x".repeat(80_000)
                                + "\r\n\r\nGET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        assertTrue(said.startsWith("HTTP/1.1 413"), said);
        assertTrue(said.indexOf("HTTP/1.1", 5) < 0, said);
    }

    /// Java's own client stops waiting for the 100 after a second, and sends the body anyway.
    @Test
    void a_body_that_was_not_asked_for_is_not_taken_for_a_request() throws Exception {
        String body = "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
        String said =
                raw(
                        "POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer wrong"
                                + "\r\nExpect: 100-continue\r\nContent-Length: "
                                + body.length()
                                + "\r\n\r\n"
                                + body);
        assertTrue(said.startsWith("HTTP/1.1 401"), said);
        assertTrue(said.indexOf("HTTP/1.1", 5) < 0, said);
    }
}
