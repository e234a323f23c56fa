package redoubt.provenance.record;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import redoubt.provenance.cbor.CborException;
import redoubt.provenance.cbor.CborReader;
import redoubt.provenance.cbor.CborWriter;

/// The file that shows a stranger that some entries stand in a record: the entries, their places in
/// the tree of one checkpoint, and the keys from the record root down. Reading does not verify.
/// Immutable, any thread. Source: docs/audit-record.md section 8.
///
/// @param items GENESIS, every EPOCH_OPENED below the checkpoint, and the entries that were asked
///   for, by ascending sequence
record ProofFile(Bytes logId, Checkpoint checkpoint, List<Item> items) {
    static final int FILE_BYTES_MAX = 64 << 20;
    private static final String KIND = "redoubt-proof/1";
    private static final int ITEMS_MAX = 16_384;
    private static final int ENTRY_BYTES_MAX = 1 << 20;

    ProofFile {
        items = List.copyOf(items);
    }

    /// @param path hashes beside the way from the leaf to the checkpoint's root, lowest first
    record Item(long sequence, Bytes cose, List<Bytes> path) {
        Item {
            path = List.copyOf(path);
        }
    }

    byte[] encode() {
        CborWriter out = new CborWriter().map(4);
        out.uint(1).text(KIND);
        out.uint(2).bytes(logId.toArray());
        out.uint(3).text(checkpoint.note());
        out.uint(4).array(items.size());
        for (Item item : items) {
            out.map(3).uint(1).uint(item.sequence());
            out.uint(2).bytes(item.cose().toArray());
            out.uint(3).array(item.path().size());
            item.path().forEach(hash -> out.bytes(hash.toArray()));
        }
        return out.toByteArray();
    }

    static boolean looksLikeOne(byte[] bytes) {
        byte[] start = new CborWriter().map(4).uint(1).text(KIND).toByteArray();
        return bytes.length > start.length
                && java.util.Arrays.equals(bytes, 0, start.length, start, 0, start.length);
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
        if (in.map(4) != 4) {
            throw new CborException("a proof has 4 fields");
        }
        in.key(1);
        if (!in.text(64).equals(KIND)) {
            throw new CborException("it does not say " + KIND);
        }
        in.key(2);
        Bytes logId = Bytes.of(in.bytesExactly(32));
        in.key(3);
        byte[] note = in.text(SignedNote.NOTE_BYTES_MAX).getBytes(StandardCharsets.UTF_8);
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
        in.end();
        return new ProofFile(logId, Checkpoint.parse(note), items);
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
        int hashes = in.array(Long.SIZE);
        List<Bytes> path = new ArrayList<>();
        for (int i = 0; i < hashes; i++) {
            path.add(Bytes.of(in.bytesExactly(32)));
        }
        return new Item(sequence, cose, path);
    }
}
