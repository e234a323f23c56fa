package redoubt.provenance.witness;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Checkpoint;
import redoubt.provenance.record.MalformedRecordException;
import redoubt.provenance.record.Merkle;

/// What shows to somebody who saw a log at one size that a later checkpoint only adds to it. As a
/// file it is the beginning of a request to a witness, up to and with the empty line; the
/// checkpoint follows it there. Immutable, any thread. Source: C2SP tlog-witness (add-checkpoint);
/// docs/audit-record.md section 12.2.
///
/// @param from the size that was seen
/// @param proof RFC 6962 section 2.1.2
public record Growth(long from, List<Bytes> proof) {
    static final int FILE_BYTES_MAX = 4_096;
    private static final int HASHES_MAX = 63;
    private static final Pattern OLD = Pattern.compile("old ([1-9][0-9]{0,17})");

    public Growth {
        proof = List.copyOf(proof);
    }

    /// Whether the later checkpoint adds to the earlier one.
    boolean leads(Checkpoint earlier, Checkpoint later) {
        return from == earlier.size()
                && Merkle.isConsistent(from, earlier.root(), later.size(), later.root(), proof);
    }

    /// Name of its file on a medium.
    public String file() {
        return file(from);
    }

    static String file(long from) {
        return VisitFiles.CONSISTENCY + "/%016d".formatted(from);
    }

    public byte[] encode() {
        StringBuilder text = new StringBuilder("old " + from + "\n");
        for (Bytes hash : proof) {
            text.append(Base64.getEncoder().encodeToString(hash.toArray())).append('\n');
        }
        return text.append('\n').toString().getBytes(StandardCharsets.US_ASCII);
    }

    static Growth decode(byte[] file) throws MalformedRecordException {
        String text;
        try {
            text = StandardCharsets.US_ASCII.newDecoder().decode(ByteBuffer.wrap(file)).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedRecordException("The consistency proof is not ASCII.", e);
        }
        String[] lines = text.split("\n", -1);
        int end = lines.length - 2;
        var old = OLD.matcher(lines[0]);
        if (end < 1
                || end > HASHES_MAX + 1
                || !old.matches()
                || !lines[end].isEmpty()
                || !lines[end + 1].isEmpty()) {
            throw new MalformedRecordException(
                    "The consistency proof does not read: old SIZE, hashes, an empty line.");
        }
        List<Bytes> hashes = new ArrayList<>();
        for (int i = 1; i < end; i++) {
            hashes.add(hash(lines[i]));
        }
        return new Growth(Long.parseLong(old.group(1)), hashes);
    }

    private static Bytes hash(String line) throws MalformedRecordException {
        try {
            byte[] hash = Base64.getDecoder().decode(line);
            if (hash.length == 32 && Base64.getEncoder().encodeToString(hash).equals(line)) {
                return Bytes.of(hash);
            }
        } catch (IllegalArgumentException e) {
            throw new MalformedRecordException("A hash of the consistency proof is not base64.", e);
        }
        throw new MalformedRecordException("A hash of the consistency proof is not a SHA-256.");
    }
}
