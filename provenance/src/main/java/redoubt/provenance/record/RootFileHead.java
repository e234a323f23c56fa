package redoubt.provenance.record;

import redoubt.provenance.cbor.CborException;
import redoubt.provenance.cbor.CborReader;
import redoubt.provenance.cbor.CborWriter;

/// How a request to the record root and its answer begin: fields 1 to 3, behind the map. Immutable,
/// any thread. Source: docs/audit-record.md section 6.2.
record RootFileHead(RootAct act, Bytes logId) {
    /// The fields of a file of this kind, with these first.
    CborWriter begin(int fields, String kind) {
        var out = new CborWriter().map(fields);
        out.uint(1).text(kind);
        out.uint(2).uint(act.number());
        out.uint(3).bytes(logId.toArray());
        return out;
    }

    /// Reads the map and these fields of it.
    static RootFileHead read(CborReader in, int fields, String kind) throws CborException {
        if (in.map(fields) != fields)
            throw new CborException("%d fields expected".formatted(fields));
        in.key(1);
        in.kind(kind);
        in.key(2);
        var act = RootAct.of(in.uint());
        in.key(3);
        return new RootFileHead(act, Bytes.of(in.bytesExactly(Hashes.LENGTH)));
    }
}
