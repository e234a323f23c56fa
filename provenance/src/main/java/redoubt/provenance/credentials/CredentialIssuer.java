package redoubt.provenance.credentials;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redoubt.foreign.c2pa.C2pa;
import redoubt.foreign.c2pa.C2paException;
import redoubt.foreign.c2pa.SigningContext;

/// Stamps answers with Content Credentials.
///
/// Owns the library's signing context, and a new one when the site's signing key has been replaced.
/// Thread safe; stamps run beside each other. The library signs a manifest that already holds the
/// hash of its asset and the range left out for itself; where the manifest is carried inside, the
/// padding of its signature is then cut so that it fills that range to the byte. Source:
/// docs/content-credentials.md sections 3 and 4.
public final class CredentialIssuer implements AutoCloseable {
    /// About one signature in two has a length from which the fit can be reached.
    private static final int ATTEMPTS_MAX = 64;

    private static final int PAD_BYTES_MAX = 255;

    /// Room beyond the smallest length, for what differs from one signature to the next.
    private static final int ROOM_BYTES = 48;

    private final C2pa library;
    private final SiteAuthority authority;
    private final String version;
    private @Nullable Signer current;
    private boolean closed;

    /// A signing key and the native context that holds its certificate.
    private static final class Signer {
        private final KeyFile keys;
        private final SigningContext context;

        Signer(KeyFile keys, SigningContext context) {
            this.keys = keys;
            this.context = context;
        }

        byte[] sign(byte[] toBeSigned) throws GeneralSecurityException {
            Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initSign(keys.key());
            signature.update(toBeSigned);
            return signature.sign();
        }

        byte[] manifest(String definition) throws CredentialException {
            try {
                return context.sign(definition, this::sign);
            } catch (C2paException e) {
                throw new CredentialException(
                        "The answer could not be given its credential. " + e.sentence(), e);
            }
        }
    }

    private CredentialIssuer(C2pa library, SiteAuthority authority, String version) {
        this.library = library;
        this.authority = authority;
        this.version = version;
    }

    /// Opens the library in `nativeDir`.
    ///
    /// @param version of Redoubt, named in every manifest
    public static CredentialIssuer open(Path nativeDir, SiteAuthority authority, String version)
            throws CredentialException {
        try {
            CredentialIssuer issuer =
                    new CredentialIssuer(C2pa.open(nativeDir), authority, version);
            issuer.signer(); // a certificate that the library refuses is found now, not at an
            // answer
            return issuer;
        } catch (C2paException e) {
            throw new CredentialException(e.sentence(), e);
        }
    }

    /// Makes one form of an answer with its credential.
    ///
    /// @throws CredentialException when it cannot be made; nothing may leave without it then
    public Stamped stamp(Form form, AnswerText text, ManifestFacts facts)
            throws CredentialException {
        if (!facts.entry().contentSha256().equals(text.sha256())) {
            throw new IllegalArgumentException("the entry speaks of another text");
        }
        try {
            return form == Form.DETACHED ? detached(text, facts) : carried(form, text, facts);
        } catch (MalformedManifestException e) {
            throw new CredentialException(
                    "The C2PA library made a manifest that is not understood: " + e.sentence(), e);
        }
    }

    private Stamped detached(AnswerText text, ManifestFacts facts)
            throws CredentialException, MalformedManifestException {
        byte[] content = text.shared();
        String definition =
                ManifestDefinition.json(Form.DETACHED, facts, version, Hex.digest(content), null);
        ManifestStore made = ManifestStore.read(signer().manifest(definition));
        ManifestStore store = ManifestStore.read(made.withSignature(made.envelope().padded(0)));
        return new Stamped(
                Form.DETACHED, store.urn(), content, store.bytes(), store.hashes(content));
    }

    private Stamped carried(Form form, AnswerText text, ManifestFacts facts)
            throws CredentialException, MalformedManifestException {
        Carrier carrier = Carrier.of(form);
        byte[] content = text.shared();
        byte[] digest = Hex.digest(content);
        int offset = carrier.offset(content);
        // The first manifest only shows how long they are; the range it names is a guess.
        int reserved = 1 << 15;
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            String definition =
                    ManifestDefinition.json(
                            form,
                            facts,
                            version,
                            digest,
                            new ManifestDefinition.Exclusion(offset, reserved));
            ManifestStore made = ManifestStore.read(signer().manifest(definition));
            byte[] fitted = fit(carrier, content, made, reserved);
            if (fitted != null) {
                byte[] file = carrier.embed(content, fitted);
                ManifestStore store = ManifestStore.read(fitted);
                return new Stamped(form, store.urn(), file, fitted, store.hashes(file));
            }
            int least = carrier.length(content, made.withSignature(made.envelope().padded(0)));
            if (reserved < least || reserved > least + 3 * ROOM_BYTES) {
                reserved = least + ROOM_BYTES;
            }
        }
        throw new CredentialException(
                "The answer could not be given its "
                        + form.extension()
                        + " credential: no exact fit in "
                        + ATTEMPTS_MAX
                        + " attempts.");
    }

    /// The manifest with just the padding that makes it as long as the range it names, or null when
    /// this signature cannot be brought to that length.
    private static byte @Nullable [] fit(
            Carrier carrier, byte[] content, ManifestStore made, int reserved)
            throws MalformedManifestException {
        CoseEnvelope envelope = made.envelope();
        for (int pad = 0; pad <= PAD_BYTES_MAX; pad++) {
            byte[] manifest = made.withSignature(envelope.padded(pad));
            int length = carrier.length(content, manifest);
            if (length == reserved) {
                return manifest;
            }
            if (length > reserved) {
                return null;
            }
            pad += Math.max(0, (reserved - length) / 4 - 8);
        }
        return null;
    }

    private synchronized Signer signer() throws CredentialException {
        if (closed) {
            throw new IllegalStateException("the issuer is closed");
        }
        KeyFile keys = authority.signer();
        Signer signer = current;
        if (signer == null || signer.keys != keys) {
            SigningContext context;
            try {
                context =
                        library.signing(
                                LibrarySettings.signing(),
                                TrustAnchors.pemOf(List.of(keys.certificate())));
            } catch (C2paException e) {
                throw new CredentialException(e.sentence(), e);
            }
            // The old context is not freed: a stamp may be using it, and there is one in thirty
            // days.
            signer = new Signer(keys, context);
            current = signer;
        }
        return signer;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (current != null) {
            current.context.close();
            current = null;
        }
    }
}
