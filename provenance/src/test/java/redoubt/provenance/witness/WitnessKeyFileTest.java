package redoubt.provenance.witness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WitnessKeyFileTest {
    private static final char[] PASSPHRASE = "correct horse battery".toCharArray();

    @TempDir Path folder;

    private String refusal(Path file, String passphrase) {
        return assertThrows(
                        WitnessException.class,
                        () -> WitnessKeyFile.open(file, passphrase.toCharArray()))
                .sentence();
    }

    @Test
    void a_key_opens_with_its_passphrase_alone() throws Exception {
        Path file = folder.resolve("witness.key");
        var witness = WitnessKeyFile.create(file, "auditor.example/1", PASSPHRASE);
        assertEquals(witness, WitnessKeyFile.open(file, PASSPHRASE).witness());
        assertEquals(witness, WitnessKeyFile.witness(file));
        assertTrue(refusal(file, "correct horse batterz").contains("passphrase"));
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void an_altered_file_does_not_open() throws Exception {
        Path file = folder.resolve("witness.key");
        WitnessKeyFile.create(file, "auditor.example/1", PASSPHRASE);
        String good = Files.readString(file);
        var other = WitnessKeyFile.create(folder.resolve("other"), "auditor.example/1", PASSPHRASE);
        for (String bad :
                new String[] {
                    "",
                    good + "\n",
                    good.replace("key/1", "key/2"),
                    good.replace("600000", "600001"),
                    good.replace("600000", "99999999"),
                    good.replaceFirst("auditor", "aud1tor"),
                    good.replaceFirst("auditor[^\n]*", other.vkey().replace("\\", "")),
                    "x".repeat(20_000)
                }) {
            Files.writeString(file, bad);
            assertFalse(refusal(file, new String(PASSPHRASE)).isEmpty());
        }
        assertTrue(refusal(folder.resolve("missing"), "x").contains("cannot be read"));
    }

    @Test
    void a_key_is_not_made_over_another_nor_with_a_weak_passphrase_or_a_bad_name()
            throws Exception {
        Path file = folder.resolve("witness.key");
        assertThrows(
                WitnessException.class,
                () -> WitnessKeyFile.create(file, "a", "short".toCharArray()));
        assertThrows(WitnessException.class, () -> WitnessKeyFile.create(file, "a b", PASSPHRASE));
        assertFalse(Files.exists(file));
        WitnessKeyFile.create(file, "a", PASSPHRASE);
        assertThrows(WitnessException.class, () -> WitnessKeyFile.create(file, "a", PASSPHRASE));
    }
}
