package redoubt.provenance.credentials;

import org.jspecify.annotations.Nullable;

/// How a form carries a manifest: where it goes, how many bytes it takes there, and how it is found
/// again. Implementations are stateless; any thread.
sealed interface Carrier permits TextCarrier, MarkdownCarrier {

    static Carrier of(Form form) {
        return switch (form) {
            case TEXT -> TextCarrier.INSTANCE;
            case MARKDOWN -> MarkdownCarrier.INSTANCE;
            case DETACHED -> throw new IllegalArgumentException("a detached form carries nothing");
        };
    }

    /// Offset in the content at which the manifest's bytes begin.
    int offset(byte[] content);

    /// Bytes that the carried manifest takes.
    int length(byte[] content, byte[] manifest);

    byte[] embed(byte[] content, byte[] manifest);

    /// Finds the one manifest of a file; null when the file has none at all.
    ///
    /// @throws MalformedManifestException when there is more than one, or one that is broken
    @Nullable Carried extract(byte[] file) throws MalformedManifestException;

    /// What was found: the manifest, and the content without it.
    final class Carried {
        final byte[] manifest;
        final byte[] content;

        Carried(byte[] manifest, byte[] content) {
            this.manifest = manifest;
            this.content = content;
        }
    }
}
