package redoubt.provenance.record;

import java.security.GeneralSecurityException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Writes and signs entries: the key of the epoch in force, and what every entry of this boot says.
/// Guarded by the lock of the [Chain] that owns it; the epoch's number may be read by anybody.
final class Pen {
    /// An entry that is signed. Whether its signature is good is not known yet.
    record Written(Entry entry, CoseSign1 signed, Bytes cose, EpochKey key) {
        /// Verifies the signature and reads the bytes by the reader's rules.
        void requireSound() throws GeneralSecurityException {
            key.requireOwn(signed);
            SignedEntry.requireReadable(cose.toArray());
        }
    }

    private record Held(EpochKey key, long epoch) {}

    private final RecordSettings settings;
    private final Bytes bootId;
    private final BootClock clock;
    private volatile Held held;
    private @Nullable Held before;

    Pen(RecordSettings settings, Bytes bootId, BootClock clock, EpochKey key, long epoch) {
        this.settings = settings;
        this.bootId = bootId;
        this.clock = clock;
        this.held = new Held(key, epoch);
    }

    long epoch() {
        return held.epoch();
    }

    EpochKey key() {
        return held.key();
    }

    /// From the next entry on, this key signs.
    void turnTo(EpochKey next, long epoch) {
        before = held;
        held = new Held(next, epoch);
    }

    /// The EPOCH_OPENED of this key did not become durable: the one before signs again.
    void turnBackTo(long epoch) {
        var outgoing = before;
        if (outgoing != null && outgoing.epoch() == epoch) held = outgoing;
    }

    /// Signs what follows the head.
    Written write(ChainHead head, Event event, Actor actor, OptionalLong refersTo)
            throws GeneralSecurityException {
        var entry = entry(head, event, actor, refersTo);
        var signed = held.key().signUnchecked(entry.encode());
        return new Written(entry, signed, Bytes.of(signed.encode()), held.key());
    }

    /// What no reader would take is refused before it has a place: an entry of the same event at
    /// the longest place that there is.
    ///
    /// @throws IllegalArgumentException when the event is beyond the bounds of an entry
    void requireWritable(Event event, Actor actor, OptionalLong refersTo) {
        SignedEntry.requirePayload(
                new Entry(
                                Bytes.of(new byte[Hashes.LENGTH]),
                                Long.MAX_VALUE,
                                Bytes.of(new byte[Hashes.LENGTH]),
                                Long.MAX_VALUE,
                                bootId,
                                Long.MAX_VALUE,
                                Long.MAX_VALUE,
                                refersTo,
                                actor,
                                settings.policySha256(),
                                event)
                        .encode());
    }

    private Entry entry(ChainHead head, Event event, Actor actor, OptionalLong refersTo) {
        return new Entry(
                head.logId(),
                head.nextSequence(),
                head.previousHash(),
                held.epoch(),
                bootId,
                clock.wallUs(),
                clock.monotonicNs(),
                refersTo,
                actor,
                settings.policySha256(),
                event);
    }
}
