package redoubt.appliance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static redoubt.appliance.RunningAppliance.chat;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Clients that stall, and clients that leave at any moment: nothing of them stays behind.
class LeavingClientsTest {
    private static final int STALLING = 500;
    private static final int LEAVING = 120;
    private static final int CONNECTIONS_SLACK = 24;
    private static final int RESETTING = 40;
    private static final int SOCKETS_SLACK = 8;

    private static RunningAppliance appliance;

    @BeforeAll
    static void start() {
        appliance = RunningAppliance.start(RunningAppliance.temporaryHome());
    }

    @AfterAll
    static void stop() {
        appliance.close();
    }

    private static String request(String route, String body) {
        return "POST %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(route, appliance.staffKey(), body.length(), body);
    }

    private static SSLSocket open() throws IOException {
        return appliance.socket();
    }

    private static long figure(String name) {
        return appliance
                .consoleSend("GET", "/metrics", null)
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    /// Connections to the appliance, whoever holds them, that are not on their way out.
    private static long connections() throws IOException {
        String port = ":%04X ".formatted(appliance.port());
        long open = 0;
        for (String table : List.of("tcp", "tcp6"))
            for (String line : Files.readAllLines(Path.of("/proc/net/" + table))) {
                String[] columns = line.strip().split(" +");
                // 01 is established, 08 is closed by the client and not by us.
                if (line.contains(port) && List.of("01", "08").contains(columns[3])) open++;
            }
        return open;
    }

    private static void await(Callable<Boolean> condition, String what) throws Exception {
        RunningAppliance.await(condition, () -> what);
    }

    private static void answersStill() throws Exception {
        List<Future<Integer>> answers = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            String body = chat("\"max_tokens\":4");
            for (int i = 0; i < 8; i++)
                answers.add(
                        threads.submit(() ->
                                appliance
                                        .keySend("POST", "/v1/chat/completions", body)
                                        .statusCode()));
        }
        for (Future<Integer> answer : answers) assertEquals(200, answer.get());
    }

    @Test
    void five_hundred_that_connect_and_stall_hold_up_nobody() throws Exception {
        answersStill();
        long before = connections();
        List<Socket> stalling = new ArrayList<>();
        try {
            String request =
                    request("/v1/chat/completions", chat("\"stream\":true,\"max_tokens\":200"));
            for (int i = 0; i < STALLING; i++) {
                // Some say nothing, some stop in the middle, some ask and never read.
                if (i % 10 != 0) stalling.add(new Socket("127.0.0.1", appliance.port()));
                else {
                    SSLSocket socket = open();
                    stalling.add(socket);
                    String sent = i % 20 == 0 ? request : request.substring(0, 60);
                    socket.getOutputStream().write(sent.getBytes(UTF_8));
                    socket.getOutputStream().flush();
                }
            }
            answersStill();
        } finally {
            for (Socket socket : stalling) socket.close();
        }
        await(() -> figure("redoubt_answers_running") == 0, "an answer to nobody goes on");
        await(
                () -> connections() <= before + CONNECTIONS_SLACK,
                "connections of clients that left stay open");
    }

    @Test
    void one_that_leaves_at_any_moment_leaves_nothing_behind() throws Exception {
        long seed = Long.getLong("redoubt.seed", 20261121L);
        System.out.println("LeavingClientsTest: seed " + seed);
        Random random = new Random(seed);
        List<String> requests =
                List.of(
                        request("/v1/chat/completions", chat("\"stream\":true")),
                        request("/v1/chat/completions", chat("\"stream\":true,\"n\":3")),
                        request("/v1/chat/completions", chat("\"max_tokens\":400")),
                        request(
                                "/v1/completions",
                                "{\"model\":\"tiny\",\"prompt\":[\"a\",\"b\"],\"max_tokens\":300,\"stream\":true}"),
                        request("/v1/messages", chat("\"max_tokens\":400,\"stream\":true")),
                        request(
                                "/v1/responses",
                                "{\"model\":\"tiny\",\"input\":\"x\",\"stream\":true}"),
                        request(
                                "/v1/responses",
                                "{\"model\":\"tiny\",\"input\":\"x\",\"max_output_tokens\":400}"));
        long engine = appliance.engines().getFirst().pid();
        answersStill();
        long before = connections();
        for (int i = 0; i < LEAVING; i++)
            leave(requests.get(random.nextInt(requests.size())), random);
        await(() -> figure("redoubt_answers_running") == 0, "an answer to nobody goes on");
        assertEquals(0, figure("redoubt_answers_queued"));
        await(
                () -> connections() <= before + CONNECTIONS_SLACK,
                "connections of clients that left stay open");
        assertEquals(engine, appliance.engines().getFirst().pid(), "the engine was restarted");
        answersStill();
    }

