package redoubt.provenance.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;

/// The ML-DSA-87 key under which every epoch of a record stands, with its private half: on the host
/// from an installation until it is carried away, afterwards only on media. Immutable, any thread.
/// Source: docs/audit-record.md section 6, docs/ceremonies.md.
public final class RecordRoot {
    private static final byte[] DOMAIN = "redoubt/epoch/v1\0".getBytes(StandardCharsets.US_ASCII);
    private static final int NAME_DIGITS = 16;

    private final PrivateKey privateKey;
    private final PublicKey publicKey;

    private RecordRoot(PrivateKey privateKey, PublicKey publicKey) {
        this.privateKey = privateKey;
        this.publicKey = publicKey;
    }

    /// A new one, which is nowhere but here yet.
    public static RecordRoot make() {
        var pair = MlDsa.ML_DSA_87.generate();
        return new RecordRoot(pair.getPrivate(), pair.getPublic());
    }

    /// Makes the root of a new site: private half to `keys/offline/`, public half to `trust/`.
    static RecordRoot install(Path keys, Path trust) throws IOException {
        var root = make();
        RootOnHost.write(keys, root);
        DurableFile.write(
                Files.createDirectories(trust).resolve(RootKeyFile.PUBLIC_HALF),
                RootKeyFile.publicPem(root.publicKey()));
        return root;
    }

    /// Puts the two halves together and tries them.
    ///
    /// @throws GeneralSecurityException when they are not the halves of one ML-DSA-87 key
    static RecordRoot of(byte[] pkcs8, Bytes publicKey) throws GeneralSecurityException {
        var root =
                new RecordRoot(
                        MlDsa.ML_DSA_87.privateKey(pkcs8), MlDsa.ML_DSA_87.publicKey(publicKey));
        root.sign("redoubt/root-trial/v1\0".getBytes(StandardCharsets.US_ASCII));
        return root;
    }

    public Bytes publicKey() {
        return MlDsa.ML_DSA_87.raw(publicKey);
    }

    /// How people tell roots apart: the first digits of the SHA-256 of the raw public half.
    public static String name(Bytes publicKey) {
        return Bytes.of(Hashes.sha256(publicKey.toArray())).hex().substring(0, NAME_DIGITS);
    }

    public String name() {
        return name(publicKey());
    }

    byte[] pkcs8() {
        return privateKey.getEncoded();
    }

    Bytes endorse(Bytes logId, long epoch, EpochKey key) throws GeneralSecurityException {
        return sign(endorsement(logId, epoch, key.publicKey(), key.notePublicKey()));
    }

    /// Signs, and checks what was signed.
    Bytes sign(byte[] statement) throws GeneralSecurityException {
        byte[] signature = MlDsa.ML_DSA_87.sign(privateKey, statement);
        if (!MlDsa.ML_DSA_87.verifies(publicKey, statement, signature))
            throw new GeneralSecurityException(
                    "the private half of the record root does not belong to its public half");
        return Bytes.of(signature);
    }

    /// The bytes that endorse an epoch's keys, whoever endorses them.
    static byte[] endorsement(Bytes logId, long epoch, Bytes publicKey, Bytes notePublicKey) {
        return ByteBuffer.allocate(
                        DOMAIN.length
                                + logId.length()
                                + Long.BYTES
                                + publicKey.length()
                                + notePublicKey.length())
                .put(DOMAIN)
                .put(logId.toArray())
                .putLong(epoch)
                .put(publicKey.toArray())
                .put(notePublicKey.toArray())
                .array();
    }
}
