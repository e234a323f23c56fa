package redoubt.provenance.record;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Makes entries durable, on one thread: the only one that touches segments. The order for each
/// batch is, and the whole order of writes and syncs of an append is here:
///
/// 1. every entry of it is signed, and its signature verified ([QueuedEntry#check]);
/// 2. a checkpoint behind it may begin to be signed; nobody sees it yet;
/// 3. where the segment is full, a new one is made: its head is written, `fsync`, and an `fsync` of
///    the folder for its name ([SegmentFile#create]);
/// 4. its frames are written behind the last durable one, in their order ([RecordFiles#append]);
/// 5. one `fdatasync`; only now does the state count them, and those who wait are told;
/// 6. its checkpoint, when somebody wants one: written aside and renamed over, without a sync
///    ([Checkpoints], on its own thread).
///
/// A batch that fails at 3 to 5 is cut off again, with everything that is queued behind it, and
/// nothing of it was acknowledged.
final class Committer {
    private final Durable durable;
    private final Chain chain;
    private final Checkpoints checkpoints;
    private final Thread thread;

    Committer(Durable durable, Chain chain, Checkpoints checkpoints) {
        this.durable = durable;
        this.chain = chain;
        this.checkpoints = checkpoints;
        durable.queue().gatherWhile(chain::unsigned);
        this.thread = Thread.ofPlatform().name("record-committer").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// Writes what is queued, then ends.
    void close() throws InterruptedException {
        durable.locked(() -> {
            durable.queue().close();
            return this;
        });
        thread.join();
    }

    private void run() {
        while (true) {
            CommitQueue.Work work;
            durable.lock().lock();
            try {
                work = durable.queue().take();
            } catch (InterruptedException stopped) {
                return;
            } finally {
                durable.lock().unlock();
            }
            switch (work) {
                case CommitQueue.Work.Batch batch -> commit(batch.entries());
                case CommitQueue.Work.Trouble met -> takeBack(List.of(), met.why());
                case CommitQueue.Work.End _ -> {
                    return;
                }
            }
        }
    }

    private void commit(List<QueuedEntry> batch) {
        CheckpointDraft draft = null;
        try {
            var offered = durable.locked(() -> offer(batch));
            draft = offered;
            var cose = batch.stream().map(QueuedEntry::cose).toList();
            long[] offsets = durable.files().append(durable.state(), cose);
            durable.locked(() -> {
                count(batch, offsets);
                checkpoints.written(offered);
                return this;
            });
            batch.forEach(QueuedEntry::written);
        } catch (IOException failed) {
            withdraw(draft);
            takeBack(batch, RecordFailure.explain(failed));
        } catch (RuntimeException | Error bug) {
            // Nobody may wait for ever for a thread that is gone.
            withdraw(draft);
            takeBack(batch, RecordFailure.explain(new IOException(bug.toString(), bug)));
        }
    }

    private CheckpointDraft offer(List<QueuedEntry> batch) {
        var state = durable.state();
        for (var entry : batch) durable.tree().append(entry.appended().leafHash());
        var logId = state.size() > 0 ? state.logId() : batch.getFirst().appended().entrySha256();
        var draft = new CheckpointDraft(batch, logId, durable.tree().root());
        checkpoints.offer(draft);
        return draft;
    }

    private void count(List<QueuedEntry> batch, long[] offsets) {
        for (int i = 0; i < offsets.length; i++)
            durable.state().add(batch.get(i).entry(), batch.get(i).appended(), offsets[i]);
    }

    private void withdraw(@Nullable CheckpointDraft draft) {
        durable.locked(() -> {
            if (draft != null) checkpoints.withdraw(draft);
            durable.tree().truncate(durable.state().size());
            return this;
        });
    }

    /// Takes back everything that is not durable, and refuses from now on.
    private void takeBack(List<QueuedEntry> batch, RecordException why) {
        var lost = new ArrayList<>(batch);
        chain.lock();
        try {
            lost.addAll(durable.locked(durable.queue()::drain));
            chain.takeBack(lost, durable.state());
            chain.refuse(why);
            // Under the same lock: no other entry may take the alarm's place.
            if (why.reason() == RecordException.Reason.FULL && epochIsOpen()) alarm(why);
        } finally {
            chain.unlock();
        }
        lost.forEach(queued -> queued.fail(why));
    }

    // An alarm before its key's EPOCH_OPENED, or after its EPOCH_CLOSED, would spoil the record.
    private boolean epochIsOpen() {
        var state = durable.state();
        return state.hasEpoch()
                && !state.epochClosed()
                && state.epoch().epoch() == chain.pen().epoch();
    }

    // Under the chain's lock, into the space that was kept for it.
    private void alarm(RecordException why) {
        try {
            durable.files().releaseReserve();
            var event = new Event.Alarm("record_full", why.sentence());
            var written =
                    chain.pen().write(chain.head(), event, Actor.SYSTEM, OptionalLong.empty());
            written.requireSound();
            var cose = written.cose().toArray();
            var head = chain.head();
            var place = RecordState.place(head.nextSequence(), head.previousHash(), cose);
            long[] offsets = durable.files().append(durable.state(), List.of(cose));
            head.take(event, cose);
            var alarm = List.of(new QueuedEntry(written, place, false, false, QueuedEntry.NOWHERE));
            durable.locked(() -> {
                var draft = offer(alarm);
                count(alarm, offsets);
                checkpoints.written(draft);
                return this;
            });
        } catch (IOException | GeneralSecurityException noRoomEvenForThat) {
            why.addSuppressed(noRoomEvenForThat);
        }
    }
}
