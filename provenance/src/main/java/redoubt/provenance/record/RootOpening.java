package redoubt.provenance.record;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;

/// Opens a record whose next epoch the record root endorses by media: the first of an installation
/// that never had the root's private half, or one that takes over from a key that is lost or
/// stolen. The order is such that a crash at any point is found and finished by the next start:
///
/// 1. the new key signs EPOCH_OPENED, durable;
/// 2. its file takes the old one's place;
/// 3. it signs RECOVERED and ABORTED where needed, and the revocations that came in, durable;
/// 4. what was pending is forgotten.
///
/// Source: docs/audit-record.md sections 6.2 and 9, docs/adr/0002.
final class RootOpening {
    private final RecordOpening opening;
    private final RecordSettings settings;
    private final RecordScan.Found found;
    private final RootPending pending;

    RootOpening(
            RecordOpening opening,
            RecordSettings settings,
            RecordScan.Found found,
            RootPending pending) {
        this.opening = opening;
        this.settings = settings;
        this.found = found;
        this.pending = pending;
    }

    OpenRecord open() throws IOException, GeneralSecurityException {
        var record = isOpened() ? opening.open(withItsTear()) : takeOver();
        try {
            note(record);
            RootPending.remove(settings.keys());
            return record;
        } catch (IOException | RuntimeException | Error failed) {
            record.release();
            throw failed;
        }
    }

    // A start before this one came as far as its EPOCH_OPENED.
    private boolean isOpened() {
        var state = found.state();
        return state.hasEpoch() && state.epoch().epoch() >= pending.epoch();
    }

    private RecordScan.Found withItsTear() {
        boolean isTold = found.state().size() > pending.sequence() + 1;
        return isTold
                ? found
                : new RecordScan.Found(
                        found.state(),
                        found.tree(),
                        found.endOffset(),
                        found.tornBytes() + pending.tornBytes(),
                        found.checkpointSize());
    }

    private OpenRecord takeOver() throws IOException, GeneralSecurityException {
        if (!pending.isEndorsed()) throw waiting();
        var state = found.state();
        if (state.size() != pending.sequence()
                || !state.previousHash().equals(pending.previousHash()))
            throw new RecordException(
                    RecordException.Reason.TAMPERED,
                    "The record has %d entries, and the record root let a new key take over behind %d of them. It was changed or put back since the request was made. Nothing will be answered on top of it. Put the right folder back, or cancel (redoubt record root cancel) and make a new request."
                            .formatted(state.size(), pending.sequence()));
        var key = incomingKey();
        var recovery = recovery();
        var unsealed = state.unsealed();
        long lastWallClockUs = state.lastWallClockUs();
        var record = opening.start(found, recovery, key, pending.epoch());
        try {
            record.appendDurably(
                    new Event.EpochOpened(
                            pending.epoch(),
                            key.publicKey(),
                            key.notePublicKey(),
                            0,
                            pending.endorsement()),
                    Actor.SYSTEM);
            settle(record, recovery, unsealed, lastWallClockUs);
            return record;
        } catch (IOException | RuntimeException | Error failed) {
            record.release();
            throw failed;
        }
    }

    private Recovery recovery() {
        var state = found.state();
        if (pending.act() == RootAct.FIRST_EPOCH) return new Recovery(true, 0, List.of());
        long torn = found.tornBytes() + pending.tornBytes();
        return new Recovery(
                state.epochClosed() && torn == 0, torn, List.copyOf(state.unsealed().keySet()));
    }

    private void settle(
            OpenRecord record, Recovery recovery, Map<Long, String> unsealed, long lastWallClockUs)
            throws IOException {
        if (pending.act() == RootAct.FIRST_EPOCH) {
            opening.publishLogId(record.logId());
            return;
        }
        new EpochKeyFiles(settings.keys()).replace();
        opening.recordClockBehind(record, lastWallClockUs);
        if (!recovery.orderly()) RecordOpening.recovered(record, found, recovery);
        RecordOpening.abort(record, unsealed);
    }

    private EpochKey incomingKey() throws IOException, GeneralSecurityException {
        var file =
                settings.keys()
                        .resolve(
                                pending.act() == RootAct.FIRST_EPOCH
                                        ? EpochKeySearch.CURRENT
                                        : EpochKeySearch.NEXT);
        EpochKey key;
        try {
            key = EpochKey.load(file);
        } catch (IOException | GeneralSecurityException lost) {
            throw new RecordException(
                    RecordException.Reason.ROOT_NEEDED,
                    "The key that the record root has endorsed cannot be read from %s (%s). The root's answer is for this key alone. Restore the file; docs/ceremonies.md says what to do where it is lost."
                            .formatted(file, lost.getMessage()),
                    lost);
        }
        var rootKey = RecordTrust.read(settings.trust()).rootPublicKey();
        if (!RootStatement.isSigned(
                rootKey, RootStanding.statement(pending, key), pending.endorsement()))
            throw new RecordException(
                    RecordException.Reason.ROOT_NEEDED,
                    "The record root's answer in %s is not for the key in %s. One of the two was changed or put back since it came in. Take the answer in again: redoubt record root in --from MEDIUM."
                            .formatted(settings.keys(), file));
        return key;
    }

    private void note(AuditRecord record) throws IOException {
        if (pending.act() == RootAct.FIRST_EPOCH) {
            var ceremony =
                    new Event.Ceremony(
                            "root-installed",
                            "the private half of the record root was never on this host");
            if (!holds(record, ceremony)) record.appendDurably(ceremony, Actor.SYSTEM);
        }
        for (var bytes : pending.revocations()) {
            var revocation = RootStanding.revocation(bytes.toArray());
            var event =
                    new Event.EpochRevoked(
                            revocation.epoch(),
                            revocation.from(),
                            revocation.reason(),
                            revocation.signature());
            if (!holds(record, event)) record.appendDurably(event, Actor.SYSTEM);
        }
    }

    // Few entries: those since the request.
    private boolean holds(AuditRecord record, Event event) throws RecordException {
        for (long sequence = pending.sequence(); sequence < record.size(); sequence++)
            if (record.entry(sequence).event().equals(event)) return true;
        return false;
    }

    private RecordException waiting() {
        return new RecordException(
                RecordException.Reason.ROOT_NEEDED,
                pending.act() == RootAct.FIRST_EPOCH
                        ? "This site's record waits for its root: the request to begin it was made, and the root's answer has not come in. Nothing is answered before. Sign the request on the machine that has the root (redoubt record root sign), then: redoubt record root in --from MEDIUM."
                        : "The record waits for its root: a request that a new key may open epoch %d was made, and the root's answer has not come in. Nothing is answered before. Sign the request on the machine that has the root (redoubt record root sign), then: redoubt record root in --from MEDIUM. If the old key was neither lost nor stolen: redoubt record root cancel."
                                .formatted(pending.epoch()));
    }
}
