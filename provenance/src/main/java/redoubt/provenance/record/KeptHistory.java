package redoubt.provenance.record;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a checker kept of a record from earlier, checkpoints and proofs, and whether it tells one
/// history: with itself, and with a record at hand. One thread. Source: docs/audit-record.md
/// section 10.4.
final class KeptHistory {
    private final RecordTrust trust;
    private final List<Checkpoint> checkpoints;
    private final List<PaperCheckpoint> papers;
    private final List<RecordVerifier.KeptProof> proofs;
    private final List<KeptReceipt> receipts;

    /// @param trust with the checkpoints of its folder, which count as kept
    KeptHistory(RecordTrust trust, Kept kept) {
        List<Checkpoint> signed = new ArrayList<>(kept.checkpoints());
        for (var receipt : kept.receipts()) receipt.checkpoint().ifPresent(signed::add);
        this.trust = trust.with(signed);
        this.checkpoints = this.trust.checkpoints();
        this.papers = kept.papers();
        this.proofs = kept.proofs();
        this.receipts = kept.receipts();
    }

    /// What the checker brought, with the checkpoints that were kept.
    RecordTrust trust() {
        return trust;
    }

    /// The entries that receipts speak of.
    Set<Long> spokenOf() {
        Set<Long> sequences = new HashSet<>();
        for (var receipt : receipts)
            sequences.addAll(List.of(receipt.intent(), receipt.output(), receipt.seal()));
        return sequences;
    }

    /// Two signed roots for one size are two histories, whatever else there is to find.
    ///
    /// @param record the keys of the record at hand, as far as it was read
    void requireOneHistory(Optional<EpochChain> record) throws Refusal {
        List<EpochChain> chains = new ArrayList<>(record.stream().toList());
        List<Checkpoint> all = new ArrayList<>(checkpoints);
        for (var kept : proofs) {
            try {
                var proven = ProvenFile.verify(decoded(kept), trust, new ArrayList<>());
                chains.add(proven.chain());
                all.addAll(proven.checkpoints());
            } catch (Refusal told) {
                // What is wrong with a proof by itself is told when its turn comes.
            }
        }
        Map<String, Checkpoint> seen = new HashMap<>();
        for (Checkpoint checkpoint : all) {
            if (!isAttested(checkpoint, chains)) continue;
            var other = seen.putIfAbsent(checkpoint.origin() + checkpoint.size(), checkpoint);
            if (other != null && !other.root().equals(checkpoint.root()))
                throw new Refusal(
                        Verdict.FORKED,
                        "your checkpoints",
                        "Two checkpoints that you brought are signed and give the first "
                                + checkpoint.size()
                                + " entries different roots. The site, or whoever has its keys, told"
                                + " two histories; both cannot be true.");
        }
    }

    /// Nobody signed the paper, so it accuses nobody; it only disagrees.
    private void requireOnPaper(Checkpoint checkpoint) throws Refusal {
        for (PaperCheckpoint paper : papers)
            if (paper.origin().equals(checkpoint.origin())
                    && paper.size() == checkpoint.size()
                    && !paper.root().equals(checkpoint.root())) throw notOnPaper(paper);
    }

    static Refusal notOnPaper(PaperCheckpoint paper) {
        return new Refusal(
                "your checkpoints",
                "The first "
                        + paper.size()
                        + " entries have another root here than in the three lines that you kept:"
                        + " they are not the ones that you saw, or the lines were not copied"
                        + " right. Compare them once more with the paper.");
    }

    private static ProofFile decoded(RecordVerifier.KeptProof kept) throws Refusal {
        return ProofFile.decode(kept.file().toArray());
    }

    /// Anybody can write a note; only one that a key stands for accuses somebody.
    private boolean isAttested(Checkpoint checkpoint, List<EpochChain> chains) {
        return chains.stream().anyMatch(chain -> chain.isSigned(checkpoint))
                || trust.witnesses()
                        .filter(policy -> !policy.verdict(checkpoint).good().isEmpty())
                        .isPresent();
    }

    /// Checks what was kept without a record.
    void compare(List<Check> checks) throws Refusal {
        requireOneHistory(Optional.empty());
        for (Checkpoint checkpoint : checkpoints) requireOnPaper(checkpoint);
        for (var kept : proofs) {
            for (Checkpoint checkpoint : requireProof(kept).checkpoints())
                requireOnPaper(checkpoint);
            checks.add(Check.good("your proofs", kept.name() + " holds by itself"));
        }
        checks.add(
                Check.good(
                        "your checkpoints",
                        "no two that a key stands for contradict each other (%d checkpoints, %d on paper, %d proofs, %d receipts)"
                                .formatted(
                                        checkpoints.size(),
                                        papers.size(),
                                        proofs.size(),
                                        receipts.size())));
    }

