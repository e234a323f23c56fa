package redoubt.provenance.record;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What goes out to the record root from a running appliance, and what comes in from it, running or
/// stopped. Nothing is believed of a medium that the root did not sign. Any thread while the record
/// is open; one while it is not. Source: docs/audit-record.md section 6.2.
public final class RootVisit {
    private RootVisit() {}

    /// A request to countersign the record as it is.
    ///
    /// @param since a size that the root has signed for, 0 for what the record knows
    public static byte[] request(RecordProver record, long since) throws IOException {
        try {
            var proof = ProofFile.decode(record.proof());
            long size = proof.checkpoint().size();
            long from = since == 0 ? Math.min(record.countersignedSize(), size) : since;
            if (from > size)
                throw new RootRefusedException(
                        "The record has %d entries under its checkpoint, and the root is said to have signed for %d. Nothing was written. Either --since is wrong, or the end of this record is missing: verify it."
                                .formatted(size, from));
            return RootRequest.countersign(
                            proof, from, record.consistency(from, size), epochAt(proof, size))
                    .encode();
        } catch (Refusal bug) {
            throw new AssertionError("our own proof", bug);
        }
    }

    private static long epochAt(ProofFile proof, long size) throws Refusal {
        long epoch = 0;
        for (var item : proof.items()) {
            var event = SignedEntry.read(item.cose(), "An entry of our own").entry().event();
            if (event instanceof Event.EpochOpened opened && item.sequence() < size)
                epoch = opened.epoch();
        }
        return epoch;
    }

    /// Checks an answer: the entry that is to be appended.
    ///
    /// @throws RootRefusedException when the root did not sign this record at this size
    public static Event countersigned(RecordProver record, Path trust, byte[] file)
            throws IOException {
        var answer = RootAnswer.decode(file);
        requireOurs(answer.logId(), record.logId());
        if (answer.act() != RootAct.COUNTERSIGN)
            throw new RootRefusedException(
                    "The answer lets a key open epoch %d; that is done while the appliance is stopped. Nothing was changed. Stop it (redoubt stop), take the answer in, start it again."
                            .formatted(answer.epoch()));
        requireSame(record, answer);
        requireSigned(
                trust,
                RootStatement.countersigned(
                        answer.logId(), answer.epoch(), answer.size(), answer.root()),
                answer.signature());
        if (answer.size() <= record.countersignedSize())
            throw new RootRefusedException(
                    "The record holds a countersignature of %d entries already, and this one is of %d. Nothing was changed; there is nothing to do."
                            .formatted(record.countersignedSize(), answer.size()));
        return new Event.Countersigned(
                answer.epoch(), answer.size(), answer.root(), answer.signature());
    }

    private static void requireSame(RecordProver record, RootAnswer answer) throws IOException {
        long size = record.checkpoint().size();
        if (answer.size() > size || answer.size() < 2)
            throw new RootRefusedException(
                    "The answer is for %d entries, and this record has %d. Nothing was changed. If the root truly saw that many, entries are missing here: stop, and compare with the last checkpoint that left this host."
                            .formatted(answer.size(), size));
        if (!record.root(answer.size()).equals(answer.root()))
            throw new RootRefusedException(
                    "The root saw another history of the first %d entries than this record has. Nothing was changed, and both cannot be true. Keep the medium; it is evidence."
                            .formatted(answer.size()));
        try {
            long epoch = epochAt(ProofFile.decode(record.proof()), answer.size());
            if (epoch != answer.epoch())
                throw new RootRefusedException(
                        "The answer names epoch %d, and %d was in force at entry %d. Nothing was changed; have the request signed again."
                                .formatted(answer.epoch(), epoch, answer.size() - 1));
        } catch (Refusal bug) {
            throw new AssertionError("our own proof", bug);
        }
    }

