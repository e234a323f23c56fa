package redoubt.provenance.record;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Checks a proof file against a record root that the checker brings, and where there is one
/// against a later checkpoint. Needs no record, no network and no native library. Thread safe.
/// Source: docs/audit-record.md sections 8 and 10.5.
public final class ProofVerifier {
    private final RecordTrust trust;

    public ProofVerifier(RecordTrust trust) {
        this.trust = trust;
    }

    /// What leads to a later checkpoint.
    ///
    /// @param file a consistency file
    /// @param checkpoint one that the checker got elsewhere, at which the file must arrive
    public record Later(Bytes file, Optional<Checkpoint> checkpoint) {}

    /// Whether the bytes begin as a proof file does; says nothing about the rest.
    public static boolean isProof(byte[] file) {
        return ProofFile.looksLikeOne(file);
    }

    /// Whether the bytes begin as a consistency file does; says nothing about the rest.
    public static boolean isConsistency(byte[] file) {
        return ConsistencyFile.looksLikeOne(file);
    }

    public ProofReport verify(byte[] file) {
        return verify(file, Optional.empty());
    }

    public ProofReport verify(byte[] file, Optional<Later> later) {
        List<Check> checks = new ArrayList<>();
        try {
            ProvenFile proven = proven(file, checks);
            List<Checkpoint> checkpoints = new ArrayList<>(proven.checkpoints());
            List<Revocation> revocations = new ArrayList<>(proven.revocations());
            if (later.isPresent()) {
                ProvenFile grown = LaterCheckpoint.reach(proven, later.get(), trust, checks);
                requireUnforked(grown);
                checkpoints.addAll(grown.checkpoints());
                revocations.addAll(grown.revocations());
            }
            revocations.addAll(trust.revocations());
            return judged(proven, checkpoints, revocations, checks);
        } catch (Refusal refusal) {
            checks.add(refusal.asCheck());
            return new ProofReport(
                    refusal.verdict(),
                    checks,
                    Optional.empty(),
                    List.of(),
                    Witnessing.NOT_ASKED,
                    List.of());
        }
    }

    /// The proof by itself, without the question who witnessed it.
    ProvenFile proven(byte[] file, List<Check> checks) throws Refusal {
        ProvenFile proven = ProvenFile.verify(ProofFile.decode(file), trust, checks);
        requireUnforked(proven);
        Relations relations = new Relations();
        for (SignedEntry entry : proven.askedFor()) {
            relations.takeExcerpt(entry);
        }
        checks.add(Check.good("relations", "the entries refer to each other as they must"));
        return proven;
    }

    private void requireUnforked(ProvenFile proven) throws Refusal {
        Map<Long, Bytes> roots = new HashMap<>();
        proven.checkpoints().forEach(own -> roots.put(own.size(), own.root()));
        proven.chain().requireUnforked(roots, trust.checkpoints());
    }

    private ProofReport judged(
            ProvenFile proven,
            List<Checkpoint> checkpoints,
            List<Revocation> revocations,
            List<Check> checks) {
        List<SignedEntry> asked = proven.askedFor();
        Witnessing witnessing = Witnessing.of(trust.witnesses(), checkpoints);
        long behindLast =
                asked.isEmpty()
                        ? proven.file().checkpoint().size()
                        : asked.getLast().entry().sequence() + 1;
        checks.addAll(witnessing.checks(behindLast, "what was asked for"));
        long size = proven.file().checkpoint().size();
        List<Disputed> disputed =
                Disputed.by(revocations, proven.chain(), size, witnessing.to()).stream()
                        .filter(one ->
                                asked.stream().anyMatch(it -> one.covers(it.entry().sequence())))
                        .toList();
        disputed.forEach(one -> checks.add(one.asCheck()));
        Verdict verdict =
                !disputed.isEmpty()
                        ? Verdict.INCOMPLETE
                        : witnessing.to() >= behindLast ? Verdict.VALID : Verdict.VALID_UNWITNESSED;
        return new ProofReport(
                verdict,
                checks,
                Optional.of(proven.file().logId()),
                asked.stream().map(ProvenEntry::new).toList(),
                witnessing,
                disputed);
    }
}
