package redoubt.provenance.evidence;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Checkpoint;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordException;
import redoubt.provenance.record.RecordExcerpt;
import redoubt.provenance.record.StoredEntry;

/// Makes the package of some entries out of a record. Made twice of the same excerpt it is the same
/// bytes, so that its hash can be recorded before it leaves. Holds one file at a time, and a few
/// bytes for each entry of an inference. One thread. Source: docs/audit-record.md section 11.
public final class EvidenceMaker {
    private static final int ONE_FILE_EACH_MAX = 1_000;
    private static final int FILE_ENTRIES_MAX = 1_000;
    private static final int FILE_BYTES = 8 << 20;
    private static final int CHECKPOINTS_MAX = 16;

    private final RecordExcerpt excerpt;
    private final EvidenceRequest request;
    private final EvidenceContent content;
    private final SiteFacts site;
    private final EvidenceProgress progress;
    private final PackageAnchors anchors;
    // SHA-256 of the detached credentials that the package's SEALs name, by OUTPUT.
    private final TreeMap<Long, Bytes> credentials = new TreeMap<>();
    private final TreeSet<Long> outputs = new TreeSet<>();
    // What says something of content by a commitment alone.
    private final TreeSet<Long> committed = new TreeSet<>();
    private long done;

    /// What is in a package for reading.
    ///
    /// @param policy the site's policy of witnesses
    /// @param rootPem the site's record root
    public record SiteFacts(String policy, String rootPem) {
        /// The policy of a site that names no witness.
        public static final String NO_WITNESSES = "# This site names no witnesses.\nquorum none\n";
    }

    /// @throws EvidenceException when such a package cannot be made
    public EvidenceMaker(
            RecordExcerpt excerpt,
            EvidenceRequest request,
            EvidenceContent content,
            SiteFacts site,
            EvidenceProgress progress)
            throws EvidenceException {
        this.excerpt = excerpt;
        this.request = request;
        this.content = content;
        this.site = site;
        this.progress = progress;
        requireThere(excerpt, request);
        this.anchors =
                new PackageAnchors(
                        excerpt, request.sequences().findFirst().orElse(0), request.last());
    }

    /// @throws EvidenceException when the excerpt does not reach to the last of the entries
    public static void requireThere(RecordExcerpt excerpt, EvidenceRequest request)
            throws EvidenceException {
        if (request.last() >= excerpt.checkpoint().size())
            throw new EvidenceException(
                    "There is no entry %d: the record has %d under its last checkpoint, counted from 0. Nothing was made."
                            .formatted(request.last(), excerpt.checkpoint().size()));
    }

    /// Writes all files.
    ///
    /// @throws IOException where the record or the content cannot be read, or the sink fails
    public void write(PackageSink sink) throws IOException {
        done = 0;
        survey();
        Manifest manifest = new Manifest();
        PackageSink listed =
                new PackageSink() {
                    @Override
                    public void file(String name, byte[] bytes) throws IOException {
                        manifest.add(name, bytes);
                        if (manifest.size() >= PackageFiles.FILES_MAX) throw tooMany();
                        sink.file(name, bytes);
                    }

                    @Override
                    public void end() {}
                };
        List<Long> keys = excerpt.keyEntries();
        listed.file(PackageNames.SPECIFICATION, resource("audit-record.md"));
        anchors.write(listed);
        listed.file(PackageNames.CHECKPOINT, ascii(excerpt.checkpoint().note()));
        checkpoints(listed);
        disclosures(listed);
        entries(listed);
        for (long key : keys)
            listed.file(
                    PackageNames.of("epochs", key, "cose"), excerpt.entry(key).cose().toArray());
        outputs(listed);
        listed.file(PackageNames.POLICY, ascii(site.policy()));
        proofs(listed, keys);
        Claim claim = new Claim(logId(), excerpt.checkpoint().size(), request);
        listed.file(PackageNames.RANGE, ascii(claim.text()));
        listed.file(PackageNames.ROOT, ascii(site.rootPem()));
        listed.file(PackageNames.VERIFIER, resource("verify.py"));
        sink.file(PackageNames.MANIFEST, manifest.encode());
        sink.end();
        progress.done(2 * request.count(), 2 * request.count());
    }

