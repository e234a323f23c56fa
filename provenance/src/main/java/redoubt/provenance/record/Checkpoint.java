package redoubt.provenance.record;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.List;

/// A statement of the record's size and root, in the form of a signed note. Reading one does not
/// verify it. Immutable, any thread. Source: C2SP tlog-checkpoint v1; docs/audit-record.md section
/// 7.
///
/// @param origin names the log: `redoubt/` and the log id in hexadecimal digits
/// @param size how many entries it covers
/// @param root RFC 6962 root over them
/// @param note the whole signed note as text
public record Checkpoint(String origin, long size, Bytes root, String note) {

    /// Signs with both keys of an epoch. Public keys are the raw bytes of FIPS 204.
    static Checkpoint sign(
            Bytes logId,
            long size,
            Bytes root,
            PrivateKey epochKey,
            Bytes epochPublicKey,
            PrivateKey noteKey,
            Bytes notePublicKey,
            Instant at)
            throws GeneralSecurityException {
        return CheckpointNote.sign(
                logId,
                size,
                root,
                at.getEpochSecond(),
                epochKey,
                epochPublicKey,
                noteKey,
                notePublicKey);
    }

    /// Reads a note that should be a checkpoint. Nothing is verified.
    ///
    /// @throws MalformedRecordException when it is not one
    public static Checkpoint parse(byte[] note) throws MalformedRecordException {
        return CheckpointNote.parse(note);
    }

    /// Whether the epoch's keys signed this: exactly one ML-DSA-65 and one ML-DSA-44 line of this
    /// epoch, both good.
    public boolean isSignedBy(Bytes epochPublicKey, Bytes notePublicKey) {
        return CheckpointNote.isSignedBy(this, epochPublicKey, notePublicKey);
    }

    /// The three lines that every signature under them is about, each with its newline. They alone
    /// are enough to remember a record by: whoever has them sees whether it was changed.
    public String text() {
        return CheckpointNote.text(origin, size, root);
    }

    /// The lines of witnesses, which are those of other names than the log's own. Nothing is
    /// verified: see {@link WitnessPolicy}.
    public List<Cosignature> cosignatures() {
        return signatures().stream()
                .filter(line -> !line.name().equals(origin))
                .flatMap(line -> Cosignature.of(line).stream())
                .toList();
    }

    /// This note with one more line under it; without a second one where the key has a line
    /// already.
    public Checkpoint with(Cosignature line) {
        boolean has =
                signatures().stream()
                        .anyMatch(it ->
                                it.name().equals(line.name()) && it.keyId().equals(line.keyId()));
        return has ? this : new Checkpoint(origin, size, root, note + line.text());
    }

    /// Every line under the text.
    List<SignedNote.Line> signatures() {
        try {
            return SignedNote.parse(note.getBytes(StandardCharsets.UTF_8)).signatures();
        } catch (MalformedRecordException e) {
            throw new IllegalStateException("a checkpoint whose note is none", e);
        }
    }
}
