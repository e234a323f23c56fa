package redoubt.provenance.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Base64;

/// The ML-DSA-87 key under which every epoch of a record stands. It signs once, at installation;
/// its private half then waits in `keys/offline/` to be carried away from the host. Source:
/// docs/audit-record.md section 6.
final class RecordRoot {
    private static final byte[] DOMAIN = "redoubt/epoch/v1\0".getBytes(StandardCharsets.US_ASCII);
    private static final String NOTE =
            """
            record-root.key signs the first epoch of this site's record and is needed again only when
            all epoch keys are lost. Carry it to other media, keep it locked away, and delete it here.
            """;

    private final PrivateKey privateKey;
    private final PublicKey publicKey;

    private RecordRoot(PrivateKey privateKey, PublicKey publicKey) {
        this.privateKey = privateKey;
        this.publicKey = publicKey;
    }

    /// Makes the root of a new site: private half to `keys/offline/`, public half to `trust/`.
    static RecordRoot install(Path keys, Path trust) throws IOException {
        var pair = MlDsa.ML_DSA_87.generate();
        var offline = Files.createDirectories(keys.resolve("offline"));
        DurableFile.writeSecret(
                offline.resolve("record-root.key"),
                pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
        DurableFile.write(offline.resolve("README"), NOTE);
        DurableFile.write(
                Files.createDirectories(trust).resolve("record-root.pem"),
                pem("PUBLIC KEY", pair.getPublic().getEncoded()));
        return new RecordRoot(pair.getPrivate(), pair.getPublic());
    }

    Bytes publicKey() {
        return MlDsa.ML_DSA_87.raw(publicKey);
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

    private static String pem(String label, byte[] der) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(
                        label,
                        Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der),
                        label);
    }
}
