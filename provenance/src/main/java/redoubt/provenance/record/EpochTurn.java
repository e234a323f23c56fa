package redoubt.provenance.record;

import java.io.IOException;
import java.security.GeneralSecurityException;

/// One epoch gives way to the next while the record is open, in three steps that cannot be taken in
/// another order. Entries of others are signed meanwhile; none of them gets between EPOCH_CLOSED
/// and EPOCH_OPENED. A crash between any two steps, or in one, is found and finished by the next
/// start. Used by one thread. Source: docs/audit-record.md section 6, docs/adr/0002.
final class EpochTurn {
    private EpochTurn() {}

    /// Step 1: the next key is in its file.
    static Prepared prepare(OpenRecord record, EpochKeyFiles files)
            throws IOException, GeneralSecurityException {
        var incoming = EpochKey.generate();
        files.storeNext(incoming);
        var outgoing = record.key();
        long epoch = record.epoch() + 1;
        var opened =
                new Event.EpochOpened(
                        epoch,
                        incoming.publicKey(),
                        incoming.notePublicKey(),
                        epoch - 1,
                        outgoing.endorse(record.logId(), epoch, incoming));
        return new Prepared(record, files, outgoing, incoming, opened);
    }

    record Prepared(
            OpenRecord record,
            EpochKeyFiles files,
            EpochKey outgoing,
            EpochKey incoming,
            Event.EpochOpened opened) {
        /// Step 2: the old epoch is closed and the new one open, both durable.
        ///
        /// @throws RecordException when neither is
        Signed sign(String reason) throws RecordException {
            var entry = record.chain().turn(reason, incoming, opened);
            entry.awaitDurable();
            return new Signed(files, outgoing, entry);
        }
    }

    record Signed(EpochKeyFiles files, EpochKey outgoing, Pending opened) {
        /// Step 3: the old key is gone from the disk, and from memory once no checkpoint can need
        /// it. May be tried again.
        void settle() throws IOException, GeneralSecurityException {
            files.replace();
            opened.awaitCheckpoint();
            outgoing.forget();
        }
    }
}
