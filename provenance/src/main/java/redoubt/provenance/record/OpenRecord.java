package redoubt.provenance.record;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;

/// The open record, put together. An entry goes through four hands, each with a thread of its own
/// or that of whoever waits, so that an entry is signed while the one before it is checked and the
/// one before that is written:
///
/// - [Chain] signs it and gives it its place;
/// - [QueuedEntry] has its signature verified and its bytes read back;
/// - [Committer] writes it with others and syncs;
/// - [Checkpoints] signs for the record up to it.
///
/// Owns the threads and the files. Any thread may call.
final class OpenRecord implements AuditRecord, QueuedEntry.Way, Checkpoints.Publisher {
    private final RecordSettings settings;
    private final Recovery recovery;
    private final Durable durable;
    private final Pen pen;
    private final Chain chain;
    private final Checkpoints checkpoints;
    private final Committer committer;
    private final ExecutorService checker =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().name("record-check").daemon().factory());
    private final Clockwork clockwork;
    private boolean closing;

    OpenRecord(
            RecordSettings settings,
            BootClock clock,
            Durable durable,
            Recovery recovery,
            Pen pen,
            EpochKeyFiles keys,
            LongSupplier monotonicNs) {
        this.settings = settings;
        this.recovery = recovery;
        this.durable = durable;
        this.pen = pen;
        var head = new ChainHead(durable.state());
        this.chain = new Chain(head, pen, clock, durable.files()::reserveAgain, this, checker);
        this.checkpoints = new Checkpoints(durable.lock(), settings.clock(), this);
        this.committer = new Committer(durable, chain, checkpoints);
        this.clockwork = new Clockwork(this, keys, monotonicNs);
    }

    void start() {
        committer.start();
        checkpoints.start();
    }

    /// Once the epoch of this boot is open: from here on time passes.
    void begin() {
        clockwork.start();
    }

    Clockwork clockwork() {
        return clockwork;
    }

    /// Where entries are signed.
    Chain chain() {
        return chain;
    }

    /// The keys in force.
    EpochKey key() {
        return pen.key();
    }

    @Override
    public Pending append(Event event, Actor actor, OptionalLong refersTo) throws RecordException {
        return chain.append(event, actor, refersTo, false);
    }

    @Override
    public Pending commit(Event event, Actor actor, OptionalLong refersTo) throws RecordException {
        var entry = chain.append(event, actor, refersTo, true);
        entry.awaitDurable();
        return entry;
    }

    @Override
    public void signed(QueuedEntry entry) {
        durable.locked(() -> {
            durable.queue().add(entry);
            return this;
        });
    }

    @Override
    public void checked(QueuedEntry entry) {
        durable.wake();
    }

    @Override
    public void wanted(QueuedEntry entry) {
        durable.locked(() -> {
            durable.queue().wake();
            if (entry.wantsCheckpoint()) checkpoints.wake();
            return this;
        });
    }

    @Override
    public void rejected(QueuedEntry entry, Exception cause) {
        var why = RecordFailure.wrongSignature(entry.appended().sequence(), cause);
        List<QueuedEntry> lost;
        chain.lock();
        try {
            chain.refuse(why);
            lost = durable.locked(() -> durable.queue().drainFrom(entry));
            if (!lost.isEmpty()) chain.takeBackFrom(lost.getFirst());
        } finally {
            chain.unlock();
        }
        entry.fail(why);
        lost.forEach(queued -> queued.fail(why));
        durable.wake();
    }

    @Override
    public void publish(Checkpoint signed) throws RecordException {
        try {
            CheckpointFile.write(settings.folder(), signed);
        } catch (IOException failed) {
            publishInReserve(signed, RecordFailure.explain(failed));
        }
    }

    // The entries found room and their checkpoint did not: the reserve has room for it. Whoever
    // waits must not be told FULL, from which the record comes back, because the entries are there.
    private void publishInReserve(Checkpoint signed, RecordException why) throws RecordException {
        if (why.reason() != RecordException.Reason.FULL) throw refused(why);
        try {
            durable.files().releaseReserve();
            CheckpointFile.write(settings.folder(), signed);
        } catch (IOException stillFull) {
            throw refused(RecordFailure.noRoomForCheckpoint(stillFull));
        }
        durable.locked(() -> {
            durable.queue().trouble(why);
            return this;
        });
    }

    private RecordException refused(RecordException why) {
        chain.refuse(why);
        return why;
    }

    @Override
    public void refuse(RecordException why) {
        chain.refuse(why);
    }

    @Override
    public StoredEntry stored(long sequence) throws RecordException {
        return RecordProof.read(
                durable.locked(() -> RecordProof.place(durable.state(), durable.tree(), sequence)));
    }

    @Override
    public byte[] proof(long... sequences) throws RecordException {
        return new RecordProof(durable, checkpoint()).of(sequences);
    }

    @Override
    public byte[] consistencyFile(long from, Checkpoint to) throws RecordException {
        if (!root(to.size()).equals(to.root()))
            throw new IllegalArgumentException("a checkpoint of another history");
        return new RecordProof(durable, to).consistency(from);
    }

    @Override
    public List<Bytes> consistency(long from, long size) {
        return durable.locked(() -> durable.tree().consistency(from, requireDurable(size)));
    }

    @Override
    public Bytes root(long size) {
        return durable.locked(() -> durable.tree().root(requireDurable(size)));
    }

    @Override
    public long countersignedSize() {
        return durable.locked(() -> durable.state().countersignedSize());
    }

    @Override
    public long epochOpened() {
        return durable.locked(() -> durable.state().epoch().openedAt());
    }

    @Override
    public ClockJumps clockJumps() {
        return durable.locked(() -> durable.state().clockJumps());
    }

    private long requireDurable(long size) {
        if (size > durable.state().size())
            throw new IllegalArgumentException("not yet durable: " + size);
        return size;
    }

    @Override
    public Checkpoint checkpoint() {
        return durable.locked(
                () -> Objects.requireNonNull(checkpoints.published(), "nothing was committed yet"));
    }

    @Override
    public RecordExcerpt excerpt() {
        return new OpenExcerpt(checkpoint(), settings.folder(), durable);
    }

    @Override
    public Bytes logId() {
        return chain.logId();
    }

    @Override
    public long size() {
        return durable.locked(() -> durable.state().size());
    }

    @Override
    public long bytesOnDisk() {
        return durable.locked(() -> durable.files().bytes());
    }

    @Override
    public long epoch() {
        return pen.epoch();
    }

    @Override
    public Recovery recovery() {
        return recovery;
    }

    @Override
    public List<Long> sealsOf(long outputSequence) {
        return durable.locked(() -> {
            long covered = checkpoint().size();
            return durable.state().sealsOf(outputSequence).stream()
                    .filter(seal -> seal < covered)
                    .toList();
        });
    }

    @Override
    public void close() throws RecordException {
        if (durable.locked(() -> closing)) return;
        Undisturbed.run(this::end);
    }

    private void end() throws RecordException, InterruptedException {
        try {
            clockwork.close();
            chain.end().awaitCheckpoint();
        } finally {
            letGo();
        }
    }

    /// Closes the files without a word in the record: a start that did not get through.
    void release() throws RecordException {
        Undisturbed.run(this::letGo);
    }

    private void letGo() throws RecordException, InterruptedException {
        chain.refuse(RecordFailure.stopping());
        durable.locked(() -> closing = true);
        clockwork.close();
        committer.close();
        checkpoints.close();
        checker.shutdown();
        try {
            durable.files().close();
        } catch (IOException failed) {
            throw RecordFailure.explain(failed);
        }
    }
}
