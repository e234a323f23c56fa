package redoubt.provenance.record;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a checker kept of a record from earlier, checkpoints and proofs, and whether it tells one
/// history: with itself, and with a record at hand. One thread. Source: docs/audit-record.md
/// section 10.4.
final class KeptHistory {
    private final RecordTrust trust;
    private final List<Checkpoint> checkpoints;
    private final List<RecordVerifier.KeptProof> proofs;

    KeptHistory(
            RecordTrust trust,
            List<Checkpoint> checkpoints,
            List<RecordVerifier.KeptProof> proofs) {
        this.trust = trust;
        this.checkpoints = List.copyOf(checkpoints);
        this.proofs = List.copyOf(proofs);
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
        for (var kept : proofs) {
            requireProof(kept);
            checks.add(Check.good("your proofs", kept.name() + " holds by itself"));
        }
        checks.add(
                Check.good(
                        "your checkpoints",
                        "no two that a key stands for contradict each other (%d checkpoints, %d proofs)"
                                .formatted(checkpoints.size(), proofs.size())));
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
        if (!checkpoints.isEmpty())
            checks.add(
                    Check.good(
                            "your checkpoints",
                            "the record agrees with all "
                                    + checkpoints.size()
                                    + " that you brought"));
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

    static void requireAgreement(Checkpoint checkpoint, RecordWalk walk, String whose)
            throws Refusal {
        long size = walk.tree().size();
        if (checkpoint.size() > size) {
            throw new Refusal(
                    "checkpoint",
                    "The record has "
                            + size
                            + " entries and "
                            + whose
                            + " counts "
                            + checkpoint.size()
                            + ": its tail was cut off, or it was rolled back.");
        }
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
