package redoubt.provenance.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import redoubt.provenance.cbor.CborException;
import redoubt.provenance.cbor.CborReader;
import redoubt.provenance.cbor.CborWriter;

/// An epoch that waits for the record root, in `keys/root-pending`: from the request until the
/// start that has opened it. As long as it is there, no start opens any other epoch. Immutable.
/// Source: docs/audit-record.md section 6.2.
///
/// @param logId empty while an installation has not written its genesis
/// @param sequence that its EPOCH_OPENED will have
/// @param previousHash of the entry before that
/// @param tornBytes that were cut off the record when the request was made
/// @param endorsement by the root, empty while it has not come in
/// @param revocations to be appended once the epoch is open
record RootPending(
        RootAct act,
        Bytes logId,
        long epoch,
        long sequence,
        Bytes previousHash,
        long tornBytes,
        Bytes endorsement,
        List<Bytes> revocations) {
    static final Bytes NONE = Bytes.of(new byte[0]);
    private static final String FILE = "root-pending";
    private static final String KIND = "redoubt-root-pending/1";
    private static final int FILE_BYTES_MAX = 1 << 20;
    private static final int REVOCATIONS_MAX = 16;

    RootPending {
        revocations = List.copyOf(revocations);
    }

    boolean isEndorsed() {
        return endorsement.length() > 0;
    }

    RootPending with(Bytes itsEndorsement, List<Bytes> itsRevocations) {
        return new RootPending(
                act,
                logId,
                epoch,
                sequence,
                previousHash,
                tornBytes,
                itsEndorsement,
                itsRevocations);
    }

    void write(Path keys) throws IOException {
        DurableFile.writeSecret(keys.resolve(FILE), encode());
    }

    byte[] encode() {
        var out = new CborWriter().map(9);
        out.uint(1).text(KIND);
        out.uint(2).uint(act.number());
        out.uint(3).bytes(logId.toArray());
        out.uint(4).uint(epoch);
        out.uint(5).uint(sequence);
        out.uint(6).bytes(previousHash.toArray());
        out.uint(7).uint(tornBytes);
        out.uint(8).bytes(endorsement.toArray());
        out.uint(9).array(revocations.size());
        revocations.forEach(each -> out.bytes(each.toArray()));
        return out.toByteArray();
    }

    static Optional<RootPending> read(Path keys) throws IOException {
        var file = keys.resolve(FILE);
        if (!Files.exists(file)) return Optional.empty();
        try {
            return Optional.of(decode(MediaFile.read(file, FILE_BYTES_MAX)));
        } catch (CborException damaged) {
            throw new RecordException(
                    RecordException.Reason.ROOT_NEEDED,
                    "%s, which says what the record waits for, is damaged (%s). Nothing will be answered. Make the request to the record root again: redoubt record root out --replace --to MEDIUM."
                            .formatted(file, damaged.getMessage()),
                    damaged);
        }
    }

    static void remove(Path keys) throws IOException {
        if (Files.deleteIfExists(keys.resolve(FILE))) DurableFile.forceFolder(keys);
    }

    static RootPending decode(byte[] bytes) throws CborException {
        var in = new CborReader(bytes);
        if (in.map(9) != 9) throw new CborException("9 fields expected");
        in.key(1);
        in.kind(KIND);
        in.key(2);
        var act = RootAct.of(in.uint());
        in.key(3);
        var logId = Bytes.of(in.bytes(Hashes.LENGTH));
        in.key(4);
        long epoch = in.uint();
        in.key(5);
        long sequence = in.uint();
        in.key(6);
        var previousHash = Bytes.of(in.bytesExactly(Hashes.LENGTH));
        in.key(7);
        long tornBytes = in.uint();
        in.key(8);
        var endorsement = Bytes.of(in.bytes(MlDsa.ML_DSA_87.signatureBytes()));
        in.key(9);
        int count = in.array(REVOCATIONS_MAX);
        var revocations = new ArrayList<Bytes>();
        for (int i = 0; i < count; i++)
            revocations.add(Bytes.of(in.bytes(Revocation.FILE_BYTES_MAX)));
        in.end();
        return new RootPending(
                act, logId, epoch, sequence, previousHash, tornBytes, endorsement, revocations);
    }
}
