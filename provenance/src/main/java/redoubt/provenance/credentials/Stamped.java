package redoubt.provenance.credentials;

/// One form of an answer with its credential, ready to be sealed in the record and handed out.
///
/// Only {@link CredentialIssuer} makes one. Immutable: the arrays are copied on the way out. Any
/// thread.
public final class Stamped {
    private final Form form;
    private final String urn;
    private final byte[] bytes;
    private final byte[] manifest;
    private final ManifestHashes hashes;

    Stamped(Form form, String urn, byte[] bytes, byte[] manifest, ManifestHashes hashes) {
        this.form = form;
        this.urn = urn;
        this.bytes = bytes;
        this.manifest = manifest;
        this.hashes = hashes;
    }

    public Form form() {
        return form;
    }

    /// Label of the manifest, `urn:c2pa:` and a UUID.
    public String urn() {
        return urn;
    }

    /// The file: the answer's own bytes for the detached form, with the manifest inside otherwise.
    public byte[] bytes() {
        return bytes.clone();
    }

    /// The manifest store, which is the `.c2pa` file of the detached form.
    public byte[] manifest() {
        return manifest.clone();
    }

    public ManifestHashes hashes() {
        return hashes;
    }
}