    private Bytes logId() throws RecordException {
        return excerpt.entry(0).sha256();
    }

    /// What belongs to the entries, before anything is written.
    private void survey() throws RecordException {
        if (request.count() > 1L << 30) throw new IllegalArgumentException("far too many entries");
        outputs.clear();
        committed.clear();
        credentials.clear();
        var wanted = request.sequences().iterator();
        while (wanted.hasNext()) {
            long sequence = wanted.nextLong();
            var entry = excerpt.entry(sequence).entry();
            switch (entry.event()) {
                case Event.Intent _, Event.ToolAnswered _, Event.ToolCalled _ ->
                        committed.add(sequence);
                case Event.Output _ -> {
                    committed.add(sequence);
                    outputs.add(sequence);
                }
                case Event.Seal seal when seal.form().equals("detached") ->
                        entry.refersTo()
                                .ifPresent(to -> credentials.put(to, seal.manifestSha256()));
                default -> {}
            }
            step();
        }
    }

    private void step() {
        if (++done % 1_000 == 0) progress.done(done, 2 * request.count());
    }

    private void checkpoints(PackageSink out) throws IOException {
        long first = request.sequences().findFirst().orElse(0);
        for (Checkpoint kept : excerpt.newestOfEachWitness(first, CHECKPOINTS_MAX)) {
            out.file(
                    PackageNames.of("checkpoints", kept.size(), "consistency"),
                    ascii(TlogProof.lines(excerpt.consistency(kept.size()))));
            out.file(PackageNames.of("checkpoints", kept.size(), "note"), ascii(kept.note()));
        }
    }

    private void disclosures(PackageSink out) throws IOException {
        for (long sequence : committed) {
            var entry = excerpt.entry(sequence).entry();
            long to = entry.refersTo().orElse(-1);
            switch (entry.event()) {
                case Event.Intent intent -> {
                    var opened = content.input(sequence, intent);
                    if (opened.isEmpty()) continue;
                    require(intent.inputCommitment(), Commitments.INPUT, opened.get(), sequence);
                    disclose(out, sequence, "input", opened.get());
                }
                case Event.ToolAnswered answered -> {
                    var opened = content.result(to, answered);
                    if (opened.isEmpty()) continue;
                    require(
                            answered.resultCommitment(),
                            Commitments.TOOL_RESULT,
                            opened.get(),
                            sequence);
                    disclose(out, sequence, "tool", opened.get());
                }
                case Event.ToolCalled called -> {
                    var opened = content.arguments(to, called);
                    if (opened.isEmpty()) continue;
                    require(
                            called.argumentsCommitment(),
                            Commitments.TOOL_CALL,
                            opened.get(),
                            sequence);
                    disclose(out, sequence, "tool", opened.get());
                }
                case Event.Output output -> {
                    var opened = content.answer(sequence, output);
                    if (opened.isPresent())
                        out.file(
                                PackageNames.of("disclosures", sequence, "output.key"),
                                key(opened.get()));
                }
                default -> throw new AssertionError("only these were noted");
            }
        }
    }

    private static void disclose(
            PackageSink out, long sequence, String name, EvidenceContent.Opened opened)
            throws IOException {
        out.file(PackageNames.of("disclosures", sequence, name), opened.content());
        out.file(PackageNames.of("disclosures", sequence, name + ".key"), key(opened));
    }