    private ProvenFile requireProof(RecordVerifier.KeptProof kept) throws Refusal {
        try {
            return new ProofVerifier(trust).proven(kept.file().toArray(), new ArrayList<>());
        } catch (Refusal wrong) {
            throw new Refusal(
                    wrong.verdict(),
                    "your proofs",
                    kept.name() + " does not hold by itself: " + wrong.getMessage());
        }
    }

    /// Everything kept must be in this record.
    ///
    /// @param ofThisTree takes the checkpoints that are
    void requireIn(RecordWalk walk, List<Check> checks, List<Checkpoint> ofThisTree)
            throws Refusal {
        for (Checkpoint checkpoint : checkpoints) {
            requireAgreement(checkpoint, walk, "a checkpoint that you brought");
            ofThisTree.add(checkpoint);
        }
        for (PaperCheckpoint paper : papers) requireAgreement(paper, walk);
        int brought = checkpoints.size() + papers.size();
        if (brought > 0)
            checks.add(
                    Check.good(
                            "your checkpoints",
                            "the record agrees with all " + brought + " that you brought"));
        for (KeptReceipt receipt : receipts) {
            requireReceipt(receipt, walk);
            checks.add(
                    Check.good(
                            "your receipts",
                            "INTENT, OUTPUT and SEAL of %s are entries %d, %d and %d of this record"
                                    .formatted(
                                            receipt.name(),
                                            receipt.intent(),
                                            receipt.output(),
                                            receipt.seal())));
        }
        for (var kept : proofs) {
            var proven = requireProof(kept);
            for (Checkpoint checkpoint : proven.checkpoints()) {
                requireAgreement(checkpoint, walk, kept.name());
                ofThisTree.add(checkpoint);
            }
            // The same root at the same size: what is in the one tree is in the other.
            checks.add(
                    Check.good(
                            "your proofs",
                            "all %d entries of %s are in this record, at their places"
                                    .formatted(proven.entries().size(), kept.name())));
        }
    }

    private static void requireReceipt(KeptReceipt receipt, RecordWalk walk) throws Refusal {
        if (!receipt.logId().equals(walk.chain().orElseThrow().logId()))
            throw wrong(receipt, "is of another log");
        if (receipt.seal() >= walk.tree().size())
            throw wrong(
                    receipt,
                    "speaks of entry %d, and the record has %d: its tail was cut off, or it was rolled back"
                            .formatted(receipt.seal(), walk.tree().size()));
        if (!walk.tree().leaf(receipt.output()).equals(receipt.leafHash()))
            throw wrong(receipt, "names another entry %d".formatted(receipt.output()));
        boolean belong =
                walk.noted(receipt.intent()).event() instanceof Event.Intent
                        && walk.noted(receipt.output()).event() instanceof Event.Output
                        && refersTo(walk.noted(receipt.output()), receipt.intent())
                        && walk.noted(receipt.seal()).event() instanceof Event.Seal
                        && refersTo(walk.noted(receipt.seal()), receipt.output());
        if (!belong) throw wrong(receipt, "names entries that do not belong to its answer");
    }

    private static boolean refersTo(Entry entry, long sequence) {
        return entry.refersTo().orElse(-1) == sequence;
    }

    private static Refusal wrong(KeptReceipt receipt, String how) {
        return new Refusal("your receipts", "%s %s.".formatted(receipt.name(), how));
    }

    private static void requireAgreement(PaperCheckpoint paper, RecordWalk walk) throws Refusal {
        requireLength(paper.size(), walk, "what you kept on paper");
        if (!paper.origin().equals(CheckpointNote.origin(walk.chain().orElseThrow().logId())))
            throw new Refusal("checkpoint", "The three lines that you kept are of another log.");
        if (!walk.tree().root(paper.size()).equals(paper.root())) throw notOnPaper(paper);
    }

    private static void requireLength(long counted, RecordWalk walk, String whose) throws Refusal {
        long size = walk.tree().size();
        if (counted > size)
            throw new Refusal(
                    "checkpoint",
                    "The record has "
                            + size
                            + " entries and "
                            + whose
                            + " counts "
                            + counted
                            + ": its tail was cut off, or it was rolled back.");
    }

    static void requireAgreement(Checkpoint checkpoint, RecordWalk walk, String whose)
            throws Refusal {
        requireLength(checkpoint.size(), walk, whose);
        walk.chain().orElseThrow().requireCheckpoint(checkpoint);
        if (!walk.tree().root(checkpoint.size()).equals(checkpoint.root())) {
            throw new Refusal(
                    Verdict.FORKED,
                    "checkpoint",
                    "The site's key signed another history of the first "
                            + checkpoint.size()
                            + " entries than this one ("
                            + whose
                            + "). Both cannot be true.");
        }
    }
}
