package redoubt.provenance.record;

import java.util.List;
import redoubt.provenance.cbor.CborException;
import redoubt.provenance.cbor.CborReader;
import redoubt.provenance.cbor.CborWriter;

/// The file that leads from an old checkpoint, which somebody kept, to a later one: the later
/// checkpoint with its keys, and what shows that it only adds. Reading does not verify. Immutable,
/// any thread. Source: docs/audit-record.md section 8.1.
///
/// @param later the later checkpoint, with the entries that lead from the record root to its keys
///   and no others
/// @param from the earlier size
/// @param path consistency proof from there to the later size
record ConsistencyFile(ProofFile later, long from, List<Bytes> path) {
    private static final String KIND = "redoubt-consistency/1";

    ConsistencyFile {
        path = List.copyOf(path);
    }

    byte[] encode() {
        CborWriter out = new CborWriter().map(later.witnessed().isEmpty() ? 6 : 7);
        out.uint(1).text(KIND);
        later.encodeBody(out);
        out.uint(6).uint(from).uint(7);
        ProofFile.encode(out, path);
        return out.toByteArray();
    }

    static boolean looksLikeOne(byte[] bytes) {
        return ProofFile.begins(bytes, KIND, 6) || ProofFile.begins(bytes, KIND, 7);
    }

    static ConsistencyFile decode(byte[] bytes) throws Refusal {
        if (bytes.length > ProofFile.FILE_BYTES_MAX) {
            throw new Refusal("consistency file", "The consistency file is longer than 64 MiB.");
        }
        try {
            return decode(new CborReader(bytes));
        } catch (CborException | MalformedRecordException e) {
            throw new Refusal(
                    "consistency file",
                    "The consistency file is not well formed: " + e.getMessage() + ".");
        }
    }

    private static ConsistencyFile decode(CborReader in)
            throws CborException, MalformedRecordException {
        int pairs = in.map(7);
        if (pairs < 6) throw new CborException("a consistency file has 6 or 7 fields");
        in.key(1);
        in.kind(KIND);
        ProofFile later = ProofFile.decodeBody(in, pairs == 7);
        in.key(6);
        long from = in.uint();
        in.key(7);
        List<Bytes> path = ProofFile.hashes(in, ProofFile.CONSISTENCY_MAX);
        in.end();
        if (from < 1 || from > later.checkpoint().size())
            throw new CborException("it leads from a size that it does not have");
        return new ConsistencyFile(later, from, path);
    }
}
