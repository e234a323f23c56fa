package redoubt.provenance.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.provenance.record.PythonVerifier;

/// Detached credentials in front of `verify.py`, which knows C2PA only as far as ours go.
class SecondVerifierTest {
    private static final long SEED = 20_261_122;
    private static final String ANSWER = "An answer, na\u00efve and \u6f22\u5b57.\n";

    @TempDir Path folder;
    private Site site;
    private Stamped stamped;
    private final List<String> lines = new ArrayList<>();

    @BeforeEach
    void stamp() throws Exception {
        assumeTrue(PythonVerifier.isPresent(), "python3 with its packages could not be had");
        site = Site.in(folder);
        stamped = site.stamp(Form.DETACHED, ANSWER);
    }

    @AfterEach
    void close() {
        site.close();
    }

    private void give(byte[] manifest, byte[] text) throws Exception {
        String name = Integer.toString(lines.size());
        Path one = Files.write(folder.resolve(name + ".c2pa"), manifest);
        lines.add(one + "\t" + Files.write(folder.resolve(name + ".txt"), text));
    }

    private List<String> judged(Path root) throws Exception {
        var said =
                PythonVerifier.script(
                        "credentials.py",
                        PythonVerifier.VERIFIER.toString(),
                        Files.write(folder.resolve("list"), lines).toString(),
                        root.toString());
        assertEquals(0, said.status(), said.text());
        assertEquals(lines.size(), said.text().lines().count(), said.text());
        return said.text().lines().toList();
    }

    @Test
    void it_trusts_ours_under_the_sites_root_and_knows_no_signer_under_another() throws Exception {
        give(stamped.manifest(), stamped.bytes());
        assertEquals(List.of("valid: 42"), judged(site.trust().resolve(SiteAuthority.ROOT_FILE)));
        try (Site other = Site.in(folder.resolve("other"))) {
            assertEquals(
                    List.of("unknown signer"),
                    judged(other.trust().resolve(SiteAuthority.ROOT_FILE)));
        }
    }

    @Test
    void it_takes_no_changed_byte_of_credential_or_text() throws Exception {
        Random random = new Random(SEED);
        for (int i = 0; i < 400; i++) {
            byte[] changed = stamped.manifest();
            changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
            give(changed, stamped.bytes());
        }
        give(stamped.manifest(), "Another answer.\n".getBytes(StandardCharsets.UTF_8));
        give(new byte[0], stamped.bytes());
        give(new byte[40], stamped.bytes());
        List<String> said = judged(site.trust().resolve(SiteAuthority.ROOT_FILE));
        for (int i = 0; i < said.size(); i++)
            assertTrue(said.get(i).startsWith("refused"), "seed " + SEED + ", " + i + said.get(i));
    }
}
