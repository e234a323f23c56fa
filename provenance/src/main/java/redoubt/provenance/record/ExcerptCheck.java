package redoubt.provenance.record;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// Checks entries that were taken out of a record, in ascending order: that the keys lead from the
/// record root to each, that each is signed by the epoch in force at its place, follows its
/// neighbour, and keeps the rules of inferences as far as the excerpt shows them. In the end it
/// judges what the checker's witnesses and the root's revocations make of them. One thread. Source:
/// docs/audit-record.md sections 10.2, 10.3 and 11.7.
public final class ExcerptCheck {
    private final RecordTrust trust;
    private final EpochChain chain;
    private final List<StoredEntry> keyEntries;
    private final Relations relations = new Relations();
    private final Map<Long, Bytes> roots = new HashMap<>();
    private final Testimony testimony;
    private final List<Checkpoint> ofOneTree = new ArrayList<>();
    private @Nullable SignedEntry before;
    private long behindLast;

    private ExcerptCheck(RecordTrust trust, EpochChain chain, List<StoredEntry> keyEntries) {
        this.trust = trust;
        this.chain = chain;
        this.keyEntries = keyEntries;
        this.testimony = new Testimony(chain, size -> Optional.ofNullable(roots.get(size)));
    }

    /// @param keyEntries GENESIS, every EPOCH_OPENED and EPOCH_REVOKED, ascending
    /// @throws Refusal when they do not lead from the root that the checker brought
    public static ExcerptCheck begin(RecordTrust trust, List<StoredEntry> keyEntries)
            throws Refusal {
        if (keyEntries.size() < 2)
            throw new Refusal("genesis", "The first two entries of the log are missing.");
        for (StoredEntry entry : keyEntries)
            if (!ProvenFile.isKey(entry.entry().event()))
                throw new Refusal(
                        "epochs", entry.signed().name() + " is not about the log's keys.");
        EpochChain chain =
                EpochChain.begin(keyEntries.get(0).signed(), keyEntries.get(1).signed(), trust);
        for (StoredEntry entry : keyEntries.subList(2, keyEntries.size()))
            if (entry.entry().event() instanceof Event.EpochOpened) chain.open(entry.signed());
        for (StoredEntry entry : keyEntries) chain.requireEntry(entry.signed());
        return new ExcerptCheck(trust, chain, List.copyOf(keyEntries));
    }

    public Bytes logId() {
        return chain.logId();
    }

    public long epochs() {
        return chain.last().number();
    }

    /// Takes the checkpoints of the excerpt, which were found to be of one tree, before its
    /// entries.
    ///
    /// @throws Refusal when one is not of this log and signed by the epoch that was in force at its
    ///   size, or when the checker kept one of the same size with another root
    public void take(List<Checkpoint> checkpoints) throws Refusal {
        for (Checkpoint checkpoint : checkpoints) {
            roots.put(checkpoint.size(), checkpoint.root());
            ofOneTree.add(checkpoint);
        }
        chain.requireUnforked(roots, trust.checkpoints());
        for (StoredEntry entry : keyEntries) {
            chain.requireBetween(entry.signed(), size());
            testimony.take(entry.signed());
        }
    }

    /// The checkpoint is of this log and signed by the epoch that was in force at its size.
    public void requireCheckpoint(Checkpoint checkpoint) throws Refusal {
        chain.requireCheckpoint(checkpoint);
    }

    /// Takes the next entry of the excerpt.
    ///
    /// @throws Refusal when it does not hold, or does not follow its neighbour
    public void take(StoredEntry stored) throws Refusal {
        SignedEntry entry = stored.signed();
        chain.requireBetween(entry, size());
        SignedEntry last = before;
        if (last != null
                && last.entry().sequence() + 1 == entry.entry().sequence()
                && !entry.entry().previousHash().equals(last.sha256()))
            throw new Refusal("chain", entry.name() + " does not follow the entry before it.");
        relations.takeExcerpt(entry);
        // Those about keys were heard already.
        if (!ProvenFile.isKey(entry.entry().event())) {
            testimony.take(entry);
            behindLast = entry.entry().sequence() + 1;
        }
        before = entry;
        chain.requireEntry(entry);
    }

    /// Of the record that the excerpt is of, as far as it shows.
    private long size() {
        return ofOneTree.stream().mapToLong(Checkpoint::size).max().orElse(0);
    }

    /// The verdict on the entries that were taken, all of which hold.
    ///
    /// @param entries their sequences
    public Judged judge(LongStream entries, List<Check> checks) {
        Witnessing witnessing = Witnessing.of(trust.witnesses(), ofOneTree);
        checks.addAll(witnessing.checks(behindLast, "this package"));
        List<Revocation> revocations = new ArrayList<>(testimony.revocations());
        revocations.addAll(trust.revocations());
        List<Disputed> disputed = Disputed.by(revocations, chain, size(), witnessing.to());
        List<Disputed> covering = new ArrayList<>();
        if (!disputed.isEmpty())
            entries.forEach(sequence ->
                    disputed.stream()
                            .filter(one -> one.covers(sequence) && !covering.contains(one))
                            .forEach(covering::add));
        covering.forEach(one -> checks.add(one.asCheck()));
        Verdict verdict =
                !covering.isEmpty()
                        ? Verdict.INCOMPLETE
                        : witnessing.to() > 0 && witnessing.to() >= behindLast
                                ? Verdict.VALID
                                : Verdict.VALID_UNWITNESSED;
        return new Judged(verdict, witnessing, covering);
    }

    /// What witnesses and revocations make of the entries of an excerpt.
    ///
    /// @param disputed those that cover an entry of it
    public record Judged(Verdict verdict, Witnessing witnessing, List<Disputed> disputed) {
        public Judged {
            disputed = List.copyOf(disputed);
        }
    }
}