    private void outputs(PackageSink out) throws IOException {
        for (long sequence : outputs) {
            if (!(excerpt.entry(sequence).entry().event() instanceof Event.Output output))
                throw new AssertionError("only these were noted");
            // Only a credential that a SEAL of this package names can be checked by it.
            Bytes named = credentials.get(sequence);
            if (named != null) {
                var credential = content.credential(sequence, output);
                if (credential.isPresent()) {
                    if (!Commitments.sha256(credential.get()).equals(named))
                        throw notCommitted(sequence);
                    out.file(PackageNames.of("outputs", sequence, "c2pa"), credential.get());
                }
            }
            var answer = content.answer(sequence, output);
            if (answer.isEmpty()) continue;
            require(output.contentCommitment(), Commitments.OUTPUT, answer.get(), sequence);
            if (!Commitments.sha256(answer.get().content()).equals(output.contentSha256()))
                throw notCommitted(sequence);
            out.file(PackageNames.of("outputs", sequence, "txt"), answer.get().content());
        }
    }

    private static void require(
            Bytes commitment, String domain, EvidenceContent.Opened opened, long sequence)
            throws EvidenceException {
        if (!Commitments.opens(commitment, domain, opened)) throw notCommitted(sequence);
    }

    private static EvidenceException notCommitted(long sequence) {
        return new EvidenceException(
                "What is kept for entry %d is not what the record committed to: it was changed since. Nothing was made. Make the package without it, and have the content store looked at."
                        .formatted(sequence));
    }

    private void entries(PackageSink out) throws IOException {
        boolean single =
                request instanceof EvidenceRequest.Selection
                        || request.count() <= ONE_FILE_EACH_MAX;
        List<StoredEntry> file = new ArrayList<>();
        long bytes = 0;
        var wanted = request.sequences().iterator();
        while (wanted.hasNext()) {
            StoredEntry entry = excerpt.entry(wanted.nextLong());
            step();
            if (!file.isEmpty()
                    && (single || file.size() == FILE_ENTRIES_MAX || bytes >= FILE_BYTES)) {
                entries(out, file);
                file.clear();
                bytes = 0;
            }
            file.add(entry);
            bytes += entry.cose().length();
        }
        entries(out, file);
    }

    private static void entries(PackageSink out, List<StoredEntry> file) throws IOException {
        long first = file.getFirst().entry().sequence();
        out.file(PackageNames.of("entries", first, "cose"), EntryFiles.cose(file));
        out.file(PackageNames.of("entries", first, "json"), EntryFiles.json(file));
        if (file.size() == 1) {
            StoredEntry only = file.getFirst();
            out.file(PackageNames.of("entries", first, "sig"), only.signature().toArray());
            out.file(PackageNames.of("entries", first, "tbs"), only.toBeSigned().toArray());
        }
    }

    private void proofs(PackageSink out, List<Long> keys) throws IOException {
        for (long sequence : proven(request, new HashSet<>(keys)))
            out.file(
                    PackageNames.of("proofs", sequence, "tlog-proof"),
                    new TlogProof(sequence, excerpt.inclusion(sequence))
                            .encode(excerpt.checkpoint().note()));
    }

    /// Which entries have a proof of their own.
    static SortedSet<Long> proven(EvidenceRequest request, Set<Long> keys) {
        TreeSet<Long> proven = new TreeSet<>(keys);
        switch (request) {
            case EvidenceRequest.Selection selection -> proven.addAll(selection.entries());
            case EvidenceRequest.Range range -> {
                proven.add(range.first());
                proven.add(range.last());
            }
        }
        return proven;
    }

    private static EvidenceException tooMany() {
        return new EvidenceException(
                "The package would have more than 65,535 files, which no package has. Nothing was made. Ask for it in parts, or without the content.");
    }

    private static byte[] key(EvidenceContent.Opened opened) {
        return ascii(Bytes.of(opened.key()).hex() + "\n");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(
                        EvidenceMaker.class.getResourceAsStream(name),
                        "the build put no " + name + " beside this class")) {
            return in.readAllBytes();
        }
    }
}
