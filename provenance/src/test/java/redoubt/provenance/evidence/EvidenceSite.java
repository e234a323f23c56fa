package redoubt.provenance.evidence;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import redoubt.provenance.anchor.AnchorChecks;
import redoubt.provenance.credentials.CredentialVerifier;
import redoubt.provenance.credentials.TrustAnchors;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.AuditRecord;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Checkpoint;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordSettings;
import redoubt.provenance.record.RecordTrust;
import redoubt.provenance.record.WitnessKey;

/// A site with a record of two epochs and a few answers, and what tests do with packages of it.
final class EvidenceSite implements EvidenceContent, AutoCloseable {
    private static final Bytes ZEROS = Bytes.of(new byte[32]);

    final AuditRecord record;
    final RecordSettings settings;
    private final Map<Long, Opened> kept = new HashMap<>();
    private final Map<Bytes, Opened> keptOfTools = new HashMap<>();
    private final Map<Long, byte[]> credentials = new HashMap<>();
    boolean discloses = true;

    /// Where an inference stands.
    record Asked(long intent, long output, long seal, List<Long> tools) {}

    EvidenceSite(Path home) throws Exception {
        settings = RecordSettings.in(home, "Gärten & Söhne", "test", ZEROS, InstantSource.system());
        AuditRecord.open(settings).close();
        record = AuditRecord.open(settings);
    }

    Path trust() {
        return settings.trust();
    }

    /// INTENT, OUTPUT and SEAL, with what they commit to.
    Asked ask(String question, String answer) throws Exception {
        return ask(question, answer, false);
    }

    /// The same, with a TOOL_ANSWERED and a TOOL_CALLED.
    Asked askWithTools(String question, String answer) throws Exception {
        return ask(question, answer, true);
    }

    private Asked ask(String question, String answer, boolean withTools) throws Exception {
        String request = "r-" + record.size();
        Opened input = opened(1, question);
        Opened output = opened(2, answer);
        byte[] credential = ("credential of " + request).getBytes(StandardCharsets.UTF_8);
        var parameters = Map.of("seed", "7", "ü\u202e", "\"\\\n\u0007");
        long intent =
                record.appendDurably(
                                new Event.Intent(
                                        request,
                                        "/v1",
                                        "tiny",
                                        ZEROS,
                                        1,
                                        parameters,
                                        commitment("redoubt/input/v1", input)),
                                actor())
                        .sequence();
        List<Long> tools = new ArrayList<>();
        if (withTools) {
            Bytes result = keepOfTool("redoubt/tool-result/v1", opened(3, question + " Rain."));
            tools.add(append(new Event.ToolAnswered(request, "c1", "weather", result), intent));
        }
        long sealed =
                record.append(
                                new Event.Output(
                                        request,
                                        "urn:c2pa:1",
                                        Commitments.sha256(output.content()),
                                        commitment("redoubt/output/v1", output),
                                        3,
                                        4,
                                        "stop"),
                                actor(),
                                OptionalLong.of(intent))
                        .appended()
                        .sequence();
        if (withTools) {
            Bytes called = keepOfTool("redoubt/tool-call/v1", opened(4, "{\"of\": 1}" + answer));
            tools.add(append(new Event.ToolCalled(request, "c2", "now", called), sealed));
        }
        var seal =
                record.append(
                        new Event.Seal(
                                request,
                                "detached",
                                "urn:c2pa:1",
                                Commitments.sha256(credential),
                                ZEROS,
                                ZEROS,
                                ZEROS),
                        actor(),
                        OptionalLong.of(sealed));
        seal.awaitCheckpoint();
        kept.put(intent, input);
        kept.put(sealed, output);
        credentials.put(sealed, credential);
        return new Asked(intent, sealed, seal.appended().sequence(), tools);
    }

    private Bytes keepOfTool(String domain, Opened content) throws Exception {
        Bytes commitment = commitment(domain, content);
        keptOfTools.put(commitment, content);
        return commitment;
    }

    private long append(Event event, long refersTo) throws Exception {
        return record.append(event, actor(), OptionalLong.of(refersTo)).appended().sequence();
    }

    void signIn(int times) throws Exception {
        for (int i = 1; i < times; i++)
            record.append(new Event.SignedIn(), actor(), OptionalLong.empty());
        record.appendDurably(new Event.SignedIn(), actor());
    }

    private static Actor actor() {
        return new Actor("p-1", "password", "s-1", List.of("compliance", "staff"));
    }

