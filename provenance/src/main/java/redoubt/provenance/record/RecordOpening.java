package redoubt.provenance.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.LongSupplier;

/// Opens the record for one boot: reads it, mends what a crash left, and hands the pen from the
/// last epoch's key to a new one. What is done is done in an order in which a crash at any point is
/// found and finished by the next start:
///
/// 1. the new key is written to `epoch-next.key`, synced;
/// 2. the old key signs RECOVERED and ABORTED where needed, and EPOCH_CLOSED, durable;
/// 3. the new key signs EPOCH_OPENED, endorsed by the old one, durable;
/// 4. the old key's file is overwritten and replaced by the new one's.
///
/// Source: docs/audit-record.md sections 6 and 9, docs/adr/0002.
final class RecordOpening {
    private static final String LOG_ID = "record-log-id";
    // As many as fit in one entry; each has its own ABORTED all the same.
    private static final int ABORTED_NAMED_MAX = 1_024;

    private final RecordSettings settings;
    private final LongSupplier monotonicNs;
    private final EpochKeyFiles keyFiles;
    private final Path logIdFile;

    RecordOpening(RecordSettings settings, LongSupplier monotonicNs) {
        this.settings = settings;
        this.monotonicNs = monotonicNs;
        this.keyFiles = new EpochKeyFiles(settings.keys());
        this.logIdFile = settings.trust().resolve(LOG_ID);
    }

    static AuditRecord open(RecordSettings settings) throws RecordException {
        return open(settings, System::nanoTime);
    }

    /// @param monotonicNs nanoseconds from any beginning, by a clock that nobody can set
    static OpenRecord open(RecordSettings settings, LongSupplier monotonicNs)
            throws RecordException {
        try {
            var record = new RecordOpening(settings, monotonicNs).open();
            record.begin();
            return record;
        } catch (IOException | GeneralSecurityException failed) {
            throw RecordFailure.explain(failed);
        }
    }

    private OpenRecord open() throws IOException, GeneralSecurityException {
        Files.createDirectories(settings.folder());
        Files.createDirectories(settings.keys());
        var found = RecordScan.read(settings.folder());
        var pending = RootPending.read(settings.keys());
        var witnessed = found.state().witnessedEntries();
        var record =
                pending.isPresent()
                        ? new RootOpening(this, settings, found, pending.get()).open()
                        : open(found);
        try {
            new WitnessedNotes(settings.folder()).mend(record, witnessed);
            return record;
        } catch (IOException failed) {
            record.release();
            throw failed;
        }
    }

    OpenRecord open(RecordScan.Found found) throws IOException, GeneralSecurityException {
        boolean installed = Files.exists(logIdFile);
        if (found.state().hasEpoch()) {
            if (installed) requireLogId(found.state().logId());
            var record = resume(found);
            try {
                if (!installed) publishLogId(record.logId());
                return record;
            } catch (IOException | RuntimeException | Error failed) {
                record.release();
                throw failed;
            }
        }
        if (installed)
            throw new RecordException(
                    RecordException.Reason.TAMPERED,
                    "This site has a record (its log id is in %s), but the record folder is empty."
                                    .formatted(logIdFile)
                            + " Somebody removed it, or the wrong disk is mounted. Nothing will be"
                            + " answered. Put the folder back, or restore a backup.");
        return install(found);
    }

    private OpenRecord install(RecordScan.Found found)
            throws IOException, GeneralSecurityException {
        // Entry 0 without entry 1 is an installation that was cut short: begin again.
        for (var segment : SegmentFile.in(settings.folder())) Files.delete(segment);
        if (found.state().size() > 0)
            Files.deleteIfExists(settings.folder().resolve(CheckpointFile.NAME));
        var fresh = found.state().size() == 0 ? found : RecordScan.read(settings.folder());
        var root = RecordRoot.install(settings.keys(), settings.trust());
        var key = EpochKey.generate();
        keyFiles.storeFirst(key);
        var record = start(fresh, new Recovery(true, 0, List.of()), key, 1);
        try {
            var genesis = new Event.Genesis(settings.site(), root.publicKey(), settings.software());
            record.append(genesis, Actor.SYSTEM, OptionalLong.empty());
            record.appendDurably(
                    new Event.EpochOpened(
                            1,
                            key.publicKey(),
                            key.notePublicKey(),
                            0,
                            root.endorse(record.logId(), 1, key)),
                    Actor.SYSTEM);
            publishLogId(record.logId());
            return record;
        } catch (IOException | GeneralSecurityException | RuntimeException | Error failed) {
            record.release();
            throw failed;
        }
    }

