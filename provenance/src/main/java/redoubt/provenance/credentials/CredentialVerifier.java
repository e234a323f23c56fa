package redoubt.provenance.credentials;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import redoubt.foreign.c2pa.C2pa;
import redoubt.foreign.c2pa.C2paException;
import redoubt.foreign.c2pa.ReadingContext;

/// Checks Content Credentials offline.
///
/// Two checks that share no code have to agree: ours takes the file apart and compares the content
/// with the hash that the manifest's audit entry names; the library checks the signature, the
/// certificate and its own hash. Thread safe; each call makes its own native objects. Source: C2PA
/// 2.4 section 15; docs/content-credentials.md section 7.
public final class CredentialVerifier {
    private static final String MALFORMED = "redoubt.manifest.malformed";

    private final @Nullable C2pa library;
    private final String whyNot;

    private CredentialVerifier(@Nullable C2pa library, String whyNot) {
        this.library = library;
        this.whyNot = whyNot;
    }

    /// Opens the library in `nativeDir`.
    ///
    /// @throws CredentialException when it cannot be opened
    public static CredentialVerifier open(Path nativeDir) throws CredentialException {
        try {
            return new CredentialVerifier(C2pa.open(nativeDir), "");
        } catch (C2paException e) {
            throw new CredentialException(e.sentence(), e);
        }
    }

    /// A verifier for a machine that has no library: it still finds what is broken on the outside,
    /// and says {@link CredentialVerdict.Unchecked} otherwise.
    public static CredentialVerifier withoutLibrary(String why) {
        return new CredentialVerifier(null, why);
    }

    /// @param file the asset: the text of the detached form, or the file with its manifest inside
    /// @param manifest the `.c2pa` file of the detached form, null for the others
    public CredentialVerdict verify(
            Form form, byte[] file, byte @Nullable [] manifest, TrustAnchors anchors) {
        return switch (CredentialFile.open(form, file, manifest)) {
            case CredentialFile.Absent absent -> new CredentialVerdict.Absent(absent.sentence());
            case CredentialFile.Broken broken ->
                    new CredentialVerdict.Invalid(broken.code(), broken.sentence());
            case CredentialFile.Opened opened -> check(opened, file, anchors);
        };
    }

    private CredentialVerdict check(
            CredentialFile.Opened opened, byte[] file, TrustAnchors anchors) {
        if (library == null) {
            return new CredentialVerdict.Unchecked(whyNot);
        }
        ReadingContext reading;
        try {
            reading = library.reading(LibrarySettings.reading(anchors));
        } catch (C2paException e) {
            // Nothing of the credential was looked at yet.
            return new CredentialVerdict.Unchecked(e.sentence());
        }
        String report;
        try (ReadingContext context = reading) {
            byte[] beside = opened.form() == Form.DETACHED ? opened.manifest() : null;
            report = context.read(opened.form().mediaType(), file, beside);
        } catch (C2paException e) {
            return new CredentialVerdict.Invalid(MALFORMED, e.sentence());
        }
        return LibraryReport.verdict(report, opened);
    }
}
