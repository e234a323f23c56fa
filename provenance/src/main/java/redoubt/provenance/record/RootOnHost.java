package redoubt.provenance.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;

/// The private half of the record root in `keys/offline/`, where an installation that made it
/// leaves it, unprotected, until people carry it away. Whoever reads it can begin this site's
/// record anew. One thread. Source: docs/ceremonies.md.
public final class RootOnHost {
    private static final String FILE = "record-root.key";
    private static final String LABEL = "PRIVATE KEY";
    private static final String NOTE =
            """
            record-root.key is the private half of this site's record root, unprotected. It signed
            the first epoch of the record and is needed again only on a visit of media. Carry it to
            two media, with a passphrase, and off this host:

                redoubt record root carry --to MEDIUM --to OTHER-MEDIUM
            """;
    private static final String GONE =
            """
            The private half of this site's record root was carried to other media and removed here.
            """;

    private RootOnHost() {}

    static void write(Path keys, RecordRoot root) throws IOException {
        var offline = Files.createDirectories(keys.resolve("offline"));
        byte[] pkcs8 = root.pkcs8();
        byte[] pem = RootKeyFile.secretPem(LABEL, pkcs8);
        try {
            DurableFile.writeSecret(offline.resolve(FILE), pem);
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
            Arrays.fill(pem, (byte) 0);
        }
        DurableFile.write(offline.resolve("README"), NOTE);
    }

    /// Whether the private half, or what may be left of it, lies on this host.
    public static boolean isThere(Path keys) {
        return files(keys).stream().anyMatch(Files::exists);
    }

    private static List<Path> files(Path keys) {
        var offline = keys.resolve("offline");
        return List.of(offline.resolve(FILE), offline.resolve(FILE + ".new"));
    }

    /// @throws GeneralSecurityException when the file holds no key, or another root's
    static RecordRoot read(Path keys, Bytes publicKey)
            throws IOException, GeneralSecurityException {
        byte[] file = MediaFile.read(files(keys).getFirst(), RootKeyFile.FILE_BYTES_MAX);
        byte[] pkcs8 = new byte[0];
        try {
            pkcs8 = RootKeyFile.secretBlock(file, LABEL);
            return RecordRoot.of(pkcs8, publicKey);
        } catch (RootRefusedException none) {
            throw new GeneralSecurityException("it holds no private key", none);
        } finally {
            Arrays.fill(file, (byte) 0);
            Arrays.fill(pkcs8, (byte) 0);
        }
    }

    static void overwrite(Path keys) throws IOException {
        for (var file : files(keys)) EpochKey.overwrite(file);
    }

    static void remove(Path keys) throws IOException {
        for (var file : files(keys)) Files.deleteIfExists(file);
        DurableFile.write(keys.resolve("offline").resolve("README"), GONE);
    }
}
