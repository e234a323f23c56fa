package redoubt.provenance.record;

import java.util.ArrayList;
import java.util.OptionalLong;
import redoubt.provenance.cbor.CborException;
import redoubt.provenance.cbor.CborReader;
import redoubt.provenance.cbor.CborWriter;

/// The signed payload of one entry: where it stands, when, on whose authority, and what happened.
/// Source: docs/audit-record.md section 3.
///
/// @param logId hash of the genesis entry; empty in the genesis entry itself
/// @param previousHash SHA-256 of the complete COSE bytes of the entry before; zeros in the first
/// @param bootId a random name of one run of the service
/// @param wallClockUs microseconds since 1970, as the host's clock said
/// @param monotonicNs nanoseconds since the record was opened in this boot
/// @param refersTo an earlier entry's sequence
/// @param policySha256 hash of the table of permissions in force
public record Entry(
        Bytes logId,
        long sequence,
        Bytes previousHash,
        long epoch,
        Bytes bootId,
        long wallClockUs,
        long monotonicNs,
        OptionalLong refersTo,
        Actor actor,
        Bytes policySha256,
        Event event) {
    static final int VERSION = 1;
    private static final int TEXT_MAX = 1_024;
    private static final int ROLES_MAX = 16;

    public EventType type() {
        return EventType.of(event);
    }

    byte[] encode() {
        var out = new CborWriter();
        out.map(refersTo.isPresent() ? 13 : 12);
        out.uint(1).uint(VERSION);
        out.uint(2).bytes(logId.toArray());
        out.uint(3).uint(sequence);
        out.uint(4).bytes(previousHash.toArray());
        out.uint(5).uint(epoch);
        out.uint(6).bytes(bootId.toArray());
        out.uint(7).uint(wallClockUs);
        out.uint(8).uint(monotonicNs);
        out.uint(9).uint(type().number());
        if (refersTo.isPresent()) out.uint(10).uint(refersTo.getAsLong());
        out.uint(11).map(4);
        out.uint(1).text(actor.pseudonym());
        out.uint(2).text(actor.method());
        out.uint(3).text(actor.session());
        out.uint(4).array(actor.roles().size());
        actor.roles().forEach(out::text);
        out.uint(12).bytes(policySha256.toArray());
        out.uint(13);
        EventCodec.write(out, event);
        return out.toByteArray();
    }

    static Entry decode(byte[] payload) throws CborException {
        var in = new CborReader(payload);
        int pairs = in.map(13);
        in.key(1);
        if (in.uint() != VERSION) throw new CborException("unknown version of entry");
        in.key(2);
        var logId = Bytes.of(in.bytes(32));
        in.key(3);
        long sequence = in.uint();
        in.key(4);
        var previous = Bytes.of(in.bytesExactly(32));
        in.key(5);
        long epoch = in.uint();
        in.key(6);
        var boot = Bytes.of(in.bytesExactly(16));
        in.key(7);
        long wallClockUs = in.uint();
        in.key(8);
        long monotonicNs = in.uint();
        in.key(9);
        long type = in.uint();
        var refersTo = OptionalLong.empty();
        if (pairs == 13) {
            in.key(10);
            refersTo = OptionalLong.of(in.uint());
        } else if (pairs != 12) {
            throw new CborException("an entry has 12 or 13 fields, not " + pairs);
        }
        in.key(11);
        var actor = readActor(in);
        in.key(12);
        var policy = Bytes.of(in.bytesExactly(32));
        in.key(13);
        var event = EventCodec.read(in, type);
        in.end();
        return new Entry(
                logId,
                sequence,
                previous,
                epoch,
                boot,
                wallClockUs,
                monotonicNs,
                refersTo,
                actor,
                policy,
                event);
    }

    private static Actor readActor(CborReader in) throws CborException {
        if (in.map(4) != 4) throw new CborException("an actor has 4 fields");
        in.key(1);
        var pseudonym = in.text(TEXT_MAX);
        in.key(2);
        var method = in.text(TEXT_MAX);
        in.key(3);
        var session = in.text(TEXT_MAX);
        in.key(4);
        int roles = in.array(ROLES_MAX);
        var list = new ArrayList<String>();
        for (int i = 0; i < roles; i++) list.add(in.text(TEXT_MAX));
        if (!list.equals(list.stream().sorted().toList()))
            throw new CborException("roles are not in alphabetical order");
        return new Actor(pseudonym, method, session, list);
    }
}