    /// Checks a revocation of an earlier epoch: the entry that is to be appended. That of the epoch
    /// which signs now needs new keys with it, and the appliance stopped.
    public static Event revoked(RecordProver record, Path trust, byte[] file) throws IOException {
        var rootKey = RecordTrust.read(trust).rootPublicKey();
        var revocation = RootStanding.revocation(file, record.logId(), rootKey);
        if (revocation.epoch() >= record.epoch())
            throw new RootRefusedException(
                    "Epoch %d signs this record now, so its key cannot note its own revocation. Nothing was changed. Stop the appliance, ask the root for new keys (redoubt record root out --replace), sign, and take both in together."
                            .formatted(revocation.epoch()));
        return new Event.EpochRevoked(
                revocation.epoch(), revocation.from(), revocation.reason(), revocation.signature());
    }

    /// The log that waits for an answer while the appliance is stopped.
    public static Optional<Bytes> waitingLog(Path keys) throws IOException {
        return RootPending.read(keys).map(RootPending::logId);
    }

    /// Takes in, while the appliance is stopped, the answer that lets the next start open an epoch,
    /// and revocations that are to be noted with it.
    ///
    /// @param file empty where only revocations came
    public static void take(
            RecordSettings settings, Optional<byte[]> file, List<byte[]> revocations)
            throws IOException {
        var pending =
                RootPending.read(settings.keys())
                        .orElseThrow(() ->
                                new RootRefusedException(
                                        "Nothing waits for the record root while the appliance is stopped. A countersignature, or the revocation of an earlier epoch, is taken in while it runs: redoubt run."));
        var endorsement = pending.endorsement();
        if (file.isPresent()) {
            var answer = RootAnswer.decode(file.get());
            requireOurs(answer.logId(), pending.logId());
            if (answer.act() != pending.act()
                    || answer.epoch() != pending.epoch()
                    || answer.size() != pending.sequence())
                throw new RootRefusedException(
                        "The answer is for another request: epoch %d behind %d entries, and this record waits for epoch %d behind %d. Nothing was changed. Sign the request that was made last."
                                .formatted(
                                        answer.epoch(),
                                        answer.size(),
                                        pending.epoch(),
                                        pending.sequence()));
            requireSigned(
                    settings.trust(),
                    RootStanding.statement(pending, waitingKey(settings, pending)),
                    answer.signature());
            endorsement = answer.signature();
        }
        if (endorsement.length() == 0)
            throw new RootRefusedException(
                    "There is no answer to the request for epoch %d. Nothing was changed. Sign the request first: redoubt record root sign."
                            .formatted(pending.epoch()));
        var rootKey = RecordTrust.read(settings.trust()).rootPublicKey();
        var notes = new ArrayList<>(pending.revocations());
        for (var bytes : revocations) {
            var revocation = RootStanding.revocation(bytes, pending.logId(), rootKey);
            if (revocation.epoch() >= pending.epoch())
                throw new RootRefusedException(
                        "The revocation is of epoch %d, which this record does not have. Nothing was changed."
                                .formatted(revocation.epoch()));
            if (!notes.contains(Bytes.of(bytes))) notes.add(Bytes.of(bytes));
        }
        pending.with(endorsement, notes).write(settings.keys());
    }

    private static EpochKey waitingKey(RecordSettings settings, RootPending pending)
            throws IOException {
        String name =
                pending.act() == RootAct.FIRST_EPOCH ? EpochKeySearch.CURRENT : EpochKeySearch.NEXT;
        try {
            return EpochKey.load(settings.keys().resolve(name));
        } catch (GeneralSecurityException damaged) {
            throw RecordFailure.explain(damaged);
        }
    }

    private static void requireOurs(Bytes answered, Bytes ours) throws RootRefusedException {
        if (!answered.equals(ours))
            throw new RootRefusedException(
                    "The answer is for log %s, and this appliance writes %s. Nothing was changed. It is another site's medium."
                            .formatted(answered.hex(), ours.hex()));
    }

    private static void requireSigned(Path trust, byte[] statement, Bytes signature)
            throws IOException {
        var rootKey = RecordTrust.read(trust).rootPublicKey();
        if (!RootStatement.isSigned(rootKey, statement, signature))
            throw new RootRefusedException(
                    "The answer is not signed by this site's record root (%s). Nothing was changed. Either another key signed it, or the file was altered on its way; have the request signed again."
                            .formatted(RecordRoot.name(rootKey)));
    }
}
