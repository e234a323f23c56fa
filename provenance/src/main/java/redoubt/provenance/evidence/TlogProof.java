package redoubt.provenance.evidence;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Refusal;

/// Inclusion of one entry under the checkpoint of a package, in the form that the tools of
/// transparency logs read. Immutable. Source: C2SP tlog-proof v1; docs/audit-record.md section
/// 11.1.
///
/// @param path hashes beside the way from the leaf to the root, lowest first
record TlogProof(long index, List<Bytes> path) {
    private static final String FIRST = "c2sp.org/tlog-proof@v1\n";
    private static final int HASHES_MAX = 63;
    private static final int LINE_CHARACTERS = 45;

    TlogProof {
        path = List.copyOf(path);
    }

    byte[] encode(String checkpoint) {
        return (FIRST + "index " + index + "\n" + lines(path) + "\n" + checkpoint)
                .getBytes(StandardCharsets.UTF_8);
    }

    /// @param checkpoint the one that it must quote, byte by byte
    static TlogProof parse(String name, byte[] bytes, long index, String checkpoint)
            throws Refusal {
        String text = new String(bytes, StandardCharsets.UTF_8);
        String head = FIRST + "index " + index + "\n";
        String tail = "\n" + checkpoint;
        if (!text.startsWith(head) || text.length() < head.length() + tail.length())
            throw malformed(name);
        TlogProof proof =
                new TlogProof(
                        index,
                        hashes(
                                name,
                                text.substring(head.length(), text.length() - tail.length()),
                                HASHES_MAX));
        if (!new String(proof.encode(checkpoint), StandardCharsets.UTF_8).equals(text))
            throw malformed(name);
        return proof;
    }

    private static Refusal malformed(String name) {
        return new Refusal("proofs", name + " is not a proof under the package's own checkpoint.");
    }

    static String lines(List<Bytes> hashes) {
        StringBuilder lines = new StringBuilder();
        for (Bytes hash : hashes)
            lines.append(Base64.getEncoder().encodeToString(hash.toArray())).append('\n');
        return lines.toString();
    }

    /// Hashes in base64, each on a line of its own.
    static List<Bytes> hashes(String name, String lines, int hashesMax) throws Refusal {
        List<Bytes> hashes = new ArrayList<>();
        if (lines.isEmpty()) return hashes;
        // Before it is taken apart: of 64 MiB of newlines each would be a line.
        if (lines.length() > hashesMax * LINE_CHARACTERS || !lines.endsWith("\n"))
            throw notHashes(name);
        for (String line : lines.substring(0, lines.length() - 1).split("\n", -1)) {
            try {
                hashes.add(Bytes.of(Base64.getDecoder().decode(line)));
            } catch (IllegalArgumentException notBase64) {
                throw notHashes(name);
            }
            if (hashes.getLast().length() != 32 || hashes.size() > hashesMax) throw notHashes(name);
        }
        if (!lines(hashes).equals(lines)) throw notHashes(name);
        return hashes;
    }

    private static Refusal notHashes(String name) {
        return new Refusal("proofs", name + " is not a list of hashes in base64.");
    }
}
