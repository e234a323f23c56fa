package redoubt.provenance.credentials;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// A.9 for Markdown: the manifest as a data URI in a comment on the first line, or, when the text
/// opens with front matter, on lines of its own behind the opening fence.
///
/// The hash does not cover the comment, so reading accepts it in exactly one spelling, the one that
/// is written here: a byte that could be changed unseen is a fault. Searching is linear. Stateless,
/// any thread. Source: C2PA 2.4, A.9.
final class MarkdownCarrier implements Carrier {
    static final MarkdownCarrier INSTANCE = new MarkdownCarrier();

    private static final String BEGIN = "-----BEGIN C2PA MANIFEST-----";
    private static final String END = "-----END C2PA MANIFEST-----";
    private static final String URI = "data:application/c2pa;base64,";
    private static final String[] FENCES = {"---", "+++"};

    private MarkdownCarrier() {}

    @Override
    public int offset(byte[] content) {
        return frontMatter(latin1(content));
    }

    @Override
    public int length(byte[] content, byte[] manifest) {
        return block(offset(content) > 0, manifest).length;
    }

    @Override
    public byte[] embed(byte[] content, byte[] manifest) {
        int offset = offset(content);
        ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + 2 * manifest.length);
        out.write(content, 0, offset);
        out.writeBytes(block(offset > 0, manifest));
        out.write(content, offset, content.length - offset);
        return out.toByteArray();
    }

    private static byte[] block(boolean inFrontMatter, byte[] manifest) {
        String uri = URI + Base64.getEncoder().encodeToString(manifest);
        String block =
                inFrontMatter
                        ? BEGIN + "\n" + uri + "\n" + END + "\n"
                        : "<!-- " + BEGIN + " " + uri + " " + END + " -->\n";
        return block.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public @Nullable Carried extract(byte[] file) throws MalformedManifestException {
        String text = latin1(file);
        int begin = text.indexOf(BEGIN);
        if (begin < 0) {
            return null;
        }
        if (text.indexOf(BEGIN, begin + 1) >= 0) {
            throw new MalformedManifestException(
                    "manifest.structuredText.multipleReferences",
                    "The text carries more than one credential, so none of them counts.");
        }
        int end = text.indexOf(END, begin);
        int uri = text.indexOf(URI, begin);
        if (end < 0 || uri < 0 || uri > end) {
            throw corrupted();
        }
        byte[] manifest;
        try {
            manifest = Base64.getDecoder().decode(text.substring(uri + URI.length(), end).strip());
        } catch (IllegalArgumentException e) {
            throw corrupted();
        }
        boolean inFrontMatter = text.charAt(uri - 1) == '\n';
        byte[] block = block(inFrontMatter, manifest);
        int start = inFrontMatter ? begin : 0;
        byte[] content = without(file, start, block);
        if (offset(content) != start) {
            throw corrupted();
        }
        return new Carried(manifest, content);
    }

    private static byte[] without(byte[] file, int start, byte[] block)
            throws MalformedManifestException {
        int end = start + block.length;
        if (end > file.length || !Arrays.equals(file, start, end, block, 0, block.length)) {
            throw corrupted();
        }
        byte[] content = new byte[file.length - block.length];
        System.arraycopy(file, 0, content, 0, start);
        System.arraycopy(file, end, content, start, file.length - end);
        return content;
    }

    private static MalformedManifestException corrupted() {
        return new MalformedManifestException(
                "manifest.structuredText.corrupted",
                "The comment that carries the credential is not as it was written.");
    }

    /// Offset after the opening fence of front matter, or 0 when the text has none.
    private static int frontMatter(String text) {
        for (String fence : FENCES) {
            if (!text.startsWith(fence + "\n")) {
                continue;
            }
            int open = fence.length() + 1;
            for (int line = open; line < text.length(); ) {
                int newline = text.indexOf('\n', line);
                int next = newline < 0 ? text.length() : newline;
                if (text.substring(line, next).stripTrailing().equals(fence)) {
                    return open;
                }
                line = next + 1;
            }
        }
        return 0;
    }

    /// One character a byte: the marks are ASCII, and offsets stay those of the bytes.
    private static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
