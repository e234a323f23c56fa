package redoubt.provenance.record;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Checks a proof file against a record root that the checker brings. Needs no record, no network
/// and no native library. Thread safe. Source: docs/audit-record.md sections 8 and 10.
public final class ProofVerifier {
    private final RecordTrust trust;

    public ProofVerifier(RecordTrust trust) {
        this.trust = trust;
    }

    /// Whether the bytes begin as a proof file does; says nothing about the rest.
    public static boolean isProof(byte[] file) {
        return ProofFile.looksLikeOne(file);
    }

    public ProofReport verify(byte[] file) {
        List<Check> checks = new ArrayList<>();
        try {
            ProofFile proof = ProofFile.decode(file);
            EpochChain chain = chain(proof);
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
                            entries.size()
                                    + " entries are signed by the epoch in force (ML-DSA-65)"));
            chain.requireCheckpoint(proof.checkpoint());
            requireInclusion(proof);
            checks.add(
                    Check.good(
                            "inclusion",
                            "all are in the signed checkpoint of "
                                    + proof.checkpoint().size()
                                    + " entries"));
            requireRelations(entries);
            checks.add(Check.good("relations", "the entries refer to each other as they must"));
            checks.add(
                    Check.note(
                            "witnesses",
                            "nothing is witnessed yet: no independent party has countersigned this"
                                    + " checkpoint"));
            return new ProofReport(
                    Verdict.VALID_UNWITNESSED,
                    checks,
                    Optional.of(proof.logId()),
                    entries.stream()
                            .filter(ProofVerifier::isAskedFor)
                            .map(ProvenEntry::new)
                            .toList());
        } catch (Refusal refusal) {
            checks.add(refusal.asCheck());
            return new ProofReport(refusal.verdict(), checks, Optional.empty(), List.of());
        }
    }

    private static boolean isAskedFor(SignedEntry entry) {
        return !(entry.entry().event() instanceof Event.Genesis
                || entry.entry().event() instanceof Event.EpochOpened);
    }

    private EpochChain chain(ProofFile proof) throws Refusal {
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
            chain.requireEntry(entry);
            if (!entries.isEmpty()) {
                SignedEntry before = entries.getLast();
                if (before.entry().sequence() + 1 == item.sequence()
                        && !entry.entry().previousHash().equals(before.sha256())) {
                    throw new Refusal(
                            "chain", entry.name() + " does not follow the entry before it.");
                }
            }
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

    private static void requireRelations(List<SignedEntry> entries) throws Refusal {
        Relations relations = new Relations();
        for (SignedEntry entry : entries) {
            if (isAskedFor(entry)) {
                relations.takeExcerpt(entry);
            }
        }
    }
}
