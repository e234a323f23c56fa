package redoubt.provenance.credentials;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/// A private key and its certificate, kept in one PEM file so that the two can never be a mixed
/// pair.
///
/// Immutable, any thread. Files are mode 0600, written aside, made durable and renamed.
final class KeyFile {
    private static final String BEGIN_KEY = "-----BEGIN PRIVATE KEY-----";
    private static final String END_KEY = "-----END PRIVATE KEY-----";
    private static final long FILE_BYTES_MAX = 64 << 10;

    private final PrivateKey key;
    private final X509Certificate certificate;

    KeyFile(PrivateKey key, X509Certificate certificate) {
        this.key = key;
        this.certificate = certificate;
    }

    PrivateKey key() {
        return key;
    }

    X509Certificate certificate() {
        return certificate;
    }

    static KeyFile read(Path file) throws CredentialException {
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw new CredentialException(file + " is far too large to be a key file.");
            }
            if (Files.getPosixFilePermissions(file).stream().anyMatch(KeyFile::isForOthers)) {
                throw new CredentialException(
                        file
                                + " can be read by other accounts of this machine, so its key can no longer be"
                                + " called secret. Find out who read it; then chmod 600, or remove the file to"
                                + " have a new one made.");
            }
            String pem = Files.readString(file, StandardCharsets.US_ASCII);
            int begin = pem.indexOf(BEGIN_KEY);
            int end = pem.indexOf(END_KEY);
            if (begin < 0 || end < begin) {
                throw new CredentialException(file + " holds no private key.");
            }
            byte[] der =
                    Base64.getMimeDecoder().decode(pem.substring(begin + BEGIN_KEY.length(), end));
            KeyFile read =
                    new KeyFile(
                            KeyFactory.getInstance("EC")
                                    .generatePrivate(new PKCS8EncodedKeySpec(der)),
                            (X509Certificate)
                                    CertificateFactory.getInstance("X.509")
                                            .generateCertificate(
                                                    new ByteArrayInputStream(
                                                            pem.substring(end + END_KEY.length())
                                                                    .strip()
                                                                    .getBytes(
                                                                            StandardCharsets
                                                                                    .US_ASCII))));
            read.requirePair(file);
            return read;
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new CredentialException(
                    "The key file " + file + " cannot be read: " + e.getMessage() + ".", e);
        }
    }

    private static boolean isForOthers(PosixFilePermission permission) {
        return !permission.name().startsWith("OWNER");
    }

    private void requirePair(Path file) throws GeneralSecurityException, CredentialException {
        byte[] probe = {1};
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(key);
        signature.update(probe);
        byte[] signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        signature.update(probe);
        if (!signature.verify(signed)) {
            throw new CredentialException(
                    "The key in " + file + " does not belong to the certificate beside it.");
        }
    }

    void write(Path file) throws CredentialException {
        String pem =
                BEGIN_KEY
                        + "\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'})
                                .encodeToString(key.getEncoded())
                        + "\n"
                        + END_KEY
                        + "\n"
                        + TrustAnchors.pemOf(List.of(certificate));
        writeDurably(file, pem, PosixFilePermissions.fromString("rw-------"));
    }

    /// Writes aside, makes the bytes durable, renames, makes the name durable.
    static void writeDurably(Path file, String text, Set<PosixFilePermission> permissions)
            throws CredentialException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IllegalArgumentException("a file in no folder: " + file);
        }
        try {
            Files.createDirectories(folder);
            Path part =
                    Files.createTempFile(
                            folder, ".new-", "", PosixFilePermissions.asFileAttribute(permissions));
            try {
                try (FileChannel out = FileChannel.open(part, StandardOpenOption.WRITE)) {
                    ByteBuffer bytes = StandardCharsets.US_ASCII.encode(text);
                    while (bytes.hasRemaining()) {
                        out.write(bytes);
                    }
                    out.force(true);
                }
                Files.setPosixFilePermissions(part, permissions);
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(part);
            }
            try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
                names.force(true);
            }
        } catch (IOException e) {
            throw new CredentialException(
                    "The file " + file + " cannot be written: " + e.getMessage() + ".", e);
        }
    }
}
