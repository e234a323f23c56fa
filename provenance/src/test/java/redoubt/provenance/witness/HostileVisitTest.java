package redoubt.provenance.witness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Checkpoint;
import redoubt.provenance.record.Hostile;
import redoubt.provenance.record.MalformedRecordException;
import redoubt.provenance.record.Mutations;

/// Every file that a witness reads, changed at random: those of a medium that passed through hands
/// which nobody watched, and the witness's own after somebody was at them.
class HostileVisitTest extends AtTheWitness {
    private static final int ROUNDS = Integer.getInteger("redoubt.fuzz", 40);

    @Test
    void a_consistency_proof_is_read_or_refused() throws Exception {
        Growth growth =
                new Growth(1_234, List.of(Bytes.of(new byte[32]), Bytes.ofHex("5a".repeat(32))));
        Hostile.is_withstood(
                "growth",
                bytes -> Optional.of(Growth.decode(bytes).encode()),
                MalformedRecordException.class,
                Mutations::ofText,
                List.of(growth.encode(), new Growth(1, List.of()).encode()));
    }

    @Test
    void a_wish_is_read_or_passed_over() throws Exception {
        Path wish = Files.createDirectories(medium.resolve("wanted")).resolve("0123abcd");
        Mutations mutations = new Mutations(Hostile.SEED);
        for (int i = 0; i < 5 * ROUNDS; i++) {
            byte[] changed = mutations.ofText("old 77\n".getBytes(StandardCharsets.US_ASCII));
            Files.write(wish, changed);
            for (long size : wished())
                assertEquals(
                        "old " + size + "\n", new String(changed, StandardCharsets.ISO_8859_1));
        }
    }

    private List<Long> wished() {
        try {
            return VisitFiles.wished(new Medium(medium));
        } catch (WitnessException longer) {
            return List.of();
        }
    }

    @Test
    void of_a_changed_medium_nothing_is_signed_but_what_the_site_signed() throws Exception {
        try (var site = new WitnessedSite(site("a"))) {
            long first = site.out(medium).size();
            signed(Optional.of(site.trust()));
            site.work(3);
            Checkpoint now = site.out(medium, first);
            Path growth = medium.resolve("consistency/%016d".formatted(first));
            Path keys = medium.resolve("keys.proof");
            byte[] goodGrowth = Files.readAllBytes(growth);
            byte[] goodKeys = Files.readAllBytes(keys);
            Mutations mutations = new Mutations(Hostile.SEED);
            for (int i = 0; i < ROUNDS; i++) {
                boolean isGrowth = i % 3 == 0;
                byte[] changed =
                        isGrowth ? mutations.ofText(goodGrowth) : mutations.ofCbor(goodKeys);
                Files.write(growth, isGrowth ? changed : goodGrowth);
                Files.write(keys, isGrowth ? goodKeys : changed);
                try {
                    if (visit(Optional.empty()) instanceof WitnessVisit.Outcome.Signed signed) {
                        assertEquals(now.text(), signed.checkpoint().text());
                        // Back to before, so that the next one is judged anew.
                        forget(site, first);
                    }
                } catch (WitnessException refused) {
                    assertTrue(refused.sentence().endsWith("."), refused.sentence());
                } catch (RuntimeException | StackOverflowError crash) {
                    fail(Hostile.told("medium", changed), crash);
                }
            }
        }
    }

    private void forget(WitnessedSite site, long first) throws Exception {
        try (WitnessState state = WitnessState.open(home.resolve("state"))) {
            Bytes log = state.logs().getFirst();
            Path signed = home.resolve("state").resolve(log.hex()).resolve("signed");
            state.remember(
                    log,
                    new WitnessState.Last(
                            1,
                            NOON.getEpochSecond(),
                            Checkpoint.parse(
                                    Files.readAllBytes(
                                            signed.resolve("%016d.note".formatted(first))))));
        }
    }

    @Test
    void what_a_witness_remembers_is_read_or_stops_it() throws Exception {
        try (var site = new WitnessedSite(site("a"))) {
            site.out(medium);
            signed(Optional.of(site.trust()));
        }
        try (WitnessState state = WitnessState.open(home.resolve("state"))) {
            Bytes log = state.logs().getFirst();
            Path last = home.resolve("state").resolve(log.hex()).resolve("last");
            byte[] good = Files.readAllBytes(last);
            Hostile.is_withstood(
                    "state",
                    bytes -> {
                        Files.write(last, bytes);
                        state.last(log);
                        return Optional.empty();
                    },
                    WitnessException.class,
                    Mutations::ofText,
                    List.of(good));
        }
    }

    @Test
    void a_key_file_is_opened_as_it_was_or_refused() throws Exception {
        char[] passphrase = "correct horse battery".toCharArray();
        // One round, where a real file has 600,000: what guards it is not what is tried here.
        String head =
                "redoubt-witness-key/1\n%s\npbkdf2-hmac-sha512 1 %s\n"
                        .formatted(
                                KEY.witness().vkey(),
                                Base64.getEncoder().encodeToString(new byte[16]));
        byte[] derived =
                SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                        .generateSecret(new PBEKeySpec(passphrase, new byte[16], 1, 256))
                        .getEncoded();
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                Cipher.ENCRYPT_MODE,
                new SecretKeySpec(derived, "AES"),
                new GCMParameterSpec(128, new byte[12]));
        cipher.updateAAD(head.getBytes(StandardCharsets.US_ASCII));
        byte[] hidden =
                ByteBuffer.allocate(60).put(new byte[12]).put(cipher.doFinal(new byte[32])).array();
        byte[] good =
                (head + Base64.getEncoder().encodeToString(hidden) + "\n")
                        .getBytes(StandardCharsets.US_ASCII);
        Path file = Files.write(home.resolve("witness.key"), good);
        assertEquals(KEY.witness(), WitnessKeyFile.open(file, passphrase).witness());
        Mutations mutations = new Mutations(Hostile.SEED);
        for (int i = 0; i < 10 * ROUNDS; i++) {
            byte[] changed = mutations.ofText(good);
            Files.write(file, changed);
            try {
                assertEquals(KEY.witness(), WitnessKeyFile.open(file, passphrase).witness());
            } catch (WitnessException refused) {
                assertTrue(refused.sentence().endsWith("."), refused.sentence());
            } catch (RuntimeException | StackOverflowError crash) {
                fail(Hostile.told("key file", changed), crash);
            }
        }
    }
}
