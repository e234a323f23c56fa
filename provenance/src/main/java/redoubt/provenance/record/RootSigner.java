package redoubt.provenance.record;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.Optional;

/// The record root at work, on a machine without a network: signs what was reviewed, unless it
/// contradicts what this copy signed before. One thread. Source: docs/audit-record.md section 6.2,
/// docs/ceremonies.md.
public final class RootSigner {
    private final RecordRoot root;
    private final RootHistory history;
    private final InstantSource clock;

    private RootSigner(RecordRoot root, RootHistory history, InstantSource clock) {
        this.root = root;
        this.history = history;
        this.clock = clock;
    }

    /// @param keyFile the protected key; beside it lies the list of what it has signed
    public static RootSigner open(Path keyFile, char[] passphrase, InstantSource clock)
            throws IOException {
        var root =
                RootKeyFile.open(MediaFile.read(keyFile, RootKeyFile.FILE_BYTES_MAX), passphrase);
        return of(root, keyFile.resolveSibling(RootHistory.FILE), clock);
    }

    static RootSigner of(RecordRoot root, Path historyFile, InstantSource clock)
            throws IOException {
        return new RootSigner(root, RootHistory.read(historyFile), clock);
    }

    public Bytes publicKey() {
        return root.publicKey();
    }

    /// What this copy signed before, for a person to look at.
    public long signedBefore() {
        return history.lines().size();
    }

    /// The one log that this copy has signed for.
    public Optional<Bytes> onlyLog() {
        var logs = history.lines().stream().map(RootHistory.Line::logId).distinct().toList();
        return logs.size() == 1 ? Optional.of(logs.getFirst()) : Optional.empty();
    }

    /// @param anotherLog whether people decided that this root begins one more log
    /// @throws RootRefusedException when the root signed a longer or another history before
    public RootAnswer sign(RootReview review, boolean anotherLog) throws IOException {
        var request = review.request();
        requireConsistent(review, anotherLog);
        var signature = signature(review.statement());
        var said =
                request.act() == RootAct.COUNTERSIGN
                        ? request.root()
                        : Bytes.of(Hashes.sha256(request.publicKey().toArray()));
        if (request.act() == RootAct.REPLACE)
            history.add(
                    clock.instant(),
                    RootHistory.SEEN,
                    request.logId(),
                    request.epoch(),
                    request.size(),
                    request.root());
        history.add(
                clock.instant(),
                request.act().word(),
                request.logId(),
                request.epoch(),
                request.size(),
                said);
        return new RootAnswer(
                request.act(),
                request.logId(),
                request.epoch(),
                request.size(),
                request.root(),
                signature);
    }

    /// Says that what the key of `epoch` signed at `from` and behind is not to be believed.
    ///
    /// @throws RootRefusedException when no record could hold it
    public Revocation revoke(Bytes logId, long epoch, long from, String reason) throws IOException {
        RootStanding.requireEpoch(epoch);
        if (reason.getBytes(StandardCharsets.UTF_8).length > EventCodec.TEXT_BYTES_MAX)
            throw new RootRefusedException(
                    "The reason has more than %d bytes, which no entry of a record can hold. Nothing was signed. Say it in fewer words."
                            .formatted(EventCodec.TEXT_BYTES_MAX));
        var signature = signature(RootStatement.epochRevoked(logId, epoch, from, reason));
        history.add(
                clock.instant(),
                "revoked",
                logId,
                epoch,
                from,
                Bytes.of(Hashes.sha256(reason.getBytes(StandardCharsets.UTF_8))));
        return new Revocation(logId, epoch, from, reason, signature);
    }

    private Bytes signature(byte[] statement) {
        try {
            return root.sign(statement);
        } catch (GeneralSecurityException broken) {
            throw new AssertionError("the key signed when it was opened", broken);
        }
    }

    /// Whether [#sign] would refuse, so that nobody is asked for nothing.
    public void requireConsistent(RootReview review, boolean anotherLog)
            throws RootRefusedException {
        var request = review.request();
        boolean knowsIt =
                history.lines().stream().anyMatch(line -> line.logId().equals(request.logId()));
        if (!knowsIt && !history.lines().isEmpty() && !anotherLog)
            throw new RootRefusedException(
                    "This root has signed for another log (%s) and not for this one (%s). Nothing was signed. A site has one record; a second one under the same root is how somebody would begin it anew. If people have decided that it is right, say --another-log."
                            .formatted(
                                    history.lines().getLast().logId().hex(),
                                    request.logId().hex()));
        var furthest = history.furthest(request.logId());
        if (furthest.isPresent()) requireContinues(review, furthest.get());
        if (request.act() == RootAct.REPLACE) requireOneSuccessor(request);
    }

    private static void requireContinues(RootReview review, RootHistory.Line before)
            throws RootRefusedException {
        var request = review.request();
        if (request.size() < before.size())
            throw new RootRefusedException(
                    "The request is of %d entries, and this root has vouched for %d of them on %s. Nothing was signed: entries are missing from that appliance's record. An old request, an old backup, or somebody took something back."
                            .formatted(request.size(), before.size(), before.at()));
        if (request.size() == before.size() && request.root().equals(before.sha256())) return;
        if (request.size() > before.size() && request.since() != before.size())
            throw new RootRefusedException(
                    "This root has vouched for the first %d entries on %s, and the request does not show that they are still the same. Nothing was signed. Make it again with: redoubt record root out --since %d."
                            .formatted(before.size(), before.at(), before.size()));
        if (!review.continues(before.size(), before.sha256()))
            throw new RootRefusedException(
                    "This root has vouched for another history of the first %d entries on %s. Nothing was signed, and both cannot be true: that record was written anew. Keep this request; it is evidence."
                            .formatted(before.size(), before.at()));
    }

    // Two sets of keys for one place would be two histories that both stand under the root.
    private void requireOneSuccessor(RootRequest request) throws RootRefusedException {
        var key = Bytes.of(Hashes.sha256(request.publicKey().toArray()));
        for (var line : history.lines())
            if (line.act().equals(RootAct.REPLACE.word())
                    && line.logId().equals(request.logId())
                    && line.epoch() == request.epoch()
                    && !line.sha256().equals(key))
                throw new RootRefusedException(
                        "This root has let other keys open epoch %d on %s. Nothing was signed: with two successors there would be two records. Use that answer; docs/ceremonies.md says what to do where it is lost."
                                .formatted(request.epoch(), line.at()));
    }
}
