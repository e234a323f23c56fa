package redoubt.provenance.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Arrays;
import javax.security.auth.DestroyFailedException;

/// The keys of one epoch: ML-DSA-65 for entries and checkpoints, ML-DSA-44 for the checkpoint line
/// that tools of the transparency-log world read. They stay in a file that only the service account
/// reads until the next epoch has taken over, because that takes their endorsement; then the file
/// is overwritten and replaced. Source: docs/adr/0002.
final class EpochKey {
    private final PrivateKey privateKey;
    private final PublicKey publicKey;
    private final PrivateKey notePrivateKey;
    private final PublicKey notePublicKey;

    private EpochKey(
            PrivateKey privateKey,
            PublicKey publicKey,
            PrivateKey notePrivateKey,
            PublicKey notePublicKey) {
        this.privateKey = privateKey;
        this.publicKey = publicKey;
        this.notePrivateKey = notePrivateKey;
        this.notePublicKey = notePublicKey;
    }

    static EpochKey generate() {
        var entries = MlDsa.ML_DSA_65.generate();
        var notes = MlDsa.ML_DSA_44.generate();
        return new EpochKey(
                entries.getPrivate(), entries.getPublic(), notes.getPrivate(), notes.getPublic());
    }

    Bytes publicKey() {
        return MlDsa.ML_DSA_65.raw(publicKey);
    }

    Bytes notePublicKey() {
        return MlDsa.ML_DSA_44.raw(notePublicKey);
    }

    PrivateKey notePrivateKey() {
        return notePrivateKey;
    }

    PrivateKey privateKey() {
        return privateKey;
    }

    /// Signs, and checks what was signed before anybody relies on it: a destroyed key of the JDK
    /// signs garbage without a word.
    CoseSign1 sign(byte[] payload) throws GeneralSecurityException {
        var signed = signUnchecked(payload);
        requireOwn(signed);
        return signed;
    }

    /// Signs. Whoever asks for this has [#requireOwn] called before the bytes go anywhere.
    CoseSign1 signUnchecked(byte[] payload) throws GeneralSecurityException {
        return CoseSign1.sign(privateKey, payload);
    }

    /// @throws GeneralSecurityException when this key did not sign it
    void requireOwn(CoseSign1 signed) throws GeneralSecurityException {
        if (!signed.verifies(publicKey))
            throw new GeneralSecurityException("the epoch key made a signature that is wrong");
    }

    /// Destroys the private keys in memory, as far as Java reaches: what is signed with this from
    /// now on is garbage.
    void forget() throws GeneralSecurityException {
        try {
            privateKey.destroy();
            notePrivateKey.destroy();
        } catch (DestroyFailedException kept) {
            throw new GeneralSecurityException("a key could not be destroyed in memory", kept);
        }
    }

    Checkpoint checkpoint(Bytes logId, long size, Bytes root, Instant at)
            throws GeneralSecurityException {
        var signed =
                Checkpoint.sign(
                        logId,
                        size,
                        root,
                        privateKey,
                        publicKey(),
                        notePrivateKey,
                        notePublicKey(),
                        at);
        if (!signed.isSignedBy(publicKey(), notePublicKey()))
            throw new GeneralSecurityException("an epoch key made a signature that is wrong");
        return signed;
    }

    Bytes endorse(Bytes logId, long epoch, EpochKey next) throws GeneralSecurityException {
        var message = RecordRoot.endorsement(logId, epoch, next.publicKey(), next.notePublicKey());
        var endorsement = MlDsa.ML_DSA_65.sign(privateKey, message);
        if (!MlDsa.ML_DSA_65.verifies(publicKey, message, endorsement))
            throw new GeneralSecurityException("the epoch key made a signature that is wrong");
        return Bytes.of(endorsement);
    }

    void store(Path file) throws IOException {
        var parts =
                new byte[][] {
                    privateKey.getEncoded(),
                    publicKey.getEncoded(),
                    notePrivateKey.getEncoded(),
                    notePublicKey.getEncoded()
                };
        int length = Arrays.stream(parts).mapToInt(part -> Integer.BYTES + part.length).sum();
        var bytes = ByteBuffer.allocate(length);
        try {
            for (var part : parts) bytes.putInt(part.length).put(part);
            DurableFile.writeSecret(file, bytes.array());
        } finally {
            for (var part : parts) Arrays.fill(part, (byte) 0);
            Arrays.fill(bytes.array(), (byte) 0);
        }
    }

    static EpochKey load(Path file) throws IOException, GeneralSecurityException {
        var bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        try {
            return new EpochKey(
                    privateKey(MlDsa.ML_DSA_65, bytes),
                    MlDsa.ML_DSA_65.publicKeyOf(part(bytes)),
                    privateKey(MlDsa.ML_DSA_44, bytes),
                    MlDsa.ML_DSA_44.publicKeyOf(part(bytes)));
        } finally {
            Arrays.fill(bytes.array(), (byte) 0);
        }
    }

    private static PrivateKey privateKey(MlDsa algorithm, ByteBuffer bytes)
            throws GeneralSecurityException {
        byte[] pkcs8 = part(bytes);
        try {
            return algorithm.privateKey(pkcs8);
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
        }
    }

    private static byte[] part(ByteBuffer bytes) throws GeneralSecurityException {
        if (bytes.remaining() < Integer.BYTES)
            throw new GeneralSecurityException("the key file ends too early");
        int length = bytes.getInt();
        if (length < 0 || length > bytes.remaining())
            throw new GeneralSecurityException("the key file ends too early");
        var part = new byte[length];
        bytes.get(part);
        return part;
    }

    /// Overwrites the file before it goes. What a disk keeps besides is beyond us: docs/adr/0002.
    static void destroy(Path file) throws IOException {
        overwrite(file);
        Files.deleteIfExists(file);
    }

    static void overwrite(Path file) throws IOException {
        if (!Files.exists(file)) return;
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            var zeros = ByteBuffer.allocate((int) channel.size());
            while (zeros.hasRemaining()) channel.write(zeros);
            channel.force(true);
        }
    }
}
