package redoubt.provenance.record;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Appends under one lock (an entry names the hash of the one before it, so there is one order) and
/// commits on one thread: all that is queued goes to disk with one sync and is then acknowledged.
/// Its checkpoint is signed beside the sync, on a thread of its own, and nobody sees it before the
/// sync has come back.
///
/// The lock guards every field that is not final. It is held while an entry is signed (about half a
/// millisecond), never during a write or a sync.
final class OpenRecord implements AuditRecord {
    private final RecordSettings settings;
    private final Bytes bootId;
    private final Recovery recovery;
    private final RecordState state;
    private final MerkleTree tree;
    private final RecordFiles files;
    private final ReentrantLock lock = new ReentrantLock();
    private final CommitQueue queue = new CommitQueue(lock);
    // Requests whose OUTPUT was taken back: a SEAL would refer to whatever has its place now.
    private final Set<String> lostOutputs = new HashSet<>();
    private final long openedNs = System.nanoTime();
    private final Thread committer;
    private final ExecutorService signer =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().name("record-checkpoint").daemon().factory());
    private EpochKey key;
    private long epoch;
    private Bytes logId;
    private long nextSequence;
    private Bytes previousHash;
    private @Nullable Checkpoint checkpoint;
    private @Nullable RecordException refusing;
    private boolean closing;

    /// @param key signs from here on, as `epoch`
    OpenRecord(
            RecordSettings settings,
            Bytes bootId,
            RecordScan.Found found,
            RecordFiles files,
            Recovery recovery,
            EpochKey key,
            long epoch) {
        this.settings = settings;
        this.bootId = bootId;
        this.recovery = recovery;
        this.state = found.state();
        this.tree = found.tree();
        this.files = files;
        this.key = key;
        this.epoch = epoch;
        this.logId = state.logId();
        this.nextSequence = state.size();
        this.previousHash = state.previousHash();
        this.committer = Thread.ofPlatform().name("record-committer").daemon().unstarted(this::run);
    }

    void start() {
        committer.start();
    }

    /// From the next entry on, this key signs.
    void turnTo(EpochKey next, long nextEpoch) {
        locked(() -> {
            key = next;
            epoch = nextEpoch;
            return this;
        });
    }

    @Override
    public Pending append(Event event, Actor actor, OptionalLong refersTo) throws RecordException {
        lock.lock();
        try {
            requireOpen();
            if (event instanceof Event.Seal seal && lostOutputs.contains(seal.requestId()))
                throw RecordFailure.outputLost();
            var entry = entry(event, actor, refersTo);
            var cose = key.sign(entry.encode()).encode();
            SignedEntry.requireReadable(cose);
            var place = RecordState.place(nextSequence, previousHash, cose);
            if (event instanceof Event.Genesis) logId = place.entrySha256();
            tree.append(place.leafHash());
            nextSequence++;
            previousHash = place.entrySha256();
            var queued = new QueuedEntry(entry, Bytes.of(cose), place, this::wake);
            queue.add(queued);
            return queued;
        } catch (GeneralSecurityException signer) {
            throw RecordFailure.notSigned(signer);
        } finally {
            lock.unlock();
        }
    }

    private Entry entry(Event event, Actor actor, OptionalLong refersTo) {
        var now = settings.clock().instant();
        return new Entry(
                logId,
                nextSequence,
                previousHash,
                epoch,
                bootId,
                Math.max(0, now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000),
                System.nanoTime() - openedNs,
                refersTo,
                actor,
                settings.policySha256(),
                event);
    }

    // After a full disk the record opens again by itself once there is room.
    private void requireOpen() throws RecordException {
        var why = refusing;
        if (why == null) return;
        try {
            if (why.reason() == RecordException.Reason.FULL && files.hasRoom()) {
                files.reserve();
                refusing = null;
                return;
            }
        } catch (IOException stillNot) {
            why.addSuppressed(stillNot);
        }
        throw why.again();
    }

    private interface Reading<T, X extends Exception> {
        T read() throws X;
    }

    private <T, X extends Exception> T locked(Reading<T, X> reading) throws X {
        lock.lock();
        try {
            return reading.read();
        } finally {
            lock.unlock();
        }
    }

    private void wake() {
        locked(() -> {
            queue.wake();
            return this;
        });
    }

    private void run() {
        while (true) {
            CommitBatch batch;
            lock.lock();
            try {
                var entries = queue.take();
                if (entries.isEmpty()) return;
                var root = tree.root(state.size() + entries.size());
                batch = new CommitBatch(entries, key, logId, root);
            } catch (InterruptedException stopped) {
                return;
            } finally {
                lock.unlock();
            }
            try {
                commit(batch);
            } catch (RuntimeException | Error bug) {
                // Nobody may wait for ever for a thread that is gone.
                takeBack(
                        batch.entries(),
                        RecordFailure.explain(new IOException(bug.toString(), bug)));
            }
        }
    }

    private void commit(CommitBatch batch) {
        var signing = batch.sign(signer, settings.clock());
        try {
            write(batch.entries());
        } catch (IOException failed) {
            takeBack(batch.entries(), RecordFailure.explain(failed));
            return;
        }
        // From here on the entries are on disk, whatever happens to the checkpoint.
        batch.written();
        try {
            var signed = signing.await();
            try {
                publish(signed);
                batch.covered(signed);
            } catch (IOException failed) {
                publishInReserve(batch, signed, RecordFailure.explain(failed));
            }
        } catch (GeneralSecurityException | IOException failed) {
            var why = RecordFailure.explain(failed);
            locked(() -> refusing = why);
            batch.fail(why);
        }
    }

    // The entries found room and their checkpoint did not: the reserve has room for it. The batch
    // must not fail with FULL, from which the record comes back, because its entries are there.
    private void publishInReserve(CommitBatch batch, Checkpoint signed, RecordException why)
            throws IOException {
        if (why.reason() != RecordException.Reason.FULL) throw why;
        try {
            files.releaseReserve();
            publish(signed);
        } catch (IOException stillFull) {
            throw RecordFailure.noRoomForCheckpoint(stillFull);
        }
        batch.covered(signed);
        takeBack(List.of(), why);
    }

    private void write(List<QueuedEntry> batch) throws IOException {
        var entries = batch.stream().map(queued -> queued.cose().toArray()).toList();
        long[] offsets = files.append(state, entries);
        lock.lock();
        try {
            for (int i = 0; i < offsets.length; i++)
                state.add(batch.get(i).entry(), batch.get(i).appended(), offsets[i]);
        } finally {
            lock.unlock();
        }
    }

    private void publish(Checkpoint signed) throws IOException {
        locked(() -> checkpoint = signed);
        CheckpointFile.write(settings.folder(), signed);
    }

    /// Takes back everything that is not durable, and refuses from now on.
    private void takeBack(List<QueuedEntry> batch, RecordException why) {
        var lost = new ArrayList<>(batch);
        lock.lock();
        try {
            lost.addAll(queue.drain());
            for (var entry : lost)
                if (entry.entry().event() instanceof Event.Output output)
                    lostOutputs.add(output.requestId());
            tree.truncate(state.size());
            nextSequence = state.size();
            previousHash = state.previousHash();
            refusing = why;
            // Under the same lock: no other entry may take the alarm's place.
            if (why.reason() == RecordException.Reason.FULL && epochIsOpen()) alarm(why);
        } finally {
            lock.unlock();
        }
        lost.forEach(queued -> queued.fail(why));
    }

    // An alarm before its key's EPOCH_OPENED, or after its EPOCH_CLOSED, would spoil the record.
    private boolean epochIsOpen() {
        return state.hasEpoch() && !state.epochClosed() && state.epoch().epoch() == epoch;
    }

    // On the committer's own thread and under its lock, into the space that was kept for it.
    private void alarm(RecordException why) {
        try {
            files.releaseReserve();
            var event = new Event.Alarm("record_full", why.sentence());
            var entry = entry(event, Actor.SYSTEM, OptionalLong.empty());
            var cose = key.sign(entry.encode()).encode();
            var place = RecordState.place(nextSequence, previousHash, cose);
            long[] offsets = files.append(state, List.of(cose));
            tree.append(place.leafHash());
            state.add(entry, place, offsets[0]);
            nextSequence = state.size();
            previousHash = state.previousHash();
            var now = settings.clock().instant();
            publish(key.checkpoint(logId, state.size(), tree.root(), now));
        } catch (IOException | GeneralSecurityException noRoomEvenForThat) {
            why.addSuppressed(noRoomEvenForThat);
        }
    }

    @Override
    public Entry entry(long sequence) throws RecordException {
        return locked(() -> RecordProof.entry(state, files, sequence));
    }

    @Override
    public byte[] proof(long... sequences) throws RecordException {
        return locked(() -> RecordProof.of(state, tree, files, checkpoint(), sequences));
    }

    @Override
    public byte[] consistencyFile(long from) throws RecordException {
        return locked(() -> RecordProof.consistency(state, tree, files, checkpoint(), from));
    }

    @Override
    public List<Bytes> consistency(long from, long size) {
        return locked(() -> tree.consistency(from, durable(size)));
    }

    @Override
    public Bytes root(long size) {
        return locked(() -> tree.root(durable(size)));
    }

    private long durable(long size) {
        if (size > state.size()) throw new IllegalArgumentException("not yet durable: " + size);
        return size;
    }

    @Override
    public Checkpoint checkpoint() {
        return locked(() -> Objects.requireNonNull(checkpoint, "nothing was committed yet"));
    }

    @Override
    public Bytes logId() {
        return locked(() -> logId);
    }

    @Override
    public long size() {
        return locked(() -> state.size());
    }

    @Override
    public long bytesOnDisk() {
        return locked(() -> files.bytes());
    }

    @Override
    public long epoch() {
        return locked(() -> epoch);
    }

    @Override
    public Recovery recovery() {
        return recovery;
    }

    @Override
    public List<Appended> sealsOf(long outputSequence) {
        return locked(() -> {
            long covered = checkpoint().size();
            return state.sealsOf(outputSequence).stream()
                    .filter(seal -> seal.sequence() < covered)
                    .toList();
        });
    }

    @Override
    public void close() throws RecordException {
        if (locked(() -> closing)) return;
        try {
            Pending last;
            lock.lock();
            try {
                append(new Event.Stopped("orderly"), Actor.SYSTEM, OptionalLong.empty());
                var closed = new Event.EpochClosed(epoch, "stop");
                last = append(closed, Actor.SYSTEM, OptionalLong.empty());
                // Under the same lock: nothing may follow EPOCH_CLOSED under its key.
                refusing = RecordFailure.stopping();
            } finally {
                lock.unlock();
            }
            last.awaitCheckpoint();
        } finally {
            release();
        }
    }

    /// Closes the files without a word in the record: a start that did not get through.
    void release() throws RecordException {
        lock.lock();
        try {
            closing = true;
            refusing = RecordFailure.stopping();
            queue.close();
        } finally {
            lock.unlock();
        }
        try {
            committer.join();
            signer.shutdown();
            files.close();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (IOException failed) {
            throw RecordFailure.explain(failed);
        }
    }
}
