package redoubt.provenance.evidence;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.provenance.record.Hostile;
import redoubt.provenance.record.Mutations;
import redoubt.provenance.record.WitnessKey;

/// Packages with one file changed at random and a manifest that lists what is there, as a careful
/// forger makes it; and their ZIPs changed blindly.
class HostilePackageTest {
    private static final int ROUNDS = Integer.getInteger("redoubt.fuzz", 80);

    /// What nobody believes because it is in a package.
    private static final Set<String> FOR_READING =
            Set.of("policy.txt", "root.pem", "SPEC.md", "verify.py");

    @TempDir static Path shared;
    private static EvidenceSite site;
    private static TreeMap<String, byte[]> honest;
    private static byte[] zip;

    @TempDir Path home;

    @BeforeAll
    static void begin() throws Exception {
        site = new EvidenceSite(shared.resolve("site"));
        var asked = site.ask("When?", "On Tuesdays.\n");
        site.visit(WitnessKey.ofSeed("w.example/1", new byte[32]));
        site.signIn(3);
        var request = new EvidenceRequest.Selection(List.of(asked.intent(), asked.output()));
        zip = site.zip(request);
        honest = EvidenceSite.files(site.folder(shared.resolve("folder"), request));
    }

    @AfterAll
    static void end() throws Exception {
        site.close();
    }

    @Test
    void a_package_with_a_changed_file_is_judged_and_never_holds() throws Exception {
        List<String> names = new ArrayList<>(honest.keySet());
        names.removeAll(FOR_READING);
        Path folder = EvidenceSite.write(home.resolve("package"), honest);
        assertTrue(site.verify(folder).verdict().holds());
        Mutations mutations = new Mutations(Hostile.SEED);
        for (int i = 0; i < ROUNDS; i++) {
            String name = names.get(i % names.size());
            byte[] good = honest.get(name);
            byte[] changed =
                    name.endsWith(".cose") ? mutations.ofCbor(good) : mutations.ofText(good);
            if (java.util.Arrays.equals(changed, good)) continue;
            var files = new TreeMap<>(honest);
            files.put(name, changed);
            if (!name.equals(PackageNames.MANIFEST)) relist(files);
            Files.write(folder.resolve(name), changed);
            Files.write(folder.resolve(PackageNames.MANIFEST), files.get(PackageNames.MANIFEST));
            try {
                assertFalse(site.verify(folder).verdict().holds(), Hostile.told(name, changed));
            } catch (RuntimeException | StackOverflowError crash) {
                fail(Hostile.told(name, changed), crash);
            }
            Files.write(folder.resolve(name), good);
        }
    }

    private static void relist(TreeMap<String, byte[]> files) {
        Manifest manifest = new Manifest();
        files.forEach((name, content) -> {
            if (!name.equals(PackageNames.MANIFEST)) manifest.add(name, content);
        });
        files.put(PackageNames.MANIFEST, manifest.encode());
    }

    @Test
    void a_changed_zip_is_judged_and_never_holds() throws Exception {
        Path file = Files.write(home.resolve("package.zip"), zip);
        assertTrue(site.verify(file).verdict().holds());
        Mutations mutations = new Mutations(Hostile.SEED);
        for (int i = 0; i < ROUNDS; i++) {
            byte[] changed = mutations.ofBytes(zip);
            if (java.util.Arrays.equals(changed, zip)) continue;
            Files.write(file, changed);
            try {
                assertFalse(site.verify(file).verdict().holds(), Hostile.told("zip", changed));
            } catch (RuntimeException | StackOverflowError crash) {
                fail(Hostile.told("zip", changed), crash);
            }
        }
    }
}
