package redoubt.provenance.record;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import redoubt.provenance.anchor.AnchorChecks;

/// Checks a whole record folder against what the checker brings, on all cores, and stops at the
/// first thing that is wrong. Reads only. One call at a time; interrupting the calling thread stops
/// it. Source: docs/audit-record.md section 10.4.
public final class RecordVerifier {
    private final RecordTrust trust;
    private final KeptHistory kept;
    private final int threads;

    /// A proof of an answer that the checker kept.
    ///
    /// @param name what the checker calls it
    public record KeptProof(String name, Bytes file) {}

    /// @param known checkpoints that the checker kept from earlier besides those of the trust
    ///   folder, with which this record must agree
    public RecordVerifier(RecordTrust trust, List<Checkpoint> known) {
        this(trust, Kept.of(known));
    }

    /// @param kept what must be in the record, besides the checkpoints of the trust folder
    public RecordVerifier(RecordTrust trust, Kept kept) {
        this(trust, kept, Runtime.getRuntime().availableProcessors());
    }

    RecordVerifier(RecordTrust trust, Kept kept, int threads) {
        this.kept = new KeptHistory(trust, kept);
        this.trust = this.kept.trust();
        this.threads = threads;
    }

    /// @param progress told now and then how many entries hold so far
    /// @throws IOException when the folder cannot be read, or the calling thread was interrupted
    public RecordReport verify(Path folder, LongConsumer progress) throws IOException {
        List<Check> checks = new ArrayList<>();
        FolderNotes notes = FolderNotes.read(folder);
        RecordWalk walk = new RecordWalk(trust, kept.spokenOf());
        long holding;
        Optional<Refusal> broken = Optional.empty();
        try (var pipeline = new EntryPipeline(walk, threads, progress)) {
            try {
                new RecordReading(pipeline).through(folder, checks);
                walk.report(checks);
            } catch (Refusal refusal) {
                broken = Optional.of(refusal);
            }
            holding = pipeline.holding();
        }
        try {
            kept.requireOneHistory(walk.chain());
            if (broken.isPresent()) throw broken.get();
            return judged(notes, walk, checks);
        } catch (Refusal refusal) {
            checks.add(refusal.asCheck());
            return report(
                    refusal.verdict(), checks, holding, walk, Witnessing.NOT_ASKED, List.of());
        }
    }

    /// Compares what the checker brought with each other, where no record is at hand. The verdict
    /// is at best INCOMPLETE.
    public RecordReport compare() {
        List<Check> checks = new ArrayList<>();
        Verdict verdict = Verdict.INCOMPLETE;
        try {
            kept.compare(checks);
            checks.add(
                    Check.unchecked(
                            "record",
                            "no record folder was given; what you brought was compared with itself"
                                    + " only"));
        } catch (Refusal refusal) {
            checks.add(refusal.asCheck());
            verdict = refusal.verdict();
        }
        return new RecordReport(
                verdict, checks, 0, Optional.empty(), Witnessing.NOT_ASKED, List.of());
    }

    private RecordReport judged(FolderNotes notes, RecordWalk walk, List<Check> checks)
            throws IOException, Refusal {
        List<Checkpoint> ofThisTree = new ArrayList<>();
        kept.requireIn(walk, checks, ofThisTree);
        boolean complete = own(notes, walk, checks, ofThisTree);
        notes.requireWitnessed(walk, ofThisTree);
        long size = walk.tree().size();
        Witnessing witnessing = Witnessing.of(trust.witnesses(), ofThisTree);
        checks.addAll(witnessing.checks(size, "this record"));
        anchored(notes, walk, checks);
        List<Revocation> revocations = new ArrayList<>(walk.revocations());
        revocations.addAll(trust.revocations());
        EpochChain chain = walk.chain().orElseThrow();
        otherLogs(chain, checks);
        List<Disputed> disputed = Disputed.by(revocations, chain, size, witnessing.to());
        disputed.forEach(one -> checks.add(one.asCheck()));
        Verdict verdict =
                !complete || !disputed.isEmpty()
                        ? Verdict.INCOMPLETE
                        : witnessing.to() > 0 ? Verdict.VALID : Verdict.VALID_UNWITNESSED;
        return report(verdict, checks, size, walk, witnessing, disputed);
    }

    private static RecordReport report(
            Verdict verdict,
            List<Check> checks,
            long size,
            RecordWalk walk,
            Witnessing witnessing,
            List<Disputed> disputed) {
        return new RecordReport(
                verdict, checks, size, walk.chain().map(EpochChain::logId), witnessing, disputed);
    }

    private void anchored(FolderNotes notes, RecordWalk walk, List<Check> checks)
            throws IOException, Refusal {
        String origin = CheckpointNote.origin(walk.chain().orElseThrow().logId());
        for (Check anchor :
                AnchorChecks.of(
                        notes.anchors(),
                        trust.anchors(),
                        size ->
                                size > 0 && size <= walk.tree().size()
                                        ? Optional.of(
                                                CheckpointNote.text(
                                                        origin, size, walk.tree().root(size)))
                                        : Optional.empty())) {
            if (anchor.outcome() == Check.Outcome.BAD) {
                throw new Refusal(anchor.name(), anchor.detail());
            }
            checks.add(anchor);
        }
    }

    private void otherLogs(EpochChain chain, List<Check> checks) {
        long others =
                trust.revocations().stream()
                        .filter(revocation -> !revocation.logId().equals(chain.logId()))
                        .count();
        if (others > 0) {
            checks.add(
                    Check.note(
                            "revocations",
                            others
                                    + " of the trust folder are of another log under this root, and"
                                    + " say nothing about this one"));
        }
    }

    /// @return whether the record has its own checkpoint
    private static boolean own(
            FolderNotes notes, RecordWalk walk, List<Check> checks, List<Checkpoint> ofThisTree)
            throws Refusal {
        Optional<Checkpoint> found = notes.own();
        if (found.isEmpty()) {
            checks.add(
                    Check.unchecked(
                            "checkpoint",
                            "the folder has no checkpoint file, so nothing says how long the record"
                                    + " should be; a cut tail would not be noticed"));
            return false;
        }
        Checkpoint last = found.get();
        KeptHistory.requireAgreement(last, walk, "its own checkpoint");
        ofThisTree.add(last);
        checks.add(
                Check.good(
                        "checkpoint",
                        "signed, covers "
                                + last.size()
                                + " of "
                                + walk.tree().size()
                                + " entries, and has their root"));
        return true;
    }
}
