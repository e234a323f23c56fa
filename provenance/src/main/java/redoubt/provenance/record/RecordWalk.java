package redoubt.provenance.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// One way through all entries of a record folder, from the first: format, chain, keys, relations.
///
/// Holds the state between entries and the Merkle tree of what it saw. One thread. Source:
/// docs/audit-record.md section 10.
final class RecordWalk {
    private static final int PROGRESS_EVERY = 1_000;

    private final RecordTrust trust;
    private final LongConsumer progress;
    private final MerkleTree tree = new MerkleTree();
    private final Relations relations = new Relations();
    private final Map<Bytes, Long> lastMonotonicNs = new HashMap<>();
    private @Nullable SignedEntry genesis;
    private @Nullable EpochChain chain;
    private Bytes previousHash = Bytes.of(new byte[32]);
    private boolean epochIsClosed;
    private long wallClockUs;
    private long stepsBack;

    RecordWalk(RecordTrust trust, LongConsumer progress) {
        this.trust = trust;
        this.progress = progress;
    }

    MerkleTree tree() {
        return tree;
    }

    long size() {
        return tree.size();
    }

    Optional<EpochChain> chain() {
        return Optional.ofNullable(chain);
    }

    void through(Path folder, List<Check> checks) throws IOException, Refusal {
        if (!Files.isDirectory(folder)) {
            throw new Refusal("folder", folder + " is not a folder.");
        }
        List<Path> segments = SegmentFile.in(folder);
        if (segments.isEmpty()) {
            throw new Refusal("folder", folder + " holds no segment of a record.");
        }
        for (Path segment : segments) {
            boolean isLast = segment.equals(segments.getLast());
            if (!segment.equals(SegmentFile.name(folder, size()))) {
                throw new Refusal(
                        "segments",
                        "After "
                                + size()
                                + " entries the next segment should be "
                                + SegmentFile.name(folder, size()).getFileName()
                                + ", but it is "
                                + segment.getFileName()
                                + ".");
            }
            segment(segment, isLast, checks);
        }
        if (chain == null) {
            throw new Refusal("genesis", "The record ends before its first epoch is opened.");
        }
        report(checks, chain);
    }

    private void report(List<Check> checks, EpochChain whole) {
        checks.add(
                Check.good(
                        "entries",
                        size()
                                + " entries: each signed by the epoch in force (ML-DSA-65), chained to"
                                + " the one before, in the one allowed encoding"));
        checks.add(
                Check.good(
                        "epochs",
                        whole.last().number()
                                + " epoch(s), each endorsed by the one before, the first by the site's"
                                + " record root; "
                                + (epochIsClosed ? "the last is closed" : "the last is open")));
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
    }

    private void segment(Path segment, boolean isLast, List<Check> checks)
            throws IOException, Refusal {
        try (SegmentReader reader = SegmentReader.open(segment, size())) {
            while (true) {
                switch (reader.next()) {
                    case SegmentReader.Frame.Whole whole -> entry(whole.cose());
                    case SegmentReader.Frame.End end -> {
                        return;
                    }
                    case SegmentReader.Frame.Torn torn -> {
                        String where =
                                "byte "
                                        + torn.at()
                                        + " of "
                                        + segment.getFileName()
                                        + ": "
                                        + torn.how();
                        if (!isLast || SegmentTail.hasBatchAfter(segment, torn.at())) {
                            throw new Refusal(
                                    "segments",
                                    "The frame of entry "
                                            + size()
                                            + " is damaged and later ones follow it ("
                                            + where
                                            + ").");
                        }
                        checks.add(
                                Check.note(
                                        "tail",
                                        "an unfinished batch at "
                                                + where
                                                + "; it was never acknowledged, and the next start cuts"
                                                + " it off"));
                        return;
                    }
                }
            }
        } catch (RecordException e) {
            throw new Refusal("segments", String.valueOf(e.getMessage()));
        }
    }

    private void entry(Bytes cose) throws Refusal {
        SignedEntry signed = SignedEntry.read(cose, "Entry " + size());
        Entry entry = signed.entry();
        if (entry.sequence() != size()) {
            throw new Refusal(
                    "sequence",
                    "Entry " + entry.sequence() + " stands where entry " + size() + " should.");
        }
        if (!entry.previousHash().equals(previousHash)) {
            throw new Refusal(
                    "chain",
                    signed.name()
                            + " does not follow the entry before it: one of the two was altered or"
                            + " replaced.");
        }
        if (size() == 0) {
            genesis = signed;
        } else {
            inForce(signed);
            relations.take(signed);
        }
        clock(signed);
        previousHash = signed.sha256();
        tree.append(signed.leafHash());
        if (size() % PROGRESS_EVERY == 0) {
            progress.accept(size());
        }
    }

    private void inForce(SignedEntry signed) throws Refusal {
        SignedEntry first = genesis;
        if (first == null) {
            throw new AssertionError("the first entry was kept");
        }
        Event event = signed.entry().event();
        if (chain == null) {
            chain = EpochChain.begin(first, signed, trust);
            return;
        }
        if (event instanceof Event.Genesis) {
            throw new Refusal("genesis", signed.name() + " is a second genesis.");
        }
        if (epochIsClosed != event instanceof Event.EpochOpened) {
            throw new Refusal(
                    "epochs",
                    epochIsClosed
                            ? signed.name() + " follows the close of its epoch."
                            : signed.name()
                                    + " opens an epoch while the one before is not closed.");
        }
        if (event instanceof Event.EpochOpened) {
            chain.open(signed);
            epochIsClosed = false;
            return;
        }
        chain.requireEntry(signed);
        if (signed.entry().epoch() != chain.last().number()) {
            throw new Refusal("epochs", signed.name() + " is signed by an epoch that is over.");
        }
        if (event instanceof Event.EpochClosed closed) {
            if (closed.epoch() != chain.last().number()) {
                throw new Refusal("epochs", signed.name() + " closes an epoch that is not open.");
            }
            epochIsClosed = true;
        }
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
    }
}
