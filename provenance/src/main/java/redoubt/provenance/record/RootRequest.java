package redoubt.provenance.record;

import java.util.ArrayList;
import java.util.List;
import redoubt.provenance.cbor.CborException;
import redoubt.provenance.cbor.CborReader;
import redoubt.provenance.cbor.CborWriter;

/// What an appliance asks of its record root, as a file that travels on media. Reading does not
/// verify: [RootReview] does. Immutable, any thread. Source: docs/audit-record.md section 6.2.
///
/// @param size how many entries stand behind the request
/// @param root of their tree
/// @param items GENESIS, every EPOCH_OPENED and EPOCH_REVOKED, and for a replacement the last
///   entry, each with its path to `root`
/// @param checkpoint the last one, empty where there is none yet
/// @param checkpointPath from the checkpoint's size to `size`
/// @param since a size that the root has signed for, 0 for none
/// @param sincePath from there to `size`
/// @param epoch to be endorsed or replaced by; or in force at the last entry
/// @param publicKey of the epoch to be opened; empty for a countersignature
/// @param notePublicKey likewise
record RootRequest(
        RootAct act,
        Bytes logId,
        long size,
        Bytes root,
        List<ProofFile.Item> items,
        String checkpoint,
        List<Bytes> checkpointPath,
        long since,
        List<Bytes> sincePath,
        long epoch,
        Bytes publicKey,
        Bytes notePublicKey) {
    static final int FILE_BYTES_MAX = 64 << 20;
    private static final String KIND = "redoubt-root-request/1";
    private static final int FIELDS = 13;
    private static final int ITEMS_MAX = 65_536;
    private static final int PATH_MAX = 2 * Long.SIZE;
    private static final int KEY_BYTES_MAX = 4_096;
    private static final Bytes NONE = Bytes.of(new byte[0]);

    RootRequest {
        items = List.copyOf(items);
        checkpointPath = List.copyOf(checkpointPath);
        sincePath = List.copyOf(sincePath);
    }

    /// The keys of the epoch that a request asks for, none for a countersignature.
    static RootRequest countersign(ProofFile proof, long since, List<Bytes> sincePath, long epoch) {
        var checkpoint = proof.checkpoint();
        return new RootRequest(
                RootAct.COUNTERSIGN,
                proof.logId(),
                checkpoint.size(),
                checkpoint.root(),
                proof.items(),
                checkpoint.note(),
                List.of(),
                since,
                sincePath,
                epoch,
                NONE,
                NONE);
    }

    byte[] encode() {
        var out = new RootFileHead(act, logId).begin(FIELDS, KIND);
        out.uint(4).uint(size);
        out.uint(5).bytes(root.toArray());
        out.uint(6).array(items.size());
        for (var item : items) {
            out.map(3).uint(1).uint(item.sequence());
            out.uint(2).bytes(item.cose().toArray());
            hashes(out.uint(3), item.path());
        }
        out.uint(7).text(checkpoint);
        hashes(out.uint(8), checkpointPath);
        out.uint(9).uint(since);
        hashes(out.uint(10), sincePath);
        out.uint(11).uint(epoch);
        out.uint(12).bytes(publicKey.toArray());
        out.uint(13).bytes(notePublicKey.toArray());
        return out.toByteArray();
    }

    private static void hashes(CborWriter out, List<Bytes> path) {
        out.array(path.size());
        path.forEach(hash -> out.bytes(hash.toArray()));
    }

    /// @throws RootRefusedException when the bytes are not the one encoding of a request
    static RootRequest decode(byte[] bytes) throws RootRefusedException {
        try {
            if (bytes.length > FILE_BYTES_MAX) throw new CborException("it is longer than 64 MiB");
            var in = new CborReader(bytes);
            var head = RootFileHead.read(in, FIELDS, KIND);
            in.key(4);
            long size = in.uint();
            in.key(5);
            var root = Bytes.of(in.bytesExactly(Hashes.LENGTH));
            in.key(6);
            var items = items(in);
            in.key(7);
            String checkpoint = in.text(SignedNote.NOTE_BYTES_MAX);
            in.key(8);
            var checkpointPath = path(in);
            in.key(9);
            long since = in.uint();
            in.key(10);
            var sincePath = path(in);
            in.key(11);
            long epoch = in.uint();
            in.key(12);
            var publicKey = Bytes.of(in.bytes(KEY_BYTES_MAX));
            in.key(13);
            var notePublicKey = Bytes.of(in.bytes(KEY_BYTES_MAX));
            in.end();
            return new RootRequest(
                    head.act(),
                    head.logId(),
                    size,
                    root,
                    items,
                    checkpoint,
                    checkpointPath,
                    since,
                    sincePath,
                    epoch,
                    publicKey,
                    notePublicKey);
        } catch (CborException malformed) {
            throw new RootRefusedException(
                    "The file is not a request to a record root: %s. Nothing was signed. Make the request again: redoubt record root out."
                            .formatted(malformed.getMessage()),
                    malformed);
        }
    }

    private static List<ProofFile.Item> items(CborReader in) throws CborException {
        int count = in.array(ITEMS_MAX);
        var items = new ArrayList<ProofFile.Item>();
        for (int i = 0; i < count; i++) {
            if (in.map(3) != 3) throw new CborException("an entry of a request has 3 fields");
            in.key(1);
            long sequence = in.uint();
            in.key(2);
            var cose = Bytes.of(in.bytes(SegmentFile.ENTRY_BYTES_MAX));
            in.key(3);
            if (!items.isEmpty() && items.getLast().sequence() >= sequence)
                throw new CborException("the entries are not in ascending order");
            items.add(new ProofFile.Item(sequence, cose, path(in)));
        }
        return items;
    }

    private static List<Bytes> path(CborReader in) throws CborException {
        int count = in.array(PATH_MAX);
        var path = new ArrayList<Bytes>();
        for (int i = 0; i < count; i++) path.add(Bytes.of(in.bytesExactly(Hashes.LENGTH)));
        return path;
    }
}
