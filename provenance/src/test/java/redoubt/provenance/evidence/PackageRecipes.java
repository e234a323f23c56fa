package redoubt.provenance.evidence;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import redoubt.provenance.anchor.AnchorChecks;
import redoubt.provenance.anchor.OtsProof;
import redoubt.provenance.anchor.TimeStamps;
import redoubt.provenance.credentials.CredentialVerifier;
import redoubt.provenance.credentials.TrustAnchors;
import redoubt.provenance.record.AttackRecipe;
import redoubt.provenance.record.RecordTrust;
import redoubt.provenance.record.WitnessKey;

/// The folders of the corpus of attacks that hold a package of evidence.
public final class PackageRecipes {
    public static final Map<String, AttackRecipe> ALL =
            Map.of(
                    "an-anchor-of-another-checkpoint",
                            folder -> anchored(folder, PackageRecipes::ofAnother),
                    "an-anchor-of-another-history",
                            folder -> anchored(folder, PackageRecipes::ofAnotherHistory),
                    "a-time-stamp-that-was-set-back",
                            folder -> anchored(folder, PackageRecipes::setBack),
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

    /// With a time stamp, whose root the auditor has, and a proof that still waits.
    private static void anchored(Path folder, Change change) throws Exception {
        TimeStamps stamps = new TimeStamps();
        write(folder, false, stamps, change);
        Path root = folder.resolve("trust/tsa/root.pem");
        Files.createDirectories(root.resolve(".."));
        Files.writeString(root, stamps.rootPem());
    }

    private static String anchor(Map<String, byte[]> files, String ending) {
        return files.keySet().stream()
                .filter(name -> name.startsWith("anchors/") && name.endsWith("." + ending))
                .findFirst()
                .orElseThrow();
    }

    private static void ofAnother(Map<String, byte[]> files, EvidenceSite.Asked asked) {
        files.put(anchor(files, "ots"), waiting(new byte[32]));
    }

    private static byte[] waiting(byte[] digest) {
        return OtsProof.of(digest).pending("https://calendar.example").toArray();
    }

    private static void ofAnotherHistory(Map<String, byte[]> files, EvidenceSite.Asked asked)
            throws Exception {
        String name = anchor(files, "checkpoint");
        String[] lines = new String(files.get(name), StandardCharsets.US_ASCII).split("\n");
        String root = Base64.getEncoder().encodeToString(new byte[32]);
        String text = "%s\n%s\n%s\n".formatted(lines[0], lines[1], root);
        files.put(name, text.getBytes(StandardCharsets.US_ASCII));
        byte[] digest = AnchorChecks.digest(text).toArray();
        files.put(anchor(files, "ots"), waiting(digest));
        files.put(anchor(files, "tsr"), new TimeStamps().response(digest));
    }

    private static void setBack(Map<String, byte[]> files, EvidenceSite.Asked asked) {
        String name = anchor(files, "tsr");
        String token = new String(files.get(name), StandardCharsets.ISO_8859_1);
        if (!token.contains("20261122080000Z")) throw new AssertionError("no time in the token");
        files.put(
                name,
                token.replace("20261122080000Z", "20161122080000Z")
                        .getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void write(Path folder, boolean isRange, Change change) throws Exception {
        write(folder, isRange, null, change);
    }

    private static void write(
            Path folder, boolean isRange, @Nullable TimeStamps stamps, Change change)
            throws Exception {
        Path made = folder.resolve("keys/made");
        try (EvidenceSite site = new EvidenceSite(folder.resolve("keys/site"))) {
            site.signIn(2);
            var asked = site.ask("When?", "On Tuesdays.\n");
            if (stamps != null) {
                site.anchor("ots", PackageRecipes::waiting);
                site.anchor("tsr", stamps::response);
            }
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
