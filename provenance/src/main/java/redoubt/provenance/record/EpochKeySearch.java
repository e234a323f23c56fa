package redoubt.provenance.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Looks for the key of the record's last epoch where a start may have left it, and tries it: a
/// file that is damaged is as lost as one that is gone. Stateless, any thread. Source:
/// docs/adr/0002, docs/ceremonies.md.
final class EpochKeySearch {
    static final String CURRENT = "epoch.key";
    static final String NEXT = "epoch-next.key";
    private static final Bytes NO_LOG = Bytes.of(new byte[Hashes.LENGTH]);

    private EpochKeySearch() {}

    /// Where it was found.
    sealed interface Found {
        record Current(EpochKey key) implements Found {}

        /// Its epoch is open, and its file was not yet put into the old one's place.
        record Next(EpochKey key) implements Found {}

        /// @param why for each file what is wrong with it
        /// @param isOfAnotherTime whether there is a good key, of another epoch: record and keys do
        ///   not belong together
        record Lost(long epoch, List<String> why, boolean isOfAnotherTime) implements Found {
            RecordException.Reason reason() {
                return isOfAnotherTime
                        ? RecordException.Reason.TAMPERED
                        : RecordException.Reason.ROOT_NEEDED;
            }

            String sentence(Path keys) {
                return "No key in %s belongs to the record's last epoch (%d): %s. Nothing will be answered, because nobody can sign on. If the record or the keys were put back from another time (an old backup, or somebody else's record), restore both from the same backup. If the key is lost, the record root can let a new one take over: redoubt record root out --replace --to MEDIUM, and docs/ceremonies.md says how it goes on."
                        .formatted(keys, epoch, String.join(", ", why));
            }
        }
    }

    static Found find(Path keys, RecordState.OpenedEpoch last) {
        var why = new ArrayList<String>();
        boolean isOfAnotherTime = false;
        for (var name : List.of(CURRENT, NEXT)) {
            var file = keys.resolve(name);
            if (!Files.exists(file)) {
                if (name.equals(CURRENT)) why.add(name + " is gone");
                continue;
            }
            try {
                var key = EpochKey.load(file);
                if (!key.publicKey().equals(last.publicKey())) {
                    why.add(name + " is another epoch's");
                    isOfAnotherTime |= name.equals(CURRENT);
                    continue;
                }
                if (!works(key)) {
                    why.add(name + " is damaged: what it signs is wrong");
                    continue;
                }
                return name.equals(CURRENT) ? new Found.Current(key) : new Found.Next(key);
            } catch (IOException | GeneralSecurityException unusable) {
                why.add("%s cannot be read (%s)".formatted(name, unusable.getMessage()));
            }
        }
        return new Found.Lost(last.epoch(), List.copyOf(why), isOfAnotherTime);
    }

    // Both keys of an epoch sign a checkpoint; this one is of no log.
    private static boolean works(EpochKey key) throws GeneralSecurityException {
        return key.checkpoint(NO_LOG, 1, NO_LOG, Instant.EPOCH)
                .isSignedBy(key.publicKey(), key.notePublicKey());
    }
}
