package redoubt.provenance.record;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// The three lines of a checkpoint without signatures, as they are on paper and in a QR code. They
/// accuse nobody, but whoever kept them sees whether a record is still the same. Immutable, any
/// thread. Source: docs/audit-record.md section 12.6.
///
/// @param origin names the log
/// @param size how many entries it covers
/// @param root RFC 6962 root over them
public record PaperCheckpoint(String origin, long size, Bytes root) {
    private static final int BYTES_MAX = 256;

    /// The three lines, each with its newline.
    public String text() {
        return CheckpointNote.text(origin, size, root);
    }

    /// Whether a file cannot be a signed checkpoint, which has an empty line above its signatures.
    public static boolean isMeant(byte[] file) {
        return file.length <= BYTES_MAX
                && !new String(file, StandardCharsets.ISO_8859_1).contains("\n\n");
    }

    /// Reads the three lines; the last newline may be missing, as some who read QR codes drop it.
    ///
    /// @throws MalformedRecordException when the bytes are anything else
    public static PaperCheckpoint parse(byte[] bytes) throws MalformedRecordException {
        if (bytes.length > BYTES_MAX)
            throw new MalformedRecordException("The checkpoint's text is longer than three lines.");
        String text;
        try {
            text = StandardCharsets.US_ASCII.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException beyond) {
            throw new MalformedRecordException("The checkpoint's text is not ASCII.", beyond);
        }
        return CheckpointNote.parseText(text.endsWith("\n") ? text : text + "\n");
    }
}
