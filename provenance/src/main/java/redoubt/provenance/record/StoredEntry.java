package redoubt.provenance.record;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// An entry as it is stored, taken apart; its signature is not verified by that. Immutable, any
/// thread. Source: docs/audit-record.md sections 2 and 3.
public final class StoredEntry {
    // Tag 18, an array of four, the protected header, an empty map: docs/audit-record.md section 2.
    static final byte[] HEAD = {
        (byte) 0xd2, (byte) 0x84, 0x44, (byte) 0xa1, 0x01, 0x38, 0x30, (byte) 0xa0
    };
    private static final int SIGNATURE_HEAD_BYTES = 3;

    private final SignedEntry signed;

    StoredEntry(SignedEntry signed) {
        this.signed = signed;
    }

    /// @param position where it was found, for the sentence
    /// @throws Refusal when the bytes are not an entry in the one allowed encoding
    public static StoredEntry read(Bytes cose, String position) throws Refusal {
        return new StoredEntry(SignedEntry.read(cose, position));
    }

    /// @throws RecordException when the bytes are not an entry, or one of another place
    static StoredEntry read(byte[] bytes, long sequence) throws RecordException {
        try {
            StoredEntry stored = read(Bytes.of(bytes), "Entry " + sequence);
            if (stored.sequence() == sequence) return stored;
            throw altered(
                    "Where entry %d was, the disk has entry %d."
                            .formatted(sequence, stored.sequence()));
        } catch (Refusal malformed) {
            throw altered(String.valueOf(malformed.getMessage()));
        }
    }

    static RecordException altered(String what) {
        return new RecordException(
                RecordException.Reason.TAMPERED,
                what
                        + " The record was changed by something other than this appliance, or the disk"
                        + " is damaged. Check it: redoubt record verify.");
    }

    /// Cuts a file that holds entries one behind the other (RFC 8742) into their bytes.
    ///
    /// @throws Refusal when there are none, more than `entriesMax`, or something else
    public static List<Bytes> split(byte[] file, int entriesMax, String position) throws Refusal {
        List<Bytes> entries = new ArrayList<>();
        int at = 0;
        while (at < file.length) {
            int end = end(file, at);
            if (end < 0)
                throw new Refusal(
                        "entry format",
                        position + " holds something that is not an entry, at byte " + at + ".");
            if (entries.size() == entriesMax)
                throw new Refusal(
                        "entries", position + " holds more than " + entriesMax + " entries.");
            entries.add(Bytes.of(Arrays.copyOfRange(file, at, end)));
            at = end;
        }
        if (entries.isEmpty()) throw new Refusal("entries", position + " holds no entry.");
        return entries;
    }

    /// Where the entry that begins here ends, by its lengths alone; -1 where it cannot be one.
    private static int end(byte[] file, int at) {
        int payload = at + HEAD.length;
        if (payload >= file.length
                || !Arrays.equals(file, at, payload, HEAD, 0, HEAD.length)
                || (file[payload] & 0xE0) != 0x40) return -1;
        int info = file[payload] & 0x1F;
        int more = info < 24 ? 0 : info == 24 ? 1 : info == 25 ? 2 : info == 26 ? 4 : -1;
        if (more < 0 || payload + 1 + more > file.length) return -1;
        long length = more == 0 ? info : 0;
        for (int i = 1; i <= more; i++) length = (length << 8) | (file[payload + i] & 0xFF);
        long end =
                payload
                        + 1L
                        + more
                        + length
                        + SIGNATURE_HEAD_BYTES
                        + MlDsa.ML_DSA_65.signatureBytes();
        return end > file.length || end - at > SegmentFile.ENTRY_BYTES_MAX ? -1 : (int) end;
    }

    public long sequence() {
        return entry().sequence();
    }

    public Entry entry() {
        return signed.entry();
    }

    public Bytes cose() {
        return signed.cose();
    }

    public Bytes sha256() {
        return signed.sha256();
    }

    public Bytes leafHash() {
        return signed.leafHash();
    }

    /// The bytes that the signature is over.
    public Bytes toBeSigned() {
        return Bytes.of(signed.signed().toBeSigned());
    }

    public Bytes signature() {
        return signed.signed().signature();
    }

    SignedEntry signed() {
        return signed;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StoredEntry entry && cose().equals(entry.cose());
    }

    @Override
    public int hashCode() {
        return cose().hashCode();
    }
}
