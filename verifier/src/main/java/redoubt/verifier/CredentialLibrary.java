package redoubt.verifier;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import redoubt.provenance.credentials.CredentialException;
import redoubt.provenance.credentials.CredentialVerifier;

/// The native library that checks credentials, out of our own jar, where there is one for this
/// platform.
///
/// It is written to a folder that only this account can enter, compared with what is in the jar,
/// opened, and removed on close. One thread.
final class CredentialLibrary implements AutoCloseable {
    private static final String FILE = "libredoubt_c2pa.so";
    private static final String NATIVE_FOLDER = "redoubt.native";

    private final CredentialVerifier verifier;
    private final Optional<Path> folder;

    private CredentialLibrary(CredentialVerifier verifier, Optional<Path> folder) {
        this.verifier = verifier;
        this.folder = folder;
    }

    CredentialVerifier verifier() {
        return verifier;
    }

    /// The library of the system property `redoubt.native`, else the one in the jar, else none.
    static CredentialLibrary open() throws IOException {
        String given = System.getProperty(NATIVE_FOLDER, "");
        if (!given.isEmpty()) {
            return opened(Path.of(given), Optional.empty());
        }
        String platform = platform();
        try (InputStream packed =
                CredentialLibrary.class.getResourceAsStream(
                        "/redoubt/verifier/native/" + platform + "/" + FILE)) {
            if (packed == null) {
                return without("this jar has no credential library for " + platform);
            }
            Path folder = Files.createTempDirectory("redoubt-verify-");
            return extracted(packed.readAllBytes(), folder);
        }
    }

    private static CredentialLibrary extracted(byte[] packed, Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        Files.write(file, packed);
        if (!Arrays.equals(sha256(packed), sha256(Files.readAllBytes(file)))) {
            delete(folder);
            return without("the credential library changed while it was written to " + folder);
        }
        return opened(folder, Optional.of(folder));
    }

    private static CredentialLibrary opened(Path library, Optional<Path> folder) {
        try {
            return new CredentialLibrary(CredentialVerifier.open(library), folder);
        } catch (CredentialException e) {
            return new CredentialLibrary(
                    CredentialVerifier.withoutLibrary(String.valueOf(e.getMessage())), folder);
        }
    }

    private static CredentialLibrary without(String why) {
        return new CredentialLibrary(CredentialVerifier.withoutLibrary(why), Optional.empty());
    }

    private static String platform() {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String machine = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        return system.replace(' ', '-')
                + "-"
                + (machine.equals("amd64") || machine.equals("x86_64") ? "x64" : machine);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static void delete(Path folder) throws IOException {
        Files.deleteIfExists(folder.resolve(FILE));
        Files.deleteIfExists(folder);
    }

    @Override
    public void close() throws IOException {
        if (folder.isPresent()) {
            delete(folder.get());
        }
    }
}
