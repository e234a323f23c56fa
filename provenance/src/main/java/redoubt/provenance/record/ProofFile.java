package redoubt.provenance.record;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import redoubt.provenance.cbor.CborException;
import redoubt.provenance.cbor.CborReader;
import redoubt.provenance.cbor.CborWriter;

/// The file that shows a stranger that some entries stand in a record: the entries, their places in
/// the tree of one checkpoint, and the keys from the record root down. Reading does not verify.
/// Immutable, any thread. Source: docs/audit-record.md section 8.
///
/// @param items GENESIS, every EPOCH_OPENED and EPOCH_REVOKED below the checkpoint, and the entries
///   that were asked for, by ascending sequence
/// @param witnessed checkpoints with lines of witnesses, by ascending size
record ProofFile(Bytes logId, Checkpoint checkpoint, List<Item> items, List<Linked> witnessed) {
    static final int FILE_BYTES_MAX = 64 << 20;
    static final int WITNESSED_MAX = 16;
    static final int CONSISTENCY_MAX = 2 * Long.SIZE;
    private static final String KIND = "redoubt-proof/1";
    private static final int ITEMS_MAX = 16_384;
    private static final int ENTRY_BYTES_MAX = 1 << 20;

    ProofFile {
        items = List.copyOf(items);
        witnessed = List.copyOf(witnessed);
    }

    /// One that no witness has seen.
    ProofFile(Bytes logId, Checkpoint checkpoint, List<Item> items) {
        this(logId, checkpoint, items, List.of());
    }

    /// @param path hashes beside the way from the leaf to the checkpoint's root, lowest first
    record Item(long sequence, Bytes cose, List<Bytes> path) {
        Item {
            path = List.copyOf(path);
        }
    }

    /// An earlier checkpoint.
    ///
    /// @param path what shows that the proof's own checkpoint only adds to it
    record Linked(Checkpoint checkpoint, List<Bytes> path) {
        Linked {
            path = List.copyOf(path);
        }
    }

    byte[] encode() {
        CborWriter out = new CborWriter().map(witnessed.isEmpty() ? 4 : 5);
        out.uint(1).text(KIND);
        encodeBody(out);
        return out.toByteArray();
    }

    /// Keys 2 to 5.
    void encodeBody(CborWriter out) {
        out.uint(2).bytes(logId.toArray());
        out.uint(3).text(checkpoint.note());
        out.uint(4).array(items.size());
        for (Item item : items) {
            out.map(3).uint(1).uint(item.sequence());
            out.uint(2).bytes(item.cose().toArray());
            out.uint(3);
            encode(out, item.path());
        }
        if (witnessed.isEmpty()) {
            return;
        }
        out.uint(5).array(witnessed.size());
        for (Linked linked : witnessed) {
            out.map(2).uint(1).text(linked.checkpoint().note()).uint(2);
            encode(out, linked.path());
        }
    }

    static void encode(CborWriter out, List<Bytes> hashes) {
        out.array(hashes.size());
        hashes.forEach(hash -> out.bytes(hash.toArray()));
    }

    static boolean looksLikeOne(byte[] bytes) {
        return begins(bytes, KIND, 4) || begins(bytes, KIND, 5);
    }

    static boolean begins(byte[] bytes, String kind, int pairs) {
        byte[] start = new CborWriter().map(pairs).uint(1).text(kind).toByteArray();
        return bytes.length > start.length
                && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
    }

    static ProofFile decode(byte[] bytes) throws Refusal {
        if (bytes.length > FILE_BYTES_MAX) {
            throw new Refusal("proof file", "The proof file is longer than 64 MiB.");
        }
        try {
            return decode(new CborReader(bytes));
        } catch (CborException | MalformedRecordException e) {
            throw new Refusal(
                    "proof file", "The proof file is not well formed: " + e.getMessage() + ".");
        }
    }

    private static ProofFile decode(CborReader in) throws CborException, MalformedRecordException {
        int pairs = in.map(5);
        if (pairs < 4) {
            throw new CborException("a proof has 4 or 5 fields");
        }
        in.key(1);
        in.kind(KIND);
        ProofFile proof = decodeBody(in, pairs == 5);
        in.end();
        return proof;
    }

    /// Keys 2 to 4, and 5 where it is there.
    static ProofFile decodeBody(CborReader in, boolean isWitnessed)
            throws CborException, MalformedRecordException {
        in.key(2);
        Bytes logId = Bytes.of(in.bytesExactly(32));
        in.key(3);
        Checkpoint checkpoint = checkpoint(in);
        in.key(4);
        int count = in.array(ITEMS_MAX);
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Item item = item(in);
            if (!items.isEmpty() && items.getLast().sequence() >= item.sequence()) {
                throw new CborException("the entries are not in ascending order");
            }
            items.add(item);
        }
        List<Linked> witnessed = isWitnessed ? witnessed(in) : List.of();
        return new ProofFile(logId, checkpoint, items, witnessed);
    }

    private static List<Linked> witnessed(CborReader in)
            throws CborException, MalformedRecordException {
        in.key(5);
        int count = in.array(WITNESSED_MAX);
        if (count == 0) {
            throw new CborException("an empty list of witnessed checkpoints is left out");
        }
        List<Linked> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (in.map(2) != 2) {
                throw new CborException("a witnessed checkpoint has 2 fields");
            }
            in.key(1);
            Checkpoint checkpoint = checkpoint(in);
            in.key(2);
            if (!all.isEmpty() && all.getLast().checkpoint().size() >= checkpoint.size()) {
                throw new CborException("the witnessed checkpoints are not in ascending order");
            }
            all.add(new Linked(checkpoint, hashes(in, CONSISTENCY_MAX)));
        }
        return all;
    }

    private static Checkpoint checkpoint(CborReader in)
            throws CborException, MalformedRecordException {
        return Checkpoint.parse(
                in.text(SignedNote.NOTE_BYTES_MAX).getBytes(StandardCharsets.UTF_8));
    }

    static List<Bytes> hashes(CborReader in, int hashesMax) throws CborException {
        int count = in.array(hashesMax);
        List<Bytes> hashes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            hashes.add(Bytes.of(in.bytesExactly(32)));
        }
        return hashes;
    }

    private static Item item(CborReader in) throws CborException {
        if (in.map(3) != 3) {
            throw new CborException("an entry of a proof has 3 fields");
        }
        in.key(1);
        long sequence = in.uint();
        in.key(2);
        Bytes cose = Bytes.of(in.bytes(ENTRY_BYTES_MAX));
        in.key(3);
        return new Item(sequence, cose, hashes(in, Long.SIZE));
    }
}
