package redoubt.provenance.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Locale;

/// Turns what the system said into what it means for the record.
final class RecordFailure {
    // What a file system takes besides for a few blocks and a name.
    private static final long SLACK_BYTES = 64 << 10;

    private RecordFailure() {}

    static RecordException explain(Exception failed) {
        return switch (failed) {
            case RecordException already -> already;
            case IOException io when isFull(io) ->
                    new RecordException(
                            RecordException.Reason.FULL,
                            "The disk of the record is full. What was acknowledged is safe; nothing"
                                    + " new is answered, because nothing can be recorded. Free some"
                                    + " space on the disk that holds the home folder; the appliance"
                                    + " then goes on by itself.",
                            io);
            case GeneralSecurityException signer ->
                    new RecordException(
                            RecordException.Reason.SIGNER,
                            "The record's checkpoint could not be signed ("
                                    + signer.getMessage()
                                    + "). Restart the appliance.",
                            signer);
            default ->
                    new RecordException(
                            RecordException.Reason.UNREADABLE,
                            "The record could not be written or read ("
                                    + failed
                                    + "). What was acknowledged is safe; nothing new is answered."
                                    + " Look at the disk, then restart the appliance.",
                            failed);
        };
    }

    static RecordException outputLost() {
        return new RecordException(
                RecordException.Reason.UNREADABLE,
                "The answer's OUTPUT entry did not get onto the disk, so it cannot be sealed."
                        + " The answer is void; ask again.");
    }

    static RecordException stopping() {
        return new RecordException(
                RecordException.Reason.CLOSED,
                "The record is closed because the appliance is stopping.");
    }

    static RecordException notSigned(GeneralSecurityException signer) {
        return new RecordException(
                RecordException.Reason.SIGNER,
                "An entry could not be signed ("
                        + signer.getMessage()
                        + "). Nothing can be recorded, so nothing is answered. Restart the appliance;"
                        + " if it happens again, the keys folder needs a look.",
                signer);
    }

    /// A signature that was made and is not one.
    static RecordException wrongSignature(long sequence, Exception cause) {
        return new RecordException(
                RecordException.Reason.SIGNER,
                "The signature of entry %d came out wrong (%s). Nothing of it was written, and nothing behind it; what was acknowledged is safe."
                                .formatted(sequence, cause.getMessage())
                        + " Nothing more is recorded or answered, because the key or the memory of"
                        + " this machine is damaged. Restart the appliance; if it happens again,"
                        + " have the machine's memory tested.",
                cause);
    }

    static RecordException noRoomForCheckpoint(IOException stillFull) {
        return new RecordException(
                RecordException.Reason.UNREADABLE,
                "The disk of the record is so full that not even its checkpoint could be written."
                        + " Free some space, then restart the appliance.",
                stillFull);
    }

    /// The same failure, named as want of room where the disk has none: what the system calls it
    /// depends on the language of the host.
    ///
    /// @param bytes that were to be written
    static IOException whileWriting(IOException failed, Path folder, long bytes) {
        if (isFull(failed) || failed instanceof RecordException) return failed;
        try {
            if (Files.getFileStore(folder).getUsableSpace() < bytes + SLACK_BYTES)
                return new IOException("No space left on the disk: " + failed.getMessage(), failed);
        } catch (IOException unknown) {
            failed.addSuppressed(unknown);
        }
        return failed;
    }

    private static boolean isFull(IOException failed) {
        var message = String.valueOf(failed.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("no space left") || message.contains("quota exceeded");
    }
}
