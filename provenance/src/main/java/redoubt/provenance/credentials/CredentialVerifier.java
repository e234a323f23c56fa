package redoubt.provenance.credentials;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Checks Content Credentials offline. Thread safe.
public final class CredentialVerifier implements AutoCloseable {
    private CredentialVerifier() {}

    /// Opens the library in `nativeDir`.
    public static CredentialVerifier open(Path nativeDir) throws CredentialException {
        return Hex.pending();
    }

    /// @param file the asset: text of the detached form, or the file with its manifest inside
    /// @param manifest the `.c2pa` file of the detached form, null for the others
    public CredentialVerdict verify(
            Form form, byte[] file, byte @Nullable [] manifest, TrustAnchors anchors) {
        return Hex.pending();
    }

    @Override
    public void close() {}
}
