package redoubt.provenance.anchor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.provenance.record.Bytes;

/// Responses are made by another implementation: the time stamping authority of the `openssl`
/// command, where the host has one.
class Rfc3161Test {
    private static final String TEXT = "redoubt/00\n7\nroot\n";
    private static final Bytes DIGEST =
            Bytes.of(OtsProof.sha256(TEXT.getBytes(StandardCharsets.UTF_8)));
    private static final String SETTINGS =
            """
            [req]
            distinguished_name = name
            prompt = no
            [name]
            CN = %s
            [root]
            basicConstraints = critical, CA:true
            keyUsage = critical, keyCertSign
            [stamps]
            basicConstraints = critical, CA:false
            keyUsage = critical, digitalSignature
            extendedKeyUsage = critical, timeStamping
            [tsa]
            default_tsa = authority
            [authority]
            dir = .
            serial = ./serial
            signer_digest = sha256
            default_policy = 1.2.3.4.1
            digests = sha256
            accuracy = secs:1
            ordering = yes
            ess_cert_id_alg = sha256
            """;

    @TempDir Path folder;

    private final Rfc3161 anchor = new Rfc3161();

    @BeforeEach
    void openssl_is_there() throws Exception {
        boolean there;
        try {
            there = run("openssl", "version") == 0;
        } catch (IOException missing) {
            there = false;
        }
        assumeTrue(there, "skipped: this host has no openssl command");
    }

    private int run(String... command) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("log").toFile())
                        .start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        return process.exitValue();
    }

    private void openssl(String line) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(Arrays.asList(line.split(" ")));
        if (run(command.toArray(String[]::new)) != 0)
            throw new IOException(line + ": " + Files.readString(folder.resolve("log")));
    }

    private void authority(String name) throws Exception {
        Files.writeString(folder.resolve(name + ".cnf"), SETTINGS.formatted(name));
        openssl(
                "req -x509 -newkey rsa:2048 -nodes -days 3650 -config %1$s.cnf -extensions root -keyout %1$s.key -out %1$s.pem"
                        .formatted(name));
        Files.writeString(folder.resolve("stamps.cnf"), SETTINGS.formatted(name + " time stamps"));
        openssl(
                "req -new -newkey rsa:2048 -nodes -config stamps.cnf -keyout stamps.key -out a.csr");
        openssl(
                "x509 -req -in a.csr -CA %1$s.pem -CAkey %1$s.key -set_serial 7 -days 365 -extfile stamps.cnf -extensions stamps -out stamps.pem"
                        .formatted(name));
        Files.writeString(folder.resolve("serial"), "01\n");
    }

    private byte[] response(byte[] request) throws Exception {
        Files.write(folder.resolve("request.tsq"), request);
        openssl(
                "ts -reply -config stamps.cnf -section authority -queryfile request.tsq -signer stamps.pem -inkey stamps.key -out response.tsr");
        return Files.readAllBytes(folder.resolve("response.tsr"));
    }

    private byte[] response() throws Exception {
        authority("site");
        return response(anchor.request(TEXT).content());
    }

    private AnchorTrust roots(String... names) throws IOException {
        Path tsa = Files.createDirectories(folder.resolve("trust/tsa"));
        for (String name : names)
            Files.copy(folder.resolve(name + ".pem"), tsa.resolve(name + ".pem"));
        return AnchorTrust.read(folder.resolve("trust"));
    }

    @Nested
    class A_response_by_openssl {
        @Test
        void proves_its_time_under_a_root_that_the_checker_brings() throws Exception {
            Instant before = Instant.now().minus(Duration.ofMinutes(5));
            byte[] response = response();
            var proven =
                    assertInstanceOf(
                            AnchorFinding.Proven.class,
                            anchor.check(response, DIGEST, roots("site")));
            assertTrue(proven.at().isAfter(before), proven.at().toString());
            assertEquals("CN=site time stamps", proven.by());
        }

        @Test
        void proves_nothing_without_a_root() throws Exception {
            var unchecked =
                    assertInstanceOf(
                            AnchorFinding.Unchecked.class,
                            anchor.check(response(), DIGEST, AnchorTrust.none()));
            assertTrue(unchecked.sentence().contains("site time stamps"), unchecked.sentence());
        }

        @Test
        void proves_nothing_under_another_root() throws Exception {
            byte[] response = response();
            authority("other");
            assertInstanceOf(
                    AnchorFinding.Unchecked.class, anchor.check(response, DIGEST, roots("other")));
        }

        @Test
        void is_refused_for_another_checkpoint() throws Exception {
            byte[] response = response();
            assertThrows(
                    MalformedAnchorException.class,
                    () -> anchor.check(response, Bytes.of(new byte[32]), AnchorTrust.none()));
        }

        @Test
        void never_proves_anything_when_a_byte_of_what_was_signed_is_changed() throws Exception {
            byte[] response = response();
            AnchorTrust by = roots("site");
            var whole =
                    assertInstanceOf(
                            AnchorFinding.Proven.class, anchor.check(response, DIGEST, by));
            Random random = new Random(20_261_122);
            for (int i = 0; i < 300; i++) {
                byte[] changed = response.clone();
                changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
                try {
                    // What is not signed, such as the words of the status, may change.
                    if (anchor.check(changed, DIGEST, by) instanceof AnchorFinding.Proven proven)
                        assertEquals(whole, proven, "seed 20261122, change " + i);
                } catch (MalformedAnchorException refused) {
                    assertTrue(String.valueOf(refused.getMessage()).endsWith("."));
                }
            }
        }
    }

    @Nested
    class A_file_that_is_no_response {
        @Test
        void is_refused() {
            for (byte[] bytes : List.of(new byte[0], new byte[100], TEXT.getBytes()))
                assertThrows(
                        MalformedAnchorException.class,
                        () -> anchor.check(bytes, DIGEST, AnchorTrust.none()));
        }

        @Test
        void is_refused_when_the_authority_refused() throws Exception {
            authority("site");
            byte[] request = anchor.request(TEXT).content();
            Files.writeString(
                    folder.resolve("stamps.cnf"),
                    SETTINGS.formatted("site time stamps")
                            .replace("digests = sha256", "digests = sha512"));
            byte[] refusal = response(request);
            var refused =
                    assertThrows(
                            MalformedAnchorException.class,
                            () -> anchor.check(refusal, DIGEST, AnchorTrust.none()));
            assertTrue(String.valueOf(refused.getMessage()).contains("refused"));
        }
    }
}
