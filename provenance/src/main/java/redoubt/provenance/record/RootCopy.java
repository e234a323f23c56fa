package redoubt.provenance.record;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// One protected copy of a record root on a medium: a folder with the key file, its SHA-256, the
/// public half and a README. What is written is read back, opened with the passphrase, and makes a
/// trial signature before anybody relies on it. One thread. Source: docs/ceremonies.md.
///
/// @param folder on the medium
/// @param sha256 of the key file
public record RootCopy(Path folder, Bytes sha256) {
    public static final String KEY_FILE = "record-root.key";
    private static final String SUMS = "SHA256SUMS";
    private static final int SUMS_BYTES_MAX = 4_096;
    private static final String PREFIX = "redoubt-record-root-";
    private static final String README =
            """
            This folder holds the private half of a Redoubt record root, protected by a passphrase.

            Root:  NAME   (the first digits of the SHA-256 of its public half)

            It signs the first epoch of a site's record, vouches for the record on a visit, and
            replaces or revokes an epoch's key that was lost or stolen. Keep it locked away, apart
            from its other copy and from its passphrase, and put it only into a machine that has no
            network:

                redoubt record root sign --media REQUEST-MEDIUM --key record-root.key

            record-root.pem is the public half; it may be given to anybody.
            signed.txt, once it is there, says what this copy has signed. Never remove it.
            docs/ceremonies.md of Redoubt says who does what, and what to do when this is lost.
            """;

    /// Makes a copy, or takes one that is there already and opens with the passphrase.
    ///
    /// @param medium where the medium is mounted
    public static RootCopy write(Path medium, RecordRoot root, char[] passphrase)
            throws IOException {
        MediaFile.requireFolder(medium);
        var folder = folder(medium, root.publicKey());
        var keyFile = folder.resolve(KEY_FILE);
        MediaFile.folder(folder);
        if (!MediaFile.exists(keyFile)) {
            String text = RootKeyFile.protect(root, passphrase);
            MediaFile.write(folder.resolve("README"), README.replace("NAME", root.name()));
            MediaFile.write(
                    folder.resolve(RootKeyFile.PUBLIC_HALF),
                    RootKeyFile.publicPem(root.publicKey()));
            MediaFile.write(folder.resolve(SUMS), sums(text));
            MediaFile.writeSecret(keyFile, text.getBytes(StandardCharsets.US_ASCII));
        }
        return verify(medium, root.publicKey(), passphrase);
    }

    private static String sums(String text) {
        return Bytes.of(Hashes.sha256(text.getBytes(StandardCharsets.US_ASCII))).hex()
                + "  "
                + KEY_FILE
                + "\n";
    }

    /// Reads a copy back from the medium and tries it.
    ///
    /// @throws RootRefusedException when it is not a copy of this root that the passphrase opens
    static RootCopy verify(Path medium, Bytes publicKey, char[] passphrase) throws IOException {
        var folder = folder(medium, publicKey);
        byte[] file = MediaFile.read(folder.resolve(KEY_FILE), RootKeyFile.FILE_BYTES_MAX);
        requireUndamaged(folder, file);
        var copied = RootKeyFile.open(file, passphrase);
        if (!copied.publicKey().equals(publicKey))
            throw new RootRefusedException(
                    "%s holds another root (%s) than this site's (%s). Nothing was removed from this host."
                            .formatted(folder, copied.name(), RecordRoot.name(publicKey)));
        return new RootCopy(folder, Bytes.of(Hashes.sha256(file)));
    }

    // A trial signature does not notice every change: some parts of a key only round what it signs.
    private static void requireUndamaged(Path folder, byte[] file) throws IOException {
        byte[] written = MediaFile.read(folder.resolve(SUMS), SUMS_BYTES_MAX);
        String found = sums(new String(file, StandardCharsets.US_ASCII));
        if (!found.equals(new String(written, StandardCharsets.US_ASCII)))
            throw new RootRefusedException(
                    "%s was damaged or changed since it was written: its SHA-256 is not the one beside it. Nothing was removed from this host. Take another medium, or remove that folder and carry the root again."
                            .formatted(folder.resolve(KEY_FILE)));
    }

    /// The public half on a medium that holds one root's copy, or the public half alone.
    public static Path publicHalf(Path medium) throws IOException {
        MediaFile.requireFolder(medium);
        var alone = medium.resolve(RootKeyFile.PUBLIC_HALF);
        if (MediaFile.exists(alone)) return alone;
        try (var folders = Files.list(medium)) {
            var found =
                    folders.filter(folder ->
                                    String.valueOf(folder.getFileName()).startsWith(PREFIX))
                            .map(folder -> folder.resolve(RootKeyFile.PUBLIC_HALF))
                            .filter(MediaFile::exists)
                            .toList();
            if (found.size() != 1)
                throw new RootRefusedException(
                        "%s holds the public halves of %d record roots. Put the one that is meant onto the medium as %s."
                                .formatted(medium, found.size(), RootKeyFile.PUBLIC_HALF));
            return found.getFirst();
        }
    }

    private static Path folder(Path medium, Bytes publicKey) {
        return medium.resolve(PREFIX + RecordRoot.name(publicKey));
    }
}
