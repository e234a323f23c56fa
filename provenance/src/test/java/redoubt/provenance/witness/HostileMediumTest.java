package redoubt.provenance.witness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Checkpoint;
import redoubt.provenance.record.Cosignature;
import redoubt.provenance.record.KeyProof;

class HostileMediumTest extends AtTheWitness {
    private void afterAVisit(WitnessedSite site) throws Exception {
        site.out(medium);
        signed(Optional.of(site.trust()));
        for (var file : brought())
            Files.delete(medium.resolve("cosignatures").resolve(file.file()));
    }

    @Test
    void with_links_in_the_place_of_files_is_refused() throws Exception {
        try (var site = new WitnessedSite(site("a"))) {
            afterAVisit(site);
            Path secret = Files.writeString(home.resolve("secret"), "x");
            Files.delete(medium.resolve("keys.proof"));
            Files.createSymbolicLink(medium.resolve("keys.proof"), secret);
            assertTrue(
                    assertThrows(WitnessException.class, () -> visit(Optional.empty()))
                            .sentence()
                            .contains("link"));
        }
    }

    @Test
    void with_a_link_in_the_place_of_a_folder_gets_nothing_written_through_it() throws Exception {
        try (var site = new WitnessedSite(site("a"))) {
            afterAVisit(site);
            Path elsewhere = Files.createDirectories(home.resolve("elsewhere"));
            Files.delete(medium.resolve("cosignatures"));
            Files.createSymbolicLink(medium.resolve("cosignatures"), elsewhere);
            assertThrows(WitnessException.class, () -> visit(Optional.empty()));
            try (var files = Files.list(elsewhere)) {
                assertEquals(0, files.count());
            }
        }
    }

    @Test
    void with_a_link_in_the_place_of_the_line_loses_the_link_and_not_what_it_names()
            throws Exception {
        try (var site = new WitnessedSite(site("a"))) {
            afterAVisit(site);
            Path precious = Files.writeString(home.resolve("precious"), "precious");
            String name =
                    "%016d-%s.cosignature"
                            .formatted(
                                    site.record.checkpoint().size(), KEY.witness().keyId().hex());
            Files.createSymbolicLink(medium.resolve("cosignatures/" + name), precious);
            signed(Optional.empty());
            assertEquals("precious", Files.readString(precious));
            assertFalse(Files.isSymbolicLink(medium.resolve("cosignatures/" + name)));
        }
    }

    @Test
    void with_huge_files_is_refused_without_reading_them() throws Exception {
        try (var site = new WitnessedSite(site("a"))) {
            afterAVisit(site);
            long first = site.record.checkpoint().size();
            site.work(1);
            site.out(medium, first);
            Path growth = medium.resolve("consistency/%016d".formatted(first));
            try (var sparse = new RandomAccessFile(growth.toFile(), "rw")) {
                sparse.setLength(1L << 40);
            }
            assertTrue(
                    assertThrows(WitnessException.class, () -> visit(Optional.empty()))
                            .sentence()
                            .contains("longer than"));
        }
    }

    @Test
    void with_altered_files_is_refused() throws Exception {
        try (var site = new WitnessedSite(site("a"))) {
            afterAVisit(site);
            byte[] keys = Files.readAllBytes(medium.resolve("keys.proof"));
            for (int at = 7; at < keys.length; at += keys.length / 23) {
                byte[] altered = keys.clone();
                altered[at] ^= 1;
                Files.write(medium.resolve("keys.proof"), altered);
                assertFalse(refused(Optional.empty()).isEmpty(), "byte " + at);
            }
            Files.delete(medium.resolve("keys.proof"));
            assertTrue(refused(Optional.empty()).contains("no keys.proof"));
            assertTrue(brought().isEmpty());
        }
    }

    @Test
    void with_other_entries_among_the_keys_is_refused() throws Exception {
        try (var site = new WitnessedSite(site("a"))) {
            afterAVisit(site);
            site.work(1);
            Files.write(medium.resolve("keys.proof"), site.record.proof(2));
            assertTrue(refused(Optional.empty()).contains("other entries"));
        }
    }

    @Test
    void with_a_line_in_the_witnesss_name_gets_the_witnesss_own() throws Exception {
        try (var site = new WitnessedSite(site("a"))) {
            Checkpoint given = site.out(medium);
            Path keys = medium.resolve("keys.proof");
            Cosignature stranger =
                    new Cosignature(
                            KEY.witness().name(),
                            KEY.witness().keyId(),
                            1,
                            Bytes.of(new byte[2_420]));
            Files.write(keys, under(Files.readAllBytes(keys), given, stranger.text().repeat(9)));
            Cosignature line = signed(Optional.of(site.trust())).line();
            Path kept =
                    home.resolve("state")
                            .resolve(KeyProof.read(Files.readAllBytes(keys)).logId().hex())
                            .resolve("signed/%016d.note".formatted(given.size()));
            assertEquals(given.with(line).note(), Files.readString(kept));
        }
    }

    /// The proof of keys with more lines under its checkpoint.
    private static byte[] under(byte[] keys, Checkpoint given, String lines) {
        String text = new String(keys, StandardCharsets.ISO_8859_1);
        String note =
                new String(
                        given.note().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        String more =
                new String(lines.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        int at = text.indexOf(note);
        int length = note.length() + more.length();
        // A CBOR text of 256 to 65,535 bytes has three bytes of head.
        String head = "y" + (char) (length >> 8) + (char) (length & 0xff);
        return (text.substring(0, at - 3) + head + note + more + text.substring(at + note.length()))
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void with_a_garbled_consistency_proof_is_refused() throws Exception {
        try (var site = new WitnessedSite(site("a"))) {
            afterAVisit(site);
            long first = site.record.checkpoint().size();
            site.work(5);
            site.out(medium, first);
            Path growth = medium.resolve("consistency/%016d".formatted(first));
            String good = Files.readString(growth);
            for (String bad :
                    List.of(
                            "",
                            "\n",
                            "old 0\n\n",
                            good.strip(),
                            good + "\n",
                            good.replace("old", "new"),
                            good.replaceFirst("\n.", "\n*"),
                            good.replaceFirst("=\n", "\n"),
                            "old %d\n".formatted(first)
                                    + "A".repeat(43).concat("=\n").repeat(64)
                                    + "\n")) {
                Files.writeString(growth, bad);
                assertFalse(refused(Optional.empty()).isEmpty(), bad);
            }
            // Well formed, and not a proof.
            Files.writeString(growth, "old %d\n%s=\n\n".formatted(first, "A".repeat(43)));
            assertInstanceOf(WitnessVisit.Outcome.Contradiction.class, visit(Optional.empty()));
            Files.writeString(growth, good);
            signed(Optional.empty());
        }
    }
}
