package redoubt.provenance.credentials;

import org.jspecify.annotations.Nullable;

/// A file with its credential taken apart, before anything is believed.
///
/// Needs no native library: it gives a verifier the hashes that the record speaks of. Immutable,
/// any thread.
public sealed interface CredentialFile {

    /// A manifest was found. Nothing is said yet about whether it holds.
    final class Opened implements CredentialFile {
        private final Form form;
        private final String urn;
        private final byte[] manifest;
        private final String contentSha256;
        private final ManifestHashes hashes;

        private Opened(Form form, ManifestStore store, byte[] content, byte[] file)
                throws MalformedManifestException {
            this.form = form;
            this.urn = store.urn();
            this.manifest = store.bytes();
            this.contentSha256 = Hex.sha256(content);
            this.hashes = store.hashes(file);
        }

        public Form form() {
            return form;
        }

        /// Label of the manifest.
        public String urn() {
            return urn;
        }

        /// The manifest store.
        public byte[] manifest() {
            return manifest.clone();
        }

        /// SHA-256 of the answer without its manifest, which the OUTPUT entry names.
        public String contentSha256() {
            return contentSha256;
        }

        /// The hashes that the SEAL entry names.
        public ManifestHashes hashes() {
            return hashes;
        }
    }

    /// There is something like a credential, and it is not whole.
    record Broken(String code, String sentence) implements CredentialFile {}

    /// There is no credential.
    record Absent(String sentence) implements CredentialFile {}

    /// @param manifest the `.c2pa` file of the detached form, null for the others
    static CredentialFile open(Form form, byte[] file, byte @Nullable [] manifest) {
        if ((form == Form.DETACHED) == (manifest == null)) {
            return form == Form.DETACHED
                    ? new Absent("The answer's .c2pa file is missing.")
                    : new Broken(
                            "redoubt.form.mixed",
                            "This file carries its credential inside, yet another came with it.");
        }
        try {
            byte[] content = file;
            byte[] found = manifest;
            if (form != Form.DETACHED) {
                Carrier.Carried carried = Carrier.of(form).extract(file);
                if (carried == null) {
                    return new Absent("The file carries no credential.");
                }
                content = carried.content;
                found = carried.manifest;
            }
            if (found == null) {
                throw new AssertionError("a detached form has its manifest");
            }
            ManifestStore store = ManifestStore.read(found);
            store.requireExact();
            return new Opened(form, store, content, file);
        } catch (MalformedManifestException e) {
            return new Broken(e.code(), e.sentence());
        }
    }
}