    private OpenRecord resume(RecordScan.Found found) throws IOException, GeneralSecurityException {
        var state = found.state();
        var outgoing = outgoingKey(state.epoch());
        var unsealed = state.unsealed();
        long lastWallClockUs = state.lastWallClockUs();
        boolean closed = state.epochClosed();
        var aborted = List.copyOf(unsealed.keySet());
        var recovery = new Recovery(closed, found.tornBytes(), aborted);
        long epoch = state.epoch().epoch();
        var incoming = EpochKey.generate();
        keyFiles.storeNext(incoming);
        var record = start(found, recovery, outgoing, epoch);
        try {
            if (!closed) {
                recovered(record, found, recovery);
                abort(record, unsealed);
                record.appendDurably(new Event.EpochClosed(epoch, "recovery"), Actor.SYSTEM);
            }
            var endorsement = outgoing.endorse(record.logId(), epoch + 1, incoming);
            record.chain().turnTo(incoming, epoch + 1);
            record.appendDurably(
                    new Event.EpochOpened(
                            epoch + 1,
                            incoming.publicKey(),
                            incoming.notePublicKey(),
                            epoch,
                            endorsement),
                    Actor.SYSTEM);
            keyFiles.replace();
            outgoing.forget();
            recordClockBehind(record, lastWallClockUs);
            if (closed) settle(record, found, recovery, unsealed);
            return record;
        } catch (IOException | GeneralSecurityException | RuntimeException | Error failed) {
            record.release();
            throw failed;
        }
    }

    // An orderly stop can still leave intents behind whose answers were on their way, and the start
    // after it can have torn its first entry.
    private static void settle(
            OpenRecord record,
            RecordScan.Found found,
            Recovery recovery,
            Map<Long, String> unsealed)
            throws RecordException {
        if (recovery.tornBytes() > 0) recovered(record, found, recovery);
        abort(record, unsealed);
    }

    static void recovered(OpenRecord record, RecordScan.Found found, Recovery recovery)
            throws RecordException {
        record.append(
                new Event.Recovered(
                        recovery.tornBytes(),
                        found.checkpointSize(),
                        recovery.aborted().stream().limit(ABORTED_NAMED_MAX).toList()),
                Actor.SYSTEM,
                OptionalLong.empty());
    }

    static void abort(OpenRecord record, Map<Long, String> requestsByIntent)
            throws RecordException {
        for (var intent : requestsByIntent.entrySet())
            record.append(
                    new Event.Aborted(intent.getValue(), "the appliance stopped before its answer"),
                    Actor.SYSTEM,
                    OptionalLong.of(intent.getKey()));
    }

    // By no more than nothing: a clock that is steered does not go back.
    void recordClockBehind(OpenRecord record, long lastUs) throws RecordException {
        long nowUs = new BootClock(settings.clock(), monotonicNs).wallUs();
        if (nowUs < lastUs)
            record.append(new Event.ClockJumped(lastUs, nowUs), Actor.SYSTEM, OptionalLong.empty());
    }

    private EpochKey outgoingKey(RecordState.OpenedEpoch last) throws IOException {
        return switch (EpochKeySearch.find(settings.keys(), last)) {
            case EpochKeySearch.Found.Current current -> current.key();
            case EpochKeySearch.Found.Next next -> {
                keyFiles.replace();
                yield next.key();
            }
            case EpochKeySearch.Found.Lost lost ->
                    throw new RecordException(lost.reason(), lost.sentence(settings.keys()));
        };
    }

    OpenRecord start(RecordScan.Found found, Recovery recovery, EpochKey key, long epoch)
            throws IOException {
        var files = RecordFiles.open(settings.folder(), found);
        var clock = new BootClock(settings.clock(), monotonicNs);
        var record =
                new OpenRecord(
                        settings,
                        clock,
                        Durable.of(found, files),
                        recovery,
                        new Pen(settings, bootId(), clock, key, epoch),
                        keyFiles,
                        monotonicNs);
        record.start();
        return record;
    }

    private static Bytes bootId() {
        var random = UUID.randomUUID();
        return Bytes.of(
                ByteBuffer.allocate(16)
                        .putLong(random.getMostSignificantBits())
                        .putLong(random.getLeastSignificantBits())
                        .array());
    }

    void publishLogId(Bytes logId) throws IOException {
        DurableFile.write(logIdFile, logId.hex() + "\n");
    }

    private void requireLogId(Bytes logId) throws IOException {
        var expected = Files.readString(logIdFile).strip();
        if (!expected.equals(logId.hex()))
            throw new RecordException(
                    RecordException.Reason.TAMPERED,
                    "The record in %s is another one (log id %s) than this site's (%s)."
                                    .formatted(settings.folder(), logId.hex(), expected)
                            + " Nothing will be answered on top of it. Put the right folder back.");
    }
}
