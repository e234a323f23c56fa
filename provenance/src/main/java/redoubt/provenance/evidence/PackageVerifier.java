package redoubt.provenance.evidence;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import redoubt.provenance.credentials.CredentialVerifier;
import redoubt.provenance.credentials.TrustAnchors;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Check;
import redoubt.provenance.record.Checkpoint;
import redoubt.provenance.record.ExcerptCheck;
import redoubt.provenance.record.MalformedRecordException;
import redoubt.provenance.record.Merkle;
import redoubt.provenance.record.RecordTrust;
import redoubt.provenance.record.Refusal;
import redoubt.provenance.record.StoredEntry;
import redoubt.provenance.record.Verdict;
import redoubt.provenance.record.Witnessing;

/// Checks an evidence package against roots that the checker brings, and stops at the first thing
/// that is wrong. Reads only, unpacks nothing, needs no network. One thread. Source:
/// docs/audit-record.md section 11.7, whose numbers are named below.
public final class PackageVerifier {
    private static final int CHECKPOINTS_MAX = 16;
    private static final int CONSISTENCY_MAX = 128;

    private final RecordTrust trust;
    private final CredentialVerifier credentials;
    private final TrustAnchors anchors;

    public PackageVerifier(
            RecordTrust trust, CredentialVerifier credentials, TrustAnchors anchors) {
        this.trust = trust;
        this.credentials = credentials;
        this.anchors = anchors;
    }

    /// @param place a folder, or a ZIP
    /// @throws IOException when it cannot be read
    public PackageReport verify(Path place, EvidenceProgress progress) throws IOException {
        List<Check> checks = new ArrayList<>();
        try (PackageFiles files = PackageFiles.open(place)) {
            return verify(new PackageReader(files, progress), checks);
        } catch (Refusal refusal) {
            checks.add(refusal.asCheck());
            return new PackageReport(
                    refusal.verdict(), checks, Optional.empty(), Witnessing.NOT_ASKED, List.of());
        }
    }

    private PackageReport verify(PackageReader files, List<Check> checks)
            throws IOException, Refusal {
        // 2
        Claim claim = Claim.parse(ascii(files.read(PackageNames.RANGE)));
        // 3
        Map<Long, Bytes> keys = new TreeMap<>();
        Map<Long, Bytes> leaves = new HashMap<>();
        ExcerptCheck excerpt = keys(files, keys, leaves);
        if (!claim.logId().equals(excerpt.logId()))
            throw new Refusal("log id", "range.json names another log than the first entry.");
        checks.add(
                Check.good(
                        "record root",
                        "the keys of "
                                + excerpt.epochs()
                                + " epoch(s) stand under the site's record root"));
        // 4
        Checkpoint checkpoint = checkpoint(files, PackageNames.CHECKPOINT);
        if (checkpoint.size() != claim.checkpointSize())
            throw new Refusal(
                    "checkpoint", "The checkpoint has another size than range.json says.");
        excerpt.requireCheckpoint(checkpoint);
        // 8, because entries speak of earlier checkpoints too
        excerpt.take(checkpoints(files, excerpt, checkpoint));
        // 5, 6
        SortedSet<Long> proven = EvidenceMaker.proven(claim.entries(), keys.keySet());
        EntriesCheck entries = new EntriesCheck(files, excerpt, claim, proven, keys, leaves);
        entries.run();
        checks.add(
                Check.good(
                        "entries",
                        entries.count()
                                + " entries, signed by the epoch in force (ML-DSA-65), each shown as"
                                + " it is"));
        // 7
        proofs(files, proven, leaves, checkpoint);
        checks.add(told(claim, checkpoint));
        // 9, 10
        ContentCheck content =
                new ContentCheck(files, entries, excerpt.logId(), credentials, anchors);
        content.run();
        told(content, checks);
        // 11
        checks.addAll(PackageAnchors.check(files, checkpoint, trust.anchors()));
        // For reading only; that they are what the manifest lists is all that can be said of them.
        for (String name :
                List.of(
                        PackageNames.POLICY,
                        PackageNames.ROOT,
                        PackageNames.SPECIFICATION,
                        PackageNames.VERIFIER)) files.read(name);
        files.requireAllRead();
        checks.add(
                Check.good(
                        "files",
                        files.count() + " files, each as the manifest lists it, no other"));
        ExcerptCheck.Judged judged = excerpt.judge(claim.entries().sequences(), checks);
        return new PackageReport(
                judged.verdict(),
                checks,
                Optional.of(claim),
                judged.witnessing(),
                judged.disputed());
    }

