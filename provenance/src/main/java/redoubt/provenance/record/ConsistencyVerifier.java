package redoubt.provenance.record;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Says whether a later checkpoint only adds to what somebody kept of a record, by a consistency
/// file and without the record. Needs no network and no native library. Thread safe. Source:
/// docs/audit-record.md section 10.5.1.
public final class ConsistencyVerifier {
    private static final String NAME = "later checkpoint";

    private final RecordTrust trust;
    private final Kept kept;

    /// @param kept what must be in the later history, besides the checkpoints of the trust folder
    public ConsistencyVerifier(RecordTrust trust, Kept kept) {
        this.trust = trust;
        this.kept = kept;
    }

    /// One thing that was kept, signed or not.
    private record Remembered(
            String origin, long size, Bytes root, Optional<Checkpoint> signed, String what) {}

    public RecordReport verify(Bytes file) {
        List<Check> checks = new ArrayList<>();
        try {
            // First what was kept: it must tell one history before it is compared with another.
            new KeptHistory(trust, kept).compare(checks);
            return reached(ConsistencyFile.decode(file.toArray()), checks);
        } catch (Refusal refusal) {
            checks.add(refusal.asCheck());
            return new RecordReport(
                    refusal.verdict(),
                    checks,
                    0,
                    Optional.empty(),
                    Witnessing.NOT_ASKED,
                    List.of());
        }
    }

    private RecordReport reached(ConsistencyFile file, List<Check> checks) throws Refusal {
        ProvenFile grown = ProvenFile.verify(file.later(), trust, checks);
        if (!grown.askedFor().isEmpty())
            throw new Refusal(
                    "consistency file", "It holds other entries than those that lead to its keys.");
        Checkpoint later = grown.file().checkpoint();
        Map<Long, Bytes> roots = new HashMap<>();
        grown.checkpoints().forEach(own -> roots.put(own.size(), own.root()));
        List<Checkpoint> ofOneTree = new ArrayList<>(grown.checkpoints());
        long compared = 0;
        boolean all = true;
        for (Remembered one : remembered()) {
            requireLog(one, grown.chain());
            Bytes root = roots.get(one.size());
            if (root != null) requireSame(one, root, grown.chain());
            else if (one.size() == file.from()) requireGrowth(one, file, later);
            else {
                all = false;
                checks.add(notReached(one, file, later));
                continue;
            }
            if (one.signed().isPresent()) {
                if (!grown.chain().isSigned(one.signed().get())) throw notSigned(one);
                ofOneTree.add(one.signed().get());
            }
            compared = Math.max(compared, one.size());
            checks.add(
                    Check.good(
                            NAME,
                            "a signed checkpoint of %d entries only adds to the %d of %s"
                                    .formatted(later.size(), one.size(), one.what())));
        }
        if (compared == 0 && all)
            checks.add(
                    Check.unchecked(
                            NAME,
                            "you brought nothing that was kept, so this leads on from nothing: bring"
                                    + " an old checkpoint, proof or receipt"));
        return judged(grown, ofOneTree, compared, all && compared > 0, checks);
    }

    private RecordReport judged(
            ProvenFile grown,
            List<Checkpoint> ofOneTree,
            long compared,
            boolean complete,
            List<Check> checks) {
        Witnessing witnessing = Witnessing.of(trust.witnesses(), ofOneTree);
        checks.addAll(witnessing.checks(compared, "what you kept"));
        List<Revocation> revocations = new ArrayList<>(grown.revocations());
        revocations.addAll(trust.revocations());
        long size = grown.file().checkpoint().size();
        List<Disputed> disputed =
                Disputed.by(revocations, grown.chain(), size, witnessing.to()).stream()
                        .filter(one -> one.from() < compared)
                        .toList();
        disputed.forEach(one -> checks.add(one.asCheck()));
        Verdict verdict =
                !complete || !disputed.isEmpty()
                        ? Verdict.INCOMPLETE
                        : witnessing.to() >= compared ? Verdict.VALID : Verdict.VALID_UNWITNESSED;
        return new RecordReport(
                verdict, checks, size, Optional.of(grown.chain().logId()), witnessing, disputed);
    }

    private List<Remembered> remembered() throws Refusal {
        List<Remembered> all = new ArrayList<>();
        trust.checkpoints().forEach(one -> all.add(of(one, "a checkpoint of the trust folder")));
        kept.checkpoints().forEach(one -> all.add(of(one, "a checkpoint that you brought")));
        for (PaperCheckpoint paper : kept.papers())
            all.add(
                    new Remembered(
                            paper.origin(),
                            paper.size(),
                            paper.root(),
                            Optional.empty(),
                            "the three lines that you kept"));
        for (KeptReceipt receipt : kept.receipts())
            receipt.checkpoint().ifPresent(note -> all.add(of(note, receipt.name())));
        for (var proof : kept.proofs())
            all.add(of(ProofFile.decode(proof.file().toArray()).checkpoint(), proof.name()));
        return all;
    }

    private static Remembered of(Checkpoint note, String what) {
        return new Remembered(note.origin(), note.size(), note.root(), Optional.of(note), what);
    }

    private static void requireLog(Remembered one, EpochChain chain) throws Refusal {
        if (!one.origin().equals(CheckpointNote.origin(chain.logId())))
            throw new Refusal(
                    "your checkpoints",
                    "%s is of another log than the consistency file.".formatted(one.what()));
    }

    private static void requireSame(Remembered one, Bytes root, EpochChain chain) throws Refusal {
        if (root.equals(one.root())) return;
        if (one.signed().filter(chain::isSigned).isPresent())
            throw new Refusal(
                    Verdict.FORKED,
                    NAME,
                    "The site's key signed another history of %d entries than that of %s. Both cannot be true."
                            .formatted(one.size(), one.what()));
        throw otherRoot(one);
    }

    private static void requireGrowth(Remembered one, ConsistencyFile file, Checkpoint later)
            throws Refusal {
        if (!Merkle.isConsistent(one.size(), one.root(), later.size(), later.root(), file.path()))
            throw otherRoot(one);
    }

    private static Refusal otherRoot(Remembered one) {
        return new Refusal(
                NAME,
                "Nothing here shows that the later history only adds to the %d entries of %s: the file was altered, or the site changed what it once showed."
                        .formatted(one.size(), one.what()));
    }

    private static Refusal notSigned(Remembered one) {
        return new Refusal(
                "your checkpoints",
                "%s, of %d entries, is not signed by the epoch that was in force there."
                        .formatted(one.what(), one.size()));
    }

    private static Check notReached(Remembered one, ConsistencyFile file, Checkpoint later) {
        return Check.unchecked(
                NAME,
                "%s has %d entries, and the file leads from %d to %d: ask the site for `redoubt record consistency --from %d`"
                        .formatted(one.what(), one.size(), file.from(), later.size(), one.size()));
    }
}
