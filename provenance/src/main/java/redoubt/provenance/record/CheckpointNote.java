package redoubt.provenance.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/// Signs, reads and verifies the note of a {@link Checkpoint}.
///
/// The ML-DSA-65 line (type 0xff with the name `redoubt.org/ml-dsa-65`) signs the text of the note
/// and is the one that the record's own verifiers demand. The ML-DSA-44 line is a cosignature (type
/// 0x06), which the tools of transparency logs read. Stateless, any thread. Source: C2SP
/// tlog-checkpoint v1 and tlog-cosignature v1; docs/audit-record.md section 7.
final class CheckpointNote {
    private static final byte[] EPOCH_TYPE =
            "\u00ffredoubt.org/ml-dsa-65".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] COSIGNATURE_TYPE = {0x06};
    private static final byte[] COSIGNED_LABEL =
            "subtree/v1\n\0".getBytes(StandardCharsets.US_ASCII);
    private static final Pattern ORIGIN = Pattern.compile("redoubt/([0-9a-f]{64})");
    private static final Pattern SIZE = Pattern.compile("[1-9][0-9]{0,17}");

    private CheckpointNote() {}

    /// Whether a name is that of a log, and of its keys.
    static boolean isOrigin(String name) {
        return ORIGIN.matcher(name).matches();
    }

    /// First line of the note, and the name of its keys.
    static String origin(Bytes logId) {
        return "redoubt/" + logId.hex();
    }

    /// What the ML-DSA-65 line signs, as UTF-8.
    static String text(String origin, long size, Bytes root) {
        String encoded = Base64.getEncoder().encodeToString(root.toArray());
        return origin + "\n" + size + "\n" + encoded + "\n";
    }

    /// Signs with both keys of an epoch.
    ///
    /// @param atSeconds POSIX time of the cosignature
    static Checkpoint sign(
            Bytes logId,
            long size,
            Bytes root,
            long atSeconds,
            PrivateKey epochKey,
            Bytes epochPublicKey,
            PrivateKey noteKey,
            Bytes notePublicKey)
            throws GeneralSecurityException {
        String origin = origin(logId);
        String text = text(origin, size, root);
        byte[] signature = MlDsa.ML_DSA_65.sign(epochKey, text.getBytes(StandardCharsets.UTF_8));
        byte[] cosignature =
                MlDsa.ML_DSA_44.sign(noteKey, cosigned(origin, atSeconds, origin, size, root));
        byte[] timed =
                ByteBuffer.allocate(Long.BYTES + cosignature.length)
                        .putLong(atSeconds)
                        .put(cosignature)
                        .array();
        SignedNote note =
                new SignedNote(
                        text,
                        List.of(
                                line(origin, EPOCH_TYPE, epochPublicKey, signature),
                                line(origin, COSIGNATURE_TYPE, notePublicKey, timed)));
        return new Checkpoint(origin, size, root, note.encoded());
    }

    /// Reads a note that should be a checkpoint of some log of ours. Nothing is verified.
    static Checkpoint parse(byte[] bytes) throws MalformedRecordException {
        PaperCheckpoint said = parseText(SignedNote.parse(bytes).text());
        return new Checkpoint(
                said.origin(), said.size(), said.root(), new String(bytes, StandardCharsets.UTF_8));
    }

    /// Reads the three lines, each with its newline.
    static PaperCheckpoint parseText(String text) throws MalformedRecordException {
        String[] lines = text.split("\n", -1);
        if (lines.length != 4 || !lines[3].isEmpty()) {
            throw new MalformedRecordException(
                    "The checkpoint does not have its three lines: origin, size, root.");
        }
        if (!ORIGIN.matcher(lines[0]).matches() || !SIZE.matcher(lines[1]).matches()) {
            throw new MalformedRecordException("The checkpoint's origin or size is malformed.");
        }
        byte[] root;
        try {
            root = Base64.getDecoder().decode(lines[2]);
        } catch (IllegalArgumentException e) {
            throw new MalformedRecordException("The checkpoint's root is not base64.", e);
        }
        if (root.length != 32 || !Base64.getEncoder().encodeToString(root).equals(lines[2])) {
            throw new MalformedRecordException("The checkpoint's root is not a SHA-256.");
        }
        return new PaperCheckpoint(lines[0], Long.parseLong(lines[1]), Bytes.of(root));
    }

    /// Whether the epoch's keys signed this: exactly one line of each, both good.
    static boolean isSignedBy(Checkpoint checkpoint, Bytes epochPublicKey, Bytes notePublicKey) {
        SignedNote note;
        try {
            note = SignedNote.parse(checkpoint.note().getBytes(StandardCharsets.UTF_8));
        } catch (MalformedRecordException e) {
            return false;
        }
        String origin = checkpoint.origin();
        if (!note.text().equals(text(origin, checkpoint.size(), checkpoint.root()))) {
            return false;
        }
        Bytes epochId = SignedNote.keyId(origin, EPOCH_TYPE, epochPublicKey);
        Bytes noteId = SignedNote.keyId(origin, COSIGNATURE_TYPE, notePublicKey);
        byte[] text = note.text().getBytes(StandardCharsets.UTF_8);
        int signed = 0;
        int cosigned = 0;
        for (SignedNote.Line line : note.signatures()) {
            if (!line.name().equals(origin)) {
                continue;
            }
            byte[] signature = line.signature().toArray();
            if (line.keyId().equals(epochId)) {
                if (!verifies(MlDsa.ML_DSA_65, epochPublicKey, text, signature)) {
                    return false;
                }
                signed++;
            } else if (line.keyId().equals(noteId)) {
                if (!isCosigned(checkpoint, notePublicKey, signature)) {
                    return false;
                }
                cosigned++;
            }
        }
        return signed == 1 && cosigned == 1;
    }

    /// The checkpoint with the lines of these keys and no others.
    static Checkpoint ownLines(Checkpoint checkpoint, Bytes epochPublicKey, Bytes notePublicKey) {
        String origin = checkpoint.origin();
        var own =
                List.of(
                        SignedNote.keyId(origin, EPOCH_TYPE, epochPublicKey),
                        SignedNote.keyId(origin, COSIGNATURE_TYPE, notePublicKey));
        var lines =
                checkpoint.signatures().stream()
                        .filter(line -> line.name().equals(origin) && own.contains(line.keyId()))
                        .toList();
        return new Checkpoint(
                origin,
                checkpoint.size(),
                checkpoint.root(),
                new SignedNote(checkpoint.text(), lines).encoded());
    }

    private static boolean isCosigned(Checkpoint checkpoint, Bytes notePublicKey, byte[] timed) {
        if (timed.length != Long.BYTES + MlDsa.ML_DSA_44.signatureBytes()) {
            return false;
        }
        ByteBuffer buffer = ByteBuffer.wrap(timed);
        long atSeconds = buffer.getLong();
        byte[] signature = new byte[buffer.remaining()];
        buffer.get(signature);
        byte[] message =
                cosigned(
                        checkpoint.origin(),
                        atSeconds,
                        checkpoint.origin(),
                        checkpoint.size(),
                        checkpoint.root());
        return atSeconds >= 0 && verifies(MlDsa.ML_DSA_44, notePublicKey, message, signature);
    }

    private static boolean verifies(
            MlDsa algorithm, Bytes publicKey, byte[] message, byte[] signature) {
        try {
            return algorithm.verifies(algorithm.publicKey(publicKey), message, signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static SignedNote.Line line(
            String name, byte[] type, Bytes publicKey, byte[] signature) {
        return new SignedNote.Line(
                name, SignedNote.keyId(name, type, publicKey), Bytes.of(signature));
    }

    /// What an ML-DSA-44 cosignature signs.
    ///
    /// @param name of the key that signs
    static byte[] cosigned(String name, long atSeconds, String origin, long size, Bytes root) {
        byte[] signer = name.getBytes(StandardCharsets.US_ASCII);
        byte[] log = origin.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(
                        COSIGNED_LABEL.length + 2 + signer.length + log.length + 3 * 8 + 32)
                .put(COSIGNED_LABEL)
                .put((byte) signer.length)
                .put(signer)
                .putLong(atSeconds)
                .put((byte) log.length)
                .put(log)
                .putLong(0)
                .putLong(size)
                .put(root.toArray())
                .array();
    }
}
