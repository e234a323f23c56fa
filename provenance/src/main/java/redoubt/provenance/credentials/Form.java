package redoubt.provenance.credentials;

/// The ways in which an answer leaves with its credential.
///
/// A form decides where the manifest goes and which bytes are the asset. Immutable, any thread.
/// Source: C2PA 2.4, A.8 (unstructured text) and A.9 (structured text);
/// docs/content-credentials.md.
public enum Form {
    /// The exact NFC UTF-8 bytes of the answer, with the manifest in a file of its own.
    DETACHED("text/plain", "c2pa"),
    /// A text file that carries the manifest as a run of invisible variation selectors (A.8).
    TEXT("text/plain", "txt"),
    /// A Markdown file that carries the manifest in a comment (A.9).
    MARKDOWN("text/markdown", "md");

    private final String mediaType;
    private final String extension;

    Form(String mediaType, String extension) {
        this.mediaType = mediaType;
        this.extension = extension;
    }

    /// Media type of the asset that the manifest is about.
    public String mediaType() {
        return mediaType;
    }

    /// Extension, without a dot, of the file that holds the manifest.
    public String extension() {
        return extension;
    }
}
