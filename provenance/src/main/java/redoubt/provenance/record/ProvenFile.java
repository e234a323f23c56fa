package redoubt.provenance.record;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A proof file, or the body of a consistency file, that holds under the checker's root: keys,
/// signatures, places in the tree, witnessed checkpoints, what its entries say of the record.
/// Immutable once made, any thread. Source: docs/audit-record.md section 10.5.
///
/// @param entries all of them, in the order of the file
/// @param revocations that its entries hold
record ProvenFile(
        ProofFile file, EpochChain chain, List<SignedEntry> entries, List<Revocation> revocations) {
    ProvenFile {
        entries = List.copyOf(entries);
        revocations = List.copyOf(revocations);
    }

    /// GENESIS and what says who may sign; everything else was asked for.
    static boolean isKey(Event event) {
        return event instanceof Event.Genesis
                || event instanceof Event.EpochOpened
                || event instanceof Event.EpochRevoked;
    }

    List<SignedEntry> askedFor() {
        return entries.stream().filter(signed -> !isKey(signed.entry().event())).toList();
    }

    /// Its checkpoint and the earlier ones that it was shown to add to.
    List<Checkpoint> checkpoints() {
        List<Checkpoint> all = new ArrayList<>();
        file.witnessed().forEach(linked -> all.add(linked.checkpoint()));
        all.add(file.checkpoint());
        return all;
    }

    static ProvenFile verify(ProofFile proof, RecordTrust trust, List<Check> checks)
            throws Refusal {
        EpochChain chain = chain(proof, trust);
        checks.add(
                Check.good(
                        "record root",
                        "the keys of "
                                + chain.last().number()
                                + " epoch(s) stand under the site's record root"
                                + (trust.logId().isPresent()
                                        ? ", in the log that the trust folder names"
                                        : "; the trust folder names no log, so any log under it"
                                                + " passes")));
        List<SignedEntry> entries = entries(proof, chain);
        checks.add(
                Check.good(
                        "signatures",
                        entries.size() + " entries are signed by the epoch in force (ML-DSA-65)"));
        chain.requireCheckpoint(proof.checkpoint());
        requireInclusion(proof);
        checks.add(
                Check.good(
                        "inclusion",
                        "all are in the signed checkpoint of "
                                + proof.checkpoint().size()
                                + " entries"));
        requireWitnessed(proof, chain);
        Testimony testimony = testimony(proof, chain, entries);
        return new ProvenFile(proof, chain, entries, testimony.revocations());
    }

    private static EpochChain chain(ProofFile proof, RecordTrust trust) throws Refusal {
        List<ProofFile.Item> items = proof.items();
        if (items.size() < 2) {
            throw new Refusal("genesis", "The proof lacks the first two entries of the log.");
        }
        SignedEntry genesis = read(items.getFirst());
        EpochChain chain = EpochChain.begin(genesis, read(items.get(1)), trust);
        if (!chain.logId().equals(proof.logId())) {
            throw new Refusal("log id", "The proof names another log than its genesis entry.");
        }
        for (ProofFile.Item item : items.subList(2, items.size())) {
            SignedEntry entry = read(item);
            if (entry.entry().event() instanceof Event.EpochOpened) {
                chain.open(entry);
            }
        }
        return chain;
    }

    private static SignedEntry read(ProofFile.Item item) throws Refusal {
        SignedEntry entry =
                SignedEntry.read(item.cose(), "Item " + item.sequence() + " of the proof");
        if (entry.entry().sequence() != item.sequence()) {
            throw new Refusal(
                    "place",
                    "The proof gives " + entry.name() + " out as entry " + item.sequence() + ".");
        }
        return entry;
    }

    private static List<SignedEntry> entries(ProofFile proof, EpochChain chain) throws Refusal {
        List<SignedEntry> entries = new ArrayList<>();
        for (ProofFile.Item item : proof.items()) {
            SignedEntry entry = read(item);
            chain.requireBetween(entry, proof.checkpoint().size());
            if (!entries.isEmpty()) {
                SignedEntry before = entries.getLast();
                if (before.entry().sequence() + 1 == item.sequence()
                        && !entry.entry().previousHash().equals(before.sha256())) {
                    throw new Refusal(
                            "chain", entry.name() + " does not follow the entry before it.");
                }
            }
            chain.requireEntry(entry);
            entries.add(entry);
        }
        return entries;
    }

    private static void requireInclusion(ProofFile proof) throws Refusal {
        Checkpoint checkpoint = proof.checkpoint();
        for (ProofFile.Item item : proof.items()) {
            Bytes leaf = Merkle.leafHash(item.cose().toArray());
            if (!Merkle.includes(
                    leaf, item.sequence(), checkpoint.size(), item.path(), checkpoint.root())) {
                throw new Refusal(
                        "inclusion",
                        "Entry "
                                + item.sequence()
                                + " is not in the tree that the checkpoint signs.");
            }
        }
    }

    private static void requireWitnessed(ProofFile proof, EpochChain chain) throws Refusal {
        Checkpoint own = proof.checkpoint();
        for (ProofFile.Linked linked : proof.witnessed()) {
            Checkpoint earlier = linked.checkpoint();
            chain.requireCheckpoint(earlier);
            if (!Merkle.isConsistent(
                    earlier.size(), earlier.root(), own.size(), own.root(), linked.path())) {
                throw new Refusal(
                        "witnessed",
                        "The proof does not show that its checkpoint only adds to the witnessed one"
                                + " of "
                                + earlier.size()
                                + " entries.");
            }
        }
    }

    private static Testimony testimony(ProofFile proof, EpochChain chain, List<SignedEntry> entries)
            throws Refusal {
        Map<Long, Bytes> roots = new HashMap<>();
        for (ProofFile.Linked linked : proof.witnessed()) {
            roots.put(linked.checkpoint().size(), linked.checkpoint().root());
        }
        roots.put(proof.checkpoint().size(), proof.checkpoint().root());
        Testimony testimony = new Testimony(chain, size -> Optional.ofNullable(roots.get(size)));
        for (SignedEntry entry : entries) {
            testimony.take(entry);
        }
        return testimony;
    }
}