    private ExcerptCheck keys(PackageReader files, Map<Long, Bytes> keys, Map<Long, Bytes> leaves)
            throws IOException, Refusal {
        List<StoredEntry> found = new ArrayList<>();
        for (var file : files.numbered("epochs", "cose").entrySet()) {
            Bytes cose =
                    StoredEntry.split(files.read(file.getValue()), 1, file.getValue()).getFirst();
            StoredEntry entry = StoredEntry.read(cose, file.getValue());
            if (entry.entry().sequence() != file.getKey())
                throw new Refusal(
                        "place", file.getValue() + " does not hold the entry of its name.");
            found.add(entry);
            keys.put(file.getKey(), entry.sha256());
            leaves.put(file.getKey(), entry.leafHash());
        }
        return ExcerptCheck.begin(trust, found);
    }

    private static Checkpoint checkpoint(PackageReader files, String name)
            throws IOException, Refusal {
        try {
            return Checkpoint.parse(files.read(name));
        } catch (MalformedRecordException malformed) {
            throw new Refusal("checkpoint", name + ": " + malformed.getMessage());
        }
    }

    private static void proofs(
            PackageReader files,
            SortedSet<Long> proven,
            Map<Long, Bytes> leaves,
            Checkpoint checkpoint)
            throws IOException, Refusal {
        for (long sequence : proven) {
            String name = PackageNames.of("proofs", sequence, "tlog-proof");
            TlogProof proof = TlogProof.parse(name, files.read(name), sequence, checkpoint.note());
            Bytes leaf = leaves.get(sequence);
            if (leaf == null
                    || !Merkle.includes(
                            leaf, sequence, checkpoint.size(), proof.path(), checkpoint.root()))
                throw new Refusal(
                        "inclusion",
                        "Entry " + sequence + " is not in the tree that the checkpoint signs.");
        }
    }

    private List<Checkpoint> checkpoints(
            PackageReader files, ExcerptCheck excerpt, Checkpoint checkpoint)
            throws IOException, Refusal {
        List<Checkpoint> all = new ArrayList<>(List.of(checkpoint));
        var notes = files.numbered("checkpoints", "note");
        if (notes.size() > CHECKPOINTS_MAX)
            throw new Refusal("checkpoints", "More checkpoints than a package has.");
        for (var note : notes.entrySet()) {
            Checkpoint cosigned = checkpoint(files, note.getValue());
            if (cosigned.size() != note.getKey() || cosigned.size() > checkpoint.size())
                throw new Refusal(
                        "checkpoints", note.getValue() + " has not the size of its name.");
            excerpt.requireCheckpoint(cosigned);
            requireSame(cosigned, checkpoint);
            String name = PackageNames.of("checkpoints", cosigned.size(), "consistency");
            List<Bytes> path = TlogProof.hashes(name, ascii(files.read(name)), CONSISTENCY_MAX);
            if (!Merkle.isConsistent(
                    cosigned.size(), cosigned.root(), checkpoint.size(), checkpoint.root(), path))
                throw new Refusal(
                        "checkpoints",
                        name + " does not show that the later checkpoint only adds to this one.");
            all.add(cosigned);
        }
        return all;
    }

    private static void requireSame(Checkpoint one, Checkpoint other) throws Refusal {
        if (one.size() == other.size() && !one.root().equals(other.root()))
            throw new Refusal(
                    Verdict.FORKED,
                    "checkpoints",
                    "The site's key signed two histories of the first "
                            + one.size()
                            + " entries. Both cannot be true.");
    }

    private static Check told(Claim claim, Checkpoint checkpoint) {
        String under = " under the signed checkpoint of " + checkpoint.size() + " entries";
        return switch (claim.entries()) {
            case EvidenceRequest.Range range ->
                    Check.good(
                            "range",
                            "all entries from %d to %d, %d of them, none missing,"
                                            .formatted(range.first(), range.last(), range.count())
                                    + under);
            case EvidenceRequest.Selection selection ->
                    Check.note(
                            "selection",
                            "%d entries that somebody chose, each proven"
                                            .formatted(selection.entries().size())
                                    + under
                                    + "; nothing is said of what stands between them");
        };
    }

    private static void told(ContentCheck content, List<Check> checks) {
        if (content.answers() + content.sealed() > 0)
            checks.add(
                    Check.good(
                            "outputs",
                            "%d answers are those that entries speak of, %d credentials those that SEALs name"
                                    .formatted(content.answers(), content.sealed())));
        if (content.valid() > 0)
            checks.add(
                    Check.good(
                            "credentials",
                            content.valid() + " hold under the trust folder's root"));
        if (!content.uncheckedWhy().isEmpty())
            checks.add(
                    Check.note(
                            "credentials",
                            "the own signature of a credential was not checked: "
                                    + content.uncheckedWhy()));
        if (content.disclosed() > 0)
            checks.add(
                    Check.good(
                            "disclosures", content.disclosed() + " open what entries commit to"));
    }

    private static String ascii(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
