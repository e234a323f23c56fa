package redoubt.provenance.record;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/// What is known of the durable entries: where each one is, and the few that later ones refer to.
/// Built by reading the segments, carried on by the writer; never stored. Takes 8 bytes of memory
/// for each entry, and some for each epoch and for what is under way. Guarded by its owner's lock.
final class RecordState {
    /// An epoch as its EPOCH_OPENED says.
    record OpenedEpoch(long epoch, long openedAt, Bytes publicKey, Bytes notePublicKey) {}

    // The committer adds a segment without the lock.
    private final NavigableMap<Long, Path> segments = new ConcurrentSkipListMap<>();
    private final Map<Long, Long> intentByOutput = new HashMap<>();
    private final Map<Long, String> unsealed = new LinkedHashMap<>();
    private final List<Long> keyEntries = new ArrayList<>();
    private final List<Long> witnessedEntries = new ArrayList<>();
    private final Rows offsets = new Rows(Integer.BYTES);
    private final SealLinks seals = new SealLinks();
    private long size;
    private Bytes logId = Bytes.of(new byte[0]);
    private Bytes previousHash = Bytes.of(new byte[Hashes.LENGTH]);
    private @Nullable OpenedEpoch epoch;
    private boolean epochClosed;
    private long countersignedSize;
    private long lastWallClockUs;
    private long clockJumps;
    private long lastClockJump;

    /// What the last entry says of the wall clock.
    long lastWallClockUs() {
        return lastWallClockUs;
    }

    long size() {
        return size;
    }

    Bytes logId() {
        return logId;
    }

    Bytes previousHash() {
        return previousHash;
    }

    /// @throws IllegalStateException before the first EPOCH_OPENED
    OpenedEpoch epoch() {
        if (epoch == null) throw new IllegalStateException("no epoch was opened yet");
        return epoch;
    }

    boolean hasEpoch() {
        return epoch != null;
    }

    boolean epochClosed() {
        return epochClosed;
    }

    /// How many entries the record root has countersigned.
    long countersignedSize() {
        return countersignedSize;
    }

    RecordReader.ClockJumps clockJumps() {
        return new RecordReader.ClockJumps(
                clockJumps,
                clockJumps == 0 ? OptionalLong.empty() : OptionalLong.of(lastClockJump));
    }

    /// GENESIS, every EPOCH_OPENED and every EPOCH_REVOKED: with them a stranger gets from the root
    /// to any entry's key, and learns which keys were in other hands.
    List<Long> keyEntries() {
        return List.copyOf(keyEntries);
    }

    /// Every WITNESSED.
    List<Long> witnessedEntries() {
        return List.copyOf(witnessedEntries);
    }

    /// INTENT entries without SEAL or ABORTED, and their requests.
    Map<Long, String> unsealed() {
        return new LinkedHashMap<>(unsealed);
    }

    /// Sequences of the SEAL entries of an OUTPUT, first one first.
    List<Long> sealsOf(long output) {
        return seals.of(output);
    }

    Path segmentOf(long sequence) {
        return segments.floorEntry(sequence).getValue();
    }

    long offsetOf(long sequence) {
        return offsets.intAt(sequence);
    }

    void startSegment(long firstSequence, Path file) {
        segments.put(firstSequence, file);
    }

    /// Takes note of the next entry, which is durable at this offset of the last segment: less than
    /// 2 GiB, because a segment ends with the batch that reaches 64 MiB.
    void add(Entry entry, Appended place, long offset) {
        if (place.sequence() != size) throw new IllegalArgumentException("not the next entry");
        offsets.addInt(Math.toIntExact(offset));
        seals.add(entry.event() instanceof Event.Seal ? entry.refersTo() : OptionalLong.empty());
        size++;
        previousHash = place.entrySha256();
        lastWallClockUs = entry.wallClockUs();
        note(entry, place);
    }

    private void note(Entry entry, Appended place) {
        long sequence = place.sequence();
        var refersTo = entry.refersTo();
        switch (entry.event()) {
            case Event.Genesis _ -> {
                logId = place.entrySha256();
                keyEntries.add(sequence);
            }
            case Event.EpochOpened opened -> {
                epoch =
                        new OpenedEpoch(
                                opened.epoch(),
                                sequence,
                                opened.publicKey(),
                                opened.notePublicKey());
                epochClosed = false;
                keyEntries.add(sequence);
            }
            case Event.EpochClosed _ -> epochClosed = true;
            case Event.EpochRevoked _ -> keyEntries.add(sequence);
            case Event.Intent intent -> unsealed.put(sequence, intent.requestId());
            case Event.Output _ -> refersTo.ifPresent(to -> intentByOutput.put(sequence, to));
            case Event.Seal _ -> refersTo.ifPresent(this::noteSeal);
            case Event.Aborted _ -> refersTo.ifPresent(this::noteAborted);
            case Event.Countersigned countersigned ->
                    countersignedSize = Math.max(countersignedSize, countersigned.size());
            case Event.ClockJumped _ -> {
                clockJumps++;
                lastClockJump = sequence;
            }
            case Event.Witnessed _ -> witnessedEntries.add(sequence);
            case Event.Started _,
                    Event.Stopped _,
                    Event.Recovered _,
                    Event.Alarm _,
                    Event.Anchored _,
                    Event.Ceremony _,
                    Event.SignedIn _,
                    Event.SignInFailed _,
                    Event.SignedOut _,
                    Event.PersonCreated _,
                    Event.PersonChanged _,
                    Event.KeyCreated _,
                    Event.KeyRevoked _,
                    Event.ModelLoaded _,
                    Event.ModelRefused _,
                    Event.ModelUnloaded _,
                    Event.Vectors _,
                    Event.Replayed _,
                    Event.ToolCalled _,
                    Event.ToolAnswered _,
                    Event.AdapterLoaded _,
                    Event.AdapterRefused _,
                    Event.AdapterUnloaded _,
                    Event.EngineCrashed _,
                    Event.SealChecked _,
                    Event.Exported _,
                    Event.RequestRefused _,
                    Event.Erased _,
                    Event.Administered _,
                    Event.PolicyChanged _,
                    Event.BackedUp _,
                    Event.Restored _,
                    Event.Searched _ -> {}
        }
    }

    private void noteSeal(long output) {
        var intent = intentByOutput.remove(output);
        if (intent != null) unsealed.remove(intent);
    }

    private void noteAborted(long intent) {
        unsealed.remove(intent);
        intentByOutput.values().remove(intent);
    }

    /// The place that bytes would take as the next entry after `previous`.
    static Appended place(long sequence, Bytes previous, byte[] cose) {
        return new Appended(
                sequence, Bytes.of(Hashes.leaf(cose)), previous, Bytes.of(Hashes.sha256(cose)));
    }
}
