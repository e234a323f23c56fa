package redoubt.provenance.record;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The rules between the entries of a whole record, taken one after the other from the first:
/// order, chain, epochs, what the entries say of each other and of the record, clocks. Whether an
/// entry's signature is good is for {@link EntryPipeline} to find out.
///
/// Holds the state between entries and the Merkle tree of what it saw. One thread. Source:
/// docs/audit-record.md section 10.4.
final class RecordWalk implements EntryPipeline.Rules {
    private final RecordTrust trust;
    private final Set<Long> wanted;
    private final Map<Long, Entry> noted = new HashMap<>();
    private final MerkleTree tree = new MerkleTree();
    private final Relations relations = new Relations();
    private final Map<Bytes, Long> lastMonotonicNs = new HashMap<>();
    private @Nullable SignedEntry genesis;
    private @Nullable EpochChain chain;
    private @Nullable Testimony testimony;
    private Bytes previousHash = Bytes.of(new byte[32]);
    private boolean epochIsClosed;
    private long wallClockUs;
    private long stepsBack;
    private long jumps;
    private long firstJump;

    /// @param wanted entries to be kept for [#noted]
    RecordWalk(RecordTrust trust, Set<Long> wanted) {
        this.trust = trust;
        this.wanted = Set.copyOf(wanted);
    }

    /// One of the entries that were wanted, all of which were found.
    Entry noted(long sequence) {
        return Objects.requireNonNull(noted.get(sequence), "an entry that was not asked for");
    }

    MerkleTree tree() {
        return tree;
    }

    Optional<EpochChain> chain() {
        return Optional.ofNullable(chain);
    }

    /// The revocations that the record itself holds.
    List<Revocation> revocations() {
        return testimony == null ? List.of() : testimony.revocations();
    }

    @Override
    public Optional<EpochChain.Epoch> take(ReadEntry read) throws Refusal {
        SignedEntry signed = read.signed();
        Entry entry = signed.entry();
        long place = tree.size();
        if (entry.sequence() != place) {
            throw new Refusal(
                    "sequence",
                    "Entry " + entry.sequence() + " stands where entry " + place + " should.");
        }
        if (!entry.previousHash().equals(previousHash)) {
            throw new Refusal(
                    "chain",
                    signed.name()
                            + " does not follow the entry before it: one of the two was altered or"
                            + " replaced.");
        }
        Optional<EpochChain.Epoch> signer = Optional.empty();
        if (place == 0) {
            genesis = signed;
        } else {
            signer = inForce(signed);
            if (testimony != null) {
                testimony.take(signed);
            }
            relations.take(signed);
        }
        clock(signed);
        if (wanted.contains(place)) noted.put(place, entry);
        previousHash = read.sha256();
        tree.append(read.leafHash());
        return signer;
    }

    /// @return whose key must have signed the entry; empty where that is known already
    private Optional<EpochChain.Epoch> inForce(SignedEntry signed) throws Refusal {
        SignedEntry first = genesis;
        if (first == null) {
            throw new AssertionError("the first entry was kept");
        }
        if (chain == null) {
            chain = EpochChain.begin(first, signed, trust);
            testimony = new Testimony(chain, size -> Optional.of(tree.root(size)));
            return Optional.empty();
        }
        Event event = signed.entry().event();
        if (event instanceof Event.Genesis) {
            throw new Refusal("genesis", signed.name() + " is a second genesis.");
        }
        if (event instanceof Event.EpochOpened opened) {
            // The root's word stands in for a close that nobody could sign any more.
            if (!epochIsClosed && opened.endorsedBy() != 0) {
                throw new Refusal(
                        "epochs",
                        signed.name() + " opens an epoch while the one before is not closed.");
            }
            chain.open(signed);
            epochIsClosed = false;
            return Optional.empty();
        }
        if (epochIsClosed) {
            throw new Refusal("epochs", signed.name() + " follows the close of its epoch.");
        }
        EpochChain.Epoch signer = chain.requirePlace(signed);
        if (signer.number() != chain.last().number()) {
            throw new Refusal("epochs", signed.name() + " is signed by an epoch that is over.");
        }
        if (event instanceof Event.EpochClosed closed) {
            if (closed.epoch() != chain.last().number()) {
                throw new Refusal("epochs", signed.name() + " closes an epoch that is not open.");
            }
            epochIsClosed = true;
        }
        return Optional.of(signer);
    }

    /// The monotonic clock of a boot cannot run backwards; the wall clock can, and that is said.
    private void clock(SignedEntry signed) throws Refusal {
        Entry entry = signed.entry();
        Long before = lastMonotonicNs.put(entry.bootId(), entry.monotonicNs());
        if (before != null && before > entry.monotonicNs()) {
            throw new Refusal(
                    "clock", "The monotonic clock runs backwards at " + signed.name() + ".");
        }
        if (entry.wallClockUs() < wallClockUs) {
            stepsBack++;
        } else {
            wallClockUs = entry.wallClockUs();
        }
        if (entry.event() instanceof Event.ClockJumped && jumps++ == 0) {
            firstJump = entry.sequence();
        }
    }

    /// What is to be said of a record that was walked to its end.
    ///
    /// @throws Refusal when the end came before there was a key
    void report(List<Check> checks) throws Refusal {
        EpochChain whole = chain;
        if (whole == null) {
            throw new Refusal("genesis", "The record ends before its first epoch is opened.");
        }
        checks.add(
                Check.good(
                        "entries",
                        tree.size()
                                + " entries: each signed by the epoch in force (ML-DSA-65), chained to"
                                + " the one before, in the one allowed encoding"));
        long replaced =
                whole.epochs().stream()
                        .filter(epoch -> epoch.byRoot() && epoch.number() > 1)
                        .count();
        checks.add(
                Check.good(
                        "epochs",
                        whole.last().number()
                                + " epoch(s), each endorsed by the one before, the first"
                                + (replaced > 0
                                        ? " and " + replaced + " that took the place of a lost key"
                                        : "")
                                + " by the site's record root; "
                                + (epochIsClosed ? "the last is closed" : "the last is open")));
        notes(checks);
    }

    private void notes(List<Check> checks) {
        if (testimony != null && testimony.countersigned() > 0) {
            checks.add(
                    Check.good(
                            "record root",
                            "countersigned the first "
                                    + testimony.countersigned()
                                    + " entries on a visit of media"));
        }
        if (!relations.unfinished().isEmpty()) {
            checks.add(
                    Check.note(
                            "inferences",
                            relations.unfinished().size()
                                    + " have neither SEAL nor ABORTED yet, the first at entry "
                                    + relations.unfinished().first()
                                    + ": in flight when this copy was made, or the appliance stopped"
                                    + " there and has not been started since"));
        }
        if (stepsBack > 0) {
            checks.add(
                    Check.note(
                            "clock",
                            "the host's clock was behind an earlier entry's at "
                                    + stepsBack
                                    + " entries; the order of the record does not depend on it"));
        }
        if (jumps > 0) {
            checks.add(
                    Check.note(
                            "clock",
                            "the appliance noticed "
                                    + jumps
                                    + " time(s) that its clock was set, first at entry "
                                    + firstJump
                                    + "; times around there are the host's word alone"));
        }
    }
}
