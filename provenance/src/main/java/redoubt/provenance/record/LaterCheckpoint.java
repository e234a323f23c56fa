package redoubt.provenance.record;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/// Goes from a proof that somebody kept to a later checkpoint of the same record, by a consistency
/// file. Stateless, any thread. Source: docs/audit-record.md section 10.5.
final class LaterCheckpoint {
    private LaterCheckpoint() {}

    /// @return the later checkpoint with its keys
    static ProvenFile reach(
            ProvenFile proof, ProofVerifier.Later later, RecordTrust trust, List<Check> checks)
            throws Refusal {
        ConsistencyFile file = ConsistencyFile.decode(later.file().toArray());
        ProvenFile grown = ProvenFile.verify(file.later(), trust, new ArrayList<>());
        Checkpoint own = proof.file().checkpoint();
        Checkpoint reached = grown.file().checkpoint();
        if (!grown.askedFor().isEmpty()) {
            throw new Refusal(
                    "consistency file", "It holds other entries than those that lead to its keys.");
        }
        if (!grown.file().logId().equals(proof.file().logId()) || file.from() != own.size()) {
            throw new Refusal(
                    "consistency file",
                    "It leads on from a checkpoint of "
                            + file.from()
                            + " entries, and the proof's has "
                            + own.size()
                            + ". Ask the site for the one from "
                            + own.size()
                            + ".");
        }
        requireSameKeys(proof, grown);
        requireGrowth(file, own, reached);
        requireArrival(later, grown, reached);
        checks.add(
                Check.good(
                        "later checkpoint",
                        "a signed checkpoint of "
                                + reached.size()
                                + " entries only adds to the proof's "
                                + own.size()));
        return grown;
    }

    private static void requireGrowth(ConsistencyFile file, Checkpoint own, Checkpoint reached)
            throws Refusal {
        if (Merkle.isConsistent(
                own.size(), own.root(), reached.size(), reached.root(), file.path())) return;
        boolean forked = own.size() == reached.size() && !own.root().equals(reached.root());
        throw new Refusal(
                forked ? Verdict.FORKED : Verdict.INVALID,
                "later checkpoint",
                forked
                        ? "The site's keys signed two histories of "
                                + own.size()
                                + " entries. Both cannot be true."
                        : "Nothing here shows that the later history of "
                                + reached.size()
                                + " entries only adds to the one in the proof: the file was altered,"
                                + " or the site changed what it once signed.");
    }

    /// Where both have an entry, it is the same one.
    private static void requireSameKeys(ProvenFile proof, ProvenFile grown) throws Refusal {
        var others = new HashMap<Long, Bytes>();
        for (var item : grown.file().items()) others.put(item.sequence(), item.cose());
        for (var item : proof.file().items()) {
            Bytes other = others.get(item.sequence());
            if (other != null && !other.equals(item.cose()))
                throw new Refusal(
                        Verdict.FORKED,
                        "later checkpoint",
                        "The later history has another entry "
                                + item.sequence()
                                + " than the proof. Both cannot be true.");
        }
    }

    private static void requireArrival(
            ProofVerifier.Later later, ProvenFile grown, Checkpoint reached) throws Refusal {
        if (later.checkpoint().isEmpty()) return;
        Checkpoint given = later.checkpoint().get();
        if (!given.origin().equals(reached.origin()) || given.size() != reached.size())
            throw new Refusal(
                    "later checkpoint",
                    "The consistency file arrives at "
                            + reached.size()
                            + " entries, and the later checkpoint has "
                            + given.size()
                            + " or is of another log. Ask the site for the file that arrives there.");
        if (!given.root().equals(reached.root()))
            throw new Refusal(
                    grown.chain().isSigned(given) ? Verdict.FORKED : Verdict.INVALID,
                    "later checkpoint",
                    "The later checkpoint has another root than the history that the site shows.");
        grown.chain().requireCheckpoint(given);
    }
}
