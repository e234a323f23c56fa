package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.provenance.cbor.CborException;

/// What travels between an appliance and its record root, and what lies beside both, changed at
/// random on the way.
class HostileRootTest {
    /// So many rounds as DER would not write and readers take.
    private static final String ONCE = "0203000001";

    private static final int SIGNED_ROUNDS = Integer.getInteger("redoubt.fuzz", 80);

    @TempDir Path folder;
    private RootHome site;

    @BeforeEach
    void install() throws Exception {
        site = new RootHome(folder.resolve("home")).run();
    }

    private byte[] replacement() throws Exception {
        RootHome lost = site.copyTo(folder.resolve("lost"));
        return new RootReplacement(lost.settings()).request(0).file();
    }

    @Test
    void a_request_is_read_or_refused() throws Exception {
        byte[] countersign;
        try (AuditRecord record = site.open()) {
            countersign = RootVisit.request(record, 1);
        }
        Hostile.is_withstood(
                "root request",
                bytes -> Optional.of(RootRequest.decode(bytes).encode()),
                RootRefusedException.class,
                Mutations::ofCbor,
                List.of(countersign, replacement()));
    }

    @Test
    void a_changed_request_gets_no_other_history_signed() throws Exception {
        Bytes root = site.root().publicKey();
        Mutations mutations = new Mutations(Hostile.SEED);
        byte[] countersign;
        try (AuditRecord record = site.open()) {
            countersign = RootVisit.request(record, 1);
        }
        for (byte[] good : List.of(countersign, replacement())) {
            RootRequest honest = RootReview.of(good, root).request();
            for (int i = 0; i < SIGNED_ROUNDS; i++) {
                byte[] changed = mutations.ofCbor(good);
                try {
                    RootRequest asked = RootReview.of(changed, root).request();
                    String told = Hostile.told("root request", changed);
                    assertEquals(honest.logId(), asked.logId(), told);
                    assertEquals(honest.size(), asked.size(), told);
                    assertEquals(honest.root(), asked.root(), told);
                    assertEquals(honest.epoch(), asked.epoch(), told);
                } catch (RootRefusedException refused) {
                    assertTrue(String.valueOf(refused.getMessage()).endsWith("."));
                }
            }
        }
    }

    @Test
    void an_answer_is_read_or_refused_and_not_taken_with_other_content() throws Exception {
        try (AuditRecord record = site.open()) {
            byte[] good = site.sign(RootVisit.request(record, 0)).encode();
            Hostile.is_withstood(
                    "root answer",
                    bytes -> Optional.of(RootAnswer.decode(bytes).encode()),
                    RootRefusedException.class,
                    Mutations::ofCbor,
                    List.of(good));
            long size = record.size();
            Mutations mutations = new Mutations(Hostile.SEED);
            for (int i = 0; i < SIGNED_ROUNDS; i++) {
                byte[] changed = mutations.ofCbor(good);
                if (java.util.Arrays.equals(changed, good)) continue;
                try {
                    RootVisit.countersigned(record, site.trust(), changed);
                    fail(Hostile.told("root answer was taken", changed));
                } catch (RootRefusedException refused) {
                    // As it should be.
                }
            }
            assertEquals(size, record.size());
        }
    }

    @Test
    void a_list_of_what_was_signed_is_read_or_refused() throws Exception {
        Path file = folder.resolve(RootHistory.FILE);
        byte[] good =
                """
                redoubt-root-signed/1
                2026-11-22T10:00:00Z countersigned %1$s 1 5 %1$s
                2026-11-23T10:00:00Z replaced %1$s 2 9 %1$s
                """
                        .formatted("ab".repeat(32))
                        .getBytes(StandardCharsets.US_ASCII);
        Hostile.is_withstood(
                "signed.txt",
                bytes -> {
                    RootHistory.parse(file, bytes);
                    return Optional.empty();
                },
                RootRefusedException.class,
                Mutations::ofText,
                List.of(good));
    }

    @Test
    void what_a_start_waits_for_is_read_or_stops_it() throws Exception {
        RootHome waiting = site.copyTo(folder.resolve("waiting"));
        new RootReplacement(waiting.settings()).request(0);
        byte[] good = Files.readAllBytes(waiting.keys().resolve("root-pending"));
        Hostile.is_withstood(
                "root-pending",
                bytes -> Optional.of(RootPending.decode(bytes).encode()),
                CborException.class,
                Mutations::ofCbor,
                List.of(good));
    }

    @Test
    void a_protected_key_is_opened_as_it_was_or_refused() throws Exception {
        char[] passphrase = "correct horse battery".toCharArray();
        byte[] secret = new byte[300];
        byte[] sealed = PassphraseSeal.seal(secret, passphrase);
        // One round instead of 600,000.
        String hex = HexFormat.of().formatHex(sealed);
        byte[] quick = HexFormat.of().parseHex(hex.replace("02030927c0", ONCE));
        Mutations mutations = new Mutations(Hostile.SEED);
        int refused = 0;
        for (int i = 0; i < 3 * SIGNED_ROUNDS; i++) {
            byte[] changed = mutations.ofDer(quick);
            // Millions of rounds are allowed, and would be all that this test does.
            if (!HexFormat.of().formatHex(changed).contains(ONCE)) continue;
            try {
                PassphraseSeal.open(changed, passphrase);
            } catch (IOException | GeneralSecurityException as_it_should_be) {
                refused++;
            } catch (RuntimeException | StackOverflowError crash) {
                fail(Hostile.told("protected key", changed), crash);
            }
        }
        assertTrue(refused > SIGNED_ROUNDS, refused + " were refused");
        assertArrayEquals(secret, PassphraseSeal.open(sealed, passphrase));
    }
}