    private static Opened opened(int seed, String text) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) (seed + text.length()));
        return new Opened(key, text.getBytes(StandardCharsets.UTF_8));
    }

    private static Bytes commitment(String domain, Opened opened) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(opened.key(), "HmacSHA256"));
        mac.update((domain + "\0").getBytes(StandardCharsets.US_ASCII));
        return Bytes.of(mac.doFinal(opened.content()));
    }

    @Override
    public Optional<byte[]> credential(long sequence, Event.Output output) {
        // With its text a credential would be checked itself; the tests of the verifier do that.
        return discloses ? Optional.empty() : Optional.ofNullable(credentials.get(sequence));
    }

    @Override
    public Optional<Opened> answer(long sequence, Event.Output output) {
        return discloses ? Optional.ofNullable(kept.get(sequence)) : Optional.empty();
    }

    @Override
    public Optional<Opened> input(long sequence, Event.Intent intent) {
        return discloses ? Optional.ofNullable(kept.get(sequence)) : Optional.empty();
    }

    @Override
    public Optional<Opened> arguments(long output, Event.ToolCalled called) {
        return ofTool(called.argumentsCommitment());
    }

    @Override
    public Optional<Opened> result(long intent, Event.ToolAnswered answered) {
        return ofTool(answered.resultCommitment());
    }

    private Optional<Opened> ofTool(Bytes commitment) {
        return discloses ? Optional.ofNullable(keptOfTools.get(commitment)) : Optional.empty();
    }

    EvidenceMaker maker(EvidenceRequest request) throws Exception {
        return new EvidenceMaker(
                record.excerpt(),
                request,
                this,
                new EvidenceMaker.SiteFacts(
                        EvidenceMaker.SiteFacts.NO_WITNESSES,
                        Files.readString(trust().resolve("record-root.pem"))),
                EvidenceProgress.NONE);
    }

    EvidenceMaker maker(Long... entries) throws Exception {
        return maker(new EvidenceRequest.Selection(List.of(entries)));
    }

    Path folder(Path place, EvidenceRequest request) throws Exception {
        maker(request).write(PackageSink.folder(place));
        return place;
    }

    Path folder(Path place, Long... entries) throws Exception {
        return folder(place, new EvidenceRequest.Selection(List.of(entries)));
    }

    byte[] zip(EvidenceRequest request) throws Exception {
        var out = new ByteArrayOutputStream();
        maker(request).write(PackageSink.zip(out));
        return out.toByteArray();
    }

    /// A witness comes by, sees the record as it is, and leaves its line.
    void visit(WitnessKey witness) throws Exception {
        Checkpoint seen = record.checkpoint();
        Path notes = Files.createDirectories(settings.folder().resolve("witnessed"));
        Files.writeString(
                notes.resolve("%016d.note".formatted(seen.size())),
                seen.with(witness.cosign(seen, 1_800_000_000L)).note());
    }

    /// An outside anchor comes back for the record as it is.
    ///
    /// @return the three lines that it is about
    String anchor(String suffix, Anchored proof) throws Exception {
        Checkpoint seen = record.checkpoint();
        Path anchors = Files.createDirectories(settings.folder().resolve("anchors"));
        Files.write(
                anchors.resolve("%016d.%s".formatted(seen.size(), suffix)),
                proof.of(AnchorChecks.digest(seen.text()).toArray()));
        return seen.text();
    }

    /// Makes a proof for a digest.
    interface Anchored {
        byte[] of(byte[] digest) throws Exception;
    }

    /// Puts a file into what the auditor believes.
    void trust(String name, String content) throws Exception {
        Path file = trust().resolve(name);
        Files.createDirectories(file.resolve(".."));
        Files.writeString(file, content);
    }

    PackageReport verify(Path place) throws Exception {
        return verify(place, EvidenceProgress.NONE);
    }

    PackageReport verify(Path place, EvidenceProgress progress) throws Exception {
        return new PackageVerifier(
                        RecordTrust.read(trust()),
                        CredentialVerifier.withoutLibrary("no library in this test"),
                        TrustAnchors.none())
                .verify(place, progress);
    }

    /// The files of a package by name.
    static TreeMap<String, byte[]> files(Path folder) throws Exception {
        var files = new TreeMap<String, byte[]>();
        try (var all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList())
                files.put(
                        folder.relativize(file).toString().replace('\\', '/'),
                        Files.readAllBytes(file));
        }
        return files;
    }

    /// Writes these files with a manifest that lists them, as a careful forger would.
    static Path write(Path folder, Map<String, byte[]> files) throws Exception {
        Manifest manifest = new Manifest();
        PackageSink sink = PackageSink.folder(folder);
        for (var file : files.entrySet()) {
            if (file.getKey().equals(PackageNames.MANIFEST)) continue;
            manifest.add(file.getKey(), file.getValue());
            sink.file(file.getKey(), file.getValue());
        }
        sink.file(PackageNames.MANIFEST, manifest.encode());
        return folder;
    }

    /// The one ZIP of these files.
    static byte[] zipOf(Map<String, byte[]> files) throws Exception {
        var out = new ByteArrayOutputStream();
        PackageSink sink = PackageSink.zip(out);
        for (var file : files.entrySet())
            if (!file.getKey().equals(PackageNames.MANIFEST))
                sink.file(file.getKey(), file.getValue());
        sink.file(PackageNames.MANIFEST, files.get(PackageNames.MANIFEST));
        sink.end();
        return out.toByteArray();
    }

    @Override
    public void close() throws redoubt.provenance.record.RecordException {
        record.close();
    }
}