    private static Path descriptors() {
        return Path.of("/proc/" + appliance.process().pid() + "/fd");
    }

    /// Sockets of the appliance, whatever their state.
    private static long sockets() throws IOException {
        long open = 0;
        try (var descriptors = Files.newDirectoryStream(descriptors())) {
            for (Path descriptor : descriptors) {
                try {
                    if (Files.readSymbolicLink(descriptor).toString().startsWith("socket:")) open++;
                } catch (IOException closed) {
                    // Closed while we looked.
                }
            }
        }
        return open;
    }

    @Test
    void whoever_resets_a_connection_leaves_no_descriptor() throws Exception {
        assumeTrue(Files.isReadable(descriptors()), "its descriptors are not shown to us");
        answersStill();
        long before = sockets();
        String request = request("/v1/chat/completions", chat("\"stream\":true"));
        for (int i = 0; i < RESETTING; i++) {
            Socket plain = new Socket("127.0.0.1", appliance.port());
            SSLSocket socket =
                    (SSLSocket)
                            appliance
                                    .tls()
                                    .getSocketFactory()
                                    .createSocket(plain, "127.0.0.1", appliance.port(), false);
            socket.getOutputStream().write(request.getBytes(UTF_8));
            socket.getOutputStream().flush();
            if (i % 2 == 0) assertTrue(socket.getInputStream().read() >= 0);
            // Closing with a linger of nothing resets.
            plain.setSoLinger(true, 0);
            plain.close();
        }
        await(() -> figure("redoubt_answers_running") == 0, "an answer to nobody goes on");
        await(
                () -> sockets() <= before + SOCKETS_SLACK,
                "descriptors of connections that were reset stay open");
    }

    /// Sends a part or all, reads a part or nothing, and goes.
    private static void leave(String request, Random random) throws IOException {
        try (SSLSocket socket = open()) {
            byte[] bytes = request.getBytes(UTF_8);
            int sent = random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length;
            socket.getOutputStream().write(bytes, 0, sent);
            socket.getOutputStream().flush();
            if (sent < bytes.length) return;
            socket.setSoTimeout(1 + random.nextInt(60));
            int wanted = random.nextInt(4000);
            try {
                for (int read = 0; read < wanted; ) {
                    int more = socket.getInputStream().read(new byte[512]);
                    if (more < 0) return;
                    read += more;
                }
            } catch (SocketTimeoutException impatient) {
                return;
            }
        }
    }

    @Test
    void a_stream_that_outlives_its_client_is_not_stopped_by_it() throws Exception {
        String id;
        try (SSLSocket socket = open()) {
            socket.getOutputStream()
                    .write(
                            request(
                                            "/v1/chat/completions",
                                            chat(
                                                    "\"stream\":true,\"resumable\":true,\"max_tokens\":60"))
                                    .getBytes(UTF_8));
            socket.getOutputStream().flush();
            StringBuilder read = new StringBuilder();
            while (read.indexOf("\r\n\r\n") < 0) read.append((char) socket.getInputStream().read());
            int at = read.indexOf("X-Redoubt-Stream: ");
            assertTrue(at > 0, read.toString());
            id = read.substring(at + 18, read.indexOf("\r\n", at));
        }
        String whole = appliance.keySend("GET", "/v1/streams/" + id, null).body();
        assertTrue(whole.contains("\"finish_reason\":\"length\""), whole);
        assertTrue(whole.contains("[DONE]"), whole);
    }
}
