package redoubt.provenance.inference;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.Appended;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Checkpoint;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.Pending;
import redoubt.provenance.record.RecordAppender;
import redoubt.provenance.record.RecordException;

/// A record in memory that notes in which order things were appended and made durable, and can fail
/// on demand.
final class MemoryRecord implements RecordAppender {
    record Kept(Event event, OptionalLong refersTo) {}

    final List<Kept> entries = new ArrayList<>();
    final List<String> order = new ArrayList<>();
    int durable;
    boolean diskFull;

    @Override
    public Pending append(Event event, Actor actor, OptionalLong refersTo) {
        int sequence = entries.size();
        entries.add(new Kept(event, refersTo));
        order.add("append " + event.getClass().getSimpleName());
        Appended appended =
                new Appended(sequence, hash(sequence), hash(sequence - 1), hash(sequence));
        return new Pending() {
            @Override
            public Appended appended() {
                return appended;
            }

            @Override
            public void awaitDurable() throws RecordException {
                if (diskFull) {
                    throw new RecordException(RecordException.Reason.FULL, "The disk is full.");
                }
                durable = entries.size();
                order.add("durable " + event.getClass().getSimpleName());
            }

            @Override
            public Checkpoint awaitCheckpoint() throws RecordException {
                awaitDurable();
                return new Checkpoint("origin", durable, hash(-2), "note of " + durable);
            }
        };
    }

    private static Bytes hash(int of) {
        try {
            return Bytes.of(
                    MessageDigest.getInstance("SHA-256")
                            .digest(ByteBuffer.allocate(4).putInt(of).array()));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public Bytes logId() {
        return hash(-3);
    }
}
