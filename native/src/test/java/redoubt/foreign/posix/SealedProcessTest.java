package redoubt.foreign.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real child processes seal themselves under the real kernel. A filter cannot be taken off, so no
/// test installs one in its own process.
class SealedProcessTest {
    @TempDir Path outside;

    @BeforeEach
    void needs_linux() {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "seccomp is of Linux");
    }

    private static Process child(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx128m", "-XX:-UsePerfData", "-XX:TieredStopAtLevel=1"));
        Path target = Path.of("target").toAbsolutePath();
        command.addAll(
                List.of(
                        "--module-path",
                        target.resolve("classes").toString(),
                        "--patch-module",
                        "redoubt.foreign=" + target.resolve("test-classes"),
                        "--enable-native-access=redoubt.foreign",
                        "--illegal-native-access=deny",
                        "--module",
                        "redoubt.foreign/" + SealedChild.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static List<String> rest(BufferedReader lines, Process process) throws Exception {
        List<String> all = lines.lines().toList();
        assertTrue(process.waitFor(300, TimeUnit.SECONDS), "the child did not end");
        assertEquals(0, process.exitValue(), String.join("\n", all));
        return all;
    }

    private static boolean has(List<String> lines, String start) {
        return lines.stream().anyMatch(line -> line.startsWith(start));
    }

    @Nested
    class Without_a_seal {
        @Test
        void the_same_probes_find_the_ways_open() throws Exception {
            Process process = child("unsealed", outside.toString());
            List<String> lines = rest(process.inputReader(), process);
            for (String way :
                    List.of("tcp-v4", "udp-v4", "dns", "unix", "exec", "fork", "connect")) {
                assertTrue(has(lines, "probe " + way + " FAILS open none"), way + " in " + lines);
            }
            assertTrue(has(lines, "probe write-outside FAILS open none"), lines.toString());
            try (var left = Files.list(outside)) {
                assertEquals(0, left.count(), "the probe left something behind");
            }
        }
    }

    @Nested
    class A_sealed_engine {
        @Test
        void finds_no_way_out_and_goes_on_working() throws Exception {
            Process process = child("engine", outside.toString());
            List<String> lines = rest(process.inputReader(), process);
            String all = String.join("\n", lines);
            assertTrue(lines.getFirst().contains("holds for all"), all);
            assertEquals(36, lines.stream().filter(line -> line.startsWith("probe ")).count(), all);
            assertFalse(all.contains(" FAILS "), all);
            assertFalse(all.contains(" open "), all);
            assertTrue(
                    lines.stream()
                            .filter(line -> line.startsWith("probe "))
                            .allMatch(line -> line.contains(" blocked kernel-filter ")),
                    all);
            assertTrue(has(lines, "java-connect refused Operation not permitted"), all);
            assertTrue(has(lines, "java-exec refused"), all);
            assertTrue(has(lines, "java-write refused"), all);
            assertTrue(has(lines, "java-read java"), all);
            assertTrue(has(lines, "worked 4000"), all);
            assertEquals("end", lines.getLast(), all);
        }
    }

    @Nested
    class A_sealed_gateway {
        @Test
        void serves_and_starts_processes_but_cannot_connect() throws Exception {
            Process process = child("gateway", outside.toString(), keyStore().toString());
            BufferedReader out = process.inputReader();
            List<String> lines = new ArrayList<>();
            String line = out.readLine();
            while (line != null && !line.startsWith("ports ")) {
                lines.add(line);
                line = out.readLine();
            }
            assertTrue(line != null, "the child ended early: " + lines);
            String[] ports = line.split(" ");
            assertEquals("hello plain\n", greeting(Integer.parseInt(ports[1])));
            assertEquals("ping", overTls(Integer.parseInt(ports[2])));
            assertEquals("hello again\n", greeting(Integer.parseInt(ports[1])));
            lines.addAll(rest(out, process));
            String all = String.join("\n", lines);
            assertFalse(all.contains(" FAILS "), all);
            for (String way :
                    List.of("tcp-v4", "udp-v6", "raw-ip", "unix", "send-to", "io-uring")) {
                assertTrue(has(lines, "probe " + way + " holds blocked kernel-filter"), all);
            }
            assertTrue(has(lines, "probe exec holds open"), all);
            assertTrue(has(lines, "java-connect refused Operation not permitted"), all);
            assertTrue(has(lines, "java-exec exit 0"), all);
            assertTrue(has(lines, "java-write written"), all);
            assertTrue(has(lines, "worked 4000"), all);
            assertEquals("end", lines.getLast(), all);
        }

        private Path keyStore() throws Exception {
            Path file = outside.resolve("keys.p12");
            Process keytool =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "keytool")
                                            .toString(),
                                    "-genkeypair",
                                    "-alias",
                                    "tls",
                                    "-keyalg",
                                    "EC",
                                    "-dname",
                                    "CN=localhost",
                                    "-validity",
                                    "2",
                                    "-storetype",
                                    "PKCS12",
                                    "-keystore",
                                    file.toString(),
                                    "-storepass",
                                    new String(SealedChild.PASSWORD))
                            .redirectErrorStream(true)
                            .start();
            String said =
                    new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, keytool.waitFor(), said);
            return file;
        }

        private static String greeting(int port) throws IOException {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                    InputStream in = socket.getInputStream()) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        }

        private String overTls(int port) throws Exception {
            KeyStore keys =
                    KeyStore.getInstance(
                            outside.resolve("keys.p12").toFile(), SealedChild.PASSWORD);
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("tls", keys.getCertificate("tls"));
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            try (Socket socket =
                    context.getSocketFactory()
                            .createSocket(InetAddress.getLoopbackAddress(), port)) {
                socket.getOutputStream().write("ping".getBytes(StandardCharsets.UTF_8));
                return new String(socket.getInputStream().readNBytes(4), StandardCharsets.UTF_8);
            }
        }
    }

    @Nested
    class A_process_with_a_memory_limit {
        /// Mapped to be read, it is no private memory, however large.
        @Test
        void is_refused_more_and_goes_on_and_cannot_raise_it_under_its_seal() throws Exception {
            Path large = outside.resolve("weights");
            long bytes = 4 * SealedChild.MORE_BYTES;
            try (var file = new java.io.RandomAccessFile(large.toFile(), "rw")) {
                file.setLength(bytes);
            }
            Process process = child("limited", large.toString());
            List<String> lines = rest(process.inputReader(), process);
            String all = String.join("\n", lines);
            String[] got = lines.getFirst().split(" ");
            int mebibytes = Integer.parseInt(got[1]);
            assertTrue(mebibytes > 8 && mebibytes <= 64, all);
            assertEquals("mapped 0", lines.get(1), all);
            assertEquals("again 1048576", lines.get(2), all);
            assertTrue(lines.get(3).startsWith("kept The kernel does not take a limit"), all);
            assertTrue(lines.get(3).contains("EPERM"), all);
            assertEquals("end", lines.getLast(), all);
        }
    }

    @Nested
    class Detached_standard_output {
        @Test
        void carries_frames_and_no_stray_print() throws Exception {
            Process process = child("streams", outside.toString());
            byte[] all = process.getInputStream().readAllBytes();
            assertEquals(0, process.waitFor());
            assertEquals(300_001, all.length);
            assertEquals('f', all[0]);
            assertEquals('!', all[300_000]);
        }
    }
}
