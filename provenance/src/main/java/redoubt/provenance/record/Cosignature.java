package redoubt.provenance.record;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// One line under a checkpoint by which a witness says: at this time, this was the largest
/// consistent tree that I had seen of this log. Reading one does not verify it. Immutable, any
/// thread. Source: C2SP tlog-cosignature v1; docs/audit-record.md sections 7.2 and 12.
///
/// @param name of the witness's key
/// @param keyId the first four bytes of a hash over name and key
/// @param atSeconds POSIX time by the witness's clock
/// @param signature the 2,420 bytes of ML-DSA-44
public record Cosignature(String name, Bytes keyId, long atSeconds, Bytes signature) {
    /// No file with one line is longer.
    public static final int FILE_BYTES_MAX = 4_096;

    /// Reads a file that holds one line and nothing else.
    ///
    /// @throws MalformedRecordException when it is anything else
    public static Cosignature parse(byte[] file) throws MalformedRecordException {
        if (file.length > FILE_BYTES_MAX) {
            throw new MalformedRecordException("The cosignature is longer than 4 KiB.");
        }
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(file)).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedRecordException("The cosignature is not UTF-8.", e);
        }
        int end = text.length() - 1;
        if (end < 1 || text.indexOf('\n') != end || text.chars().limit(end).anyMatch(c -> c < 32)) {
            throw new MalformedRecordException(
                    "The file is not one line of a cosignature with a newline behind it.");
        }
        return of(SignedNote.line(text.substring(0, end)))
                .orElseThrow(() ->
                        new MalformedRecordException(
                                "The line is not an ML-DSA-44 cosignature with its time."));
    }

    /// The line with its newline.
    public String text() {
        byte[] timed =
                ByteBuffer.allocate(Long.BYTES + signature.length())
                        .putLong(atSeconds)
                        .put(signature.toArray())
                        .array();
        return new SignedNote.Line(name, keyId, Bytes.of(timed)).text();
    }

    /// Empty when the line has another shape, as the log's own first line has.
    static Optional<Cosignature> of(SignedNote.Line line) {
        if (line.signature().length() != Long.BYTES + MlDsa.ML_DSA_44.signatureBytes()) {
            return Optional.empty();
        }
        ByteBuffer timed = ByteBuffer.wrap(line.signature().toArray());
        long atSeconds = timed.getLong();
        byte[] signature = new byte[timed.remaining()];
        timed.get(signature);
        return atSeconds < 0 || !Witness.isName(line.name())
                ? Optional.empty()
                : Optional.of(
                        new Cosignature(line.name(), line.keyId(), atSeconds, Bytes.of(signature)));
    }
}
