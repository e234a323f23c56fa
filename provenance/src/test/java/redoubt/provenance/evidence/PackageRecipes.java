package redoubt.provenance.evidence;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import redoubt.provenance.credentials.CredentialVerifier;
import redoubt.provenance.credentials.TrustAnchors;
import redoubt.provenance.record.AttackRecipe;
import redoubt.provenance.record.RecordTrust;
import redoubt.provenance.record.WitnessKey;

/// The folders of the corpus of attacks that hold a package of evidence.
public final class PackageRecipes {
    public static final Map<String, AttackRecipe> ALL =
            Map.of(
                    "an-honest-package", folder -> write(folder, false, (files, asked) -> {}),
                    "a-disclosure-with-the-wrong-key",
                            folder ->
                                    write(
                                            folder,
                                            false,
                                            (files, asked) ->
                                                    files.put(
                                                            name(
                                                                    "disclosures",
                                                                    asked.intent(),
                                                                    "input.key"),
                                                            files.get(
                                                                    name(
                                                                            "disclosures",
                                                                            asked.output(),
                                                                            "output.key")))),
                    "an-entry-twice-in-its-file",
                            folder -> write(folder, false, PackageRecipes::repeat),
                    "a-range-with-an-entry-left-out",
                            folder -> write(folder, true, PackageRecipes::leaveOut),
                    "a-selection-that-somebody-chose",
                            folder -> write(folder, false, (files, asked) -> {}),
                    "a-view-that-says-something-else",
                            folder -> write(folder, false, PackageRecipes::rewrite),
                    "a-witness-key-in-the-package",
                            folder -> write(folder, false, PackageRecipes::bringAPolicy));

    private PackageRecipes() {}

    /// A change to the files of a package, listed anew afterwards.
    @FunctionalInterface
    private interface Change {
        void make(Map<String, byte[]> files, EvidenceSite.Asked asked) throws Exception;
    }

    private static String name(String folder, long number, String ending) {
        return PackageNames.of(folder, number, ending);
    }

    private static void write(Path folder, boolean isRange, Change change) throws Exception {
        Path made = folder.resolve("keys/made");
        try (EvidenceSite site = new EvidenceSite(folder.resolve("keys/site"))) {
            site.signIn(2);
            var asked = site.ask("When?", "On Tuesdays.\n");
            site.visit(WitnessKey.ofSeed("witness.example/9", new byte[WitnessKey.SEED_BYTES]));
            site.signIn(2);
            if (isRange)
                site.folder(
                        made, new EvidenceRequest.Range(asked.intent(), site.record.size() - 1));
            else site.folder(made, asked.intent(), asked.output(), asked.seal());
            var files = new TreeMap<>(EvidenceSite.files(made));
            change.make(files, asked);
            EvidenceSite.write(folder.resolve("package"), files);
            Path trust = Files.createDirectories(folder.resolve("trust"));
            for (String file : List.of("record-root.pem", "record-log-id"))
                Files.copy(site.trust().resolve(file), trust.resolve(file));
        }
    }

    private static void leaveOut(Map<String, byte[]> files, EvidenceSite.Asked asked) {
        for (String ending : List.of("cose", "json", "sig", "tbs"))
            files.remove(name("entries", asked.seal(), ending));
    }

    private static void repeat(Map<String, byte[]> files, EvidenceSite.Asked asked) {
        String file = name("entries", asked.intent(), "cose");
        byte[] one = files.get(file);
        byte[] two = Arrays.copyOf(one, 2 * one.length);
        System.arraycopy(one, 0, two, one.length, one.length);
        files.put(file, two);
    }

    private static void rewrite(Map<String, byte[]> files, EvidenceSite.Asked asked) {
        String view = name("entries", asked.intent(), "json");
        String text = new String(files.get(view), StandardCharsets.US_ASCII);
        files.put(view, text.replace("p-1", "p-2").getBytes(StandardCharsets.US_ASCII));
    }

    private static void bringAPolicy(Map<String, byte[]> files, EvidenceSite.Asked asked) {
        WitnessKey stranger =
                WitnessKey.ofSeed("witness.example/9", new byte[WitnessKey.SEED_BYTES]);
        String text = "witness w " + stranger.witness().vkey() + "\nquorum w\n";
        files.put(PackageNames.POLICY, text.getBytes(StandardCharsets.US_ASCII));
    }

    /// What the Java verifier makes of such a folder.
    public static PackageReport judge(Path folder) throws Exception {
        return new PackageVerifier(
                        RecordTrust.read(folder.resolve("trust")),
                        CredentialVerifier.withoutLibrary("no library in this test"),
                        TrustAnchors.none())
                .verify(folder.resolve("package"), EvidenceProgress.NONE);
    }
}
