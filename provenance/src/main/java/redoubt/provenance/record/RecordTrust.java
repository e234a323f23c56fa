package redoubt.provenance.record;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Optional;

/// What a checker of a record believes beforehand: the site's record root, and which log is meant.
/// It comes from the checker, never from the thing that is checked. Immutable, any thread. Source:
/// docs/audit-record.md section 10.
///
/// @param rootPublicKey raw ML-DSA-87 key
/// @param logId empty when the checker only knows the root
public record RecordTrust(Bytes rootPublicKey, Optional<Bytes> logId) {
    private static final long FILE_BYTES_MAX = 64 << 10;
    private static final String BEGIN = "-----BEGIN PUBLIC KEY-----";
    private static final String END = "-----END PUBLIC KEY-----";

    /// Reads `record-root.pem` and, where it is, `record-log-id` from a trust folder.
    ///
    /// @throws RecordException when the root is not there or is no ML-DSA-87 key
    public static RecordTrust read(Path trustFolder) throws RecordException {
        Path pem = trustFolder.resolve("record-root.pem");
        Path id = trustFolder.resolve("record-log-id");
        try {
            String text = bounded(pem);
            int begin = text.indexOf(BEGIN);
            int end = text.indexOf(END);
            if (begin < 0 || end < begin) {
                throw unreadable(pem + " holds no public key.", null);
            }
            byte[] der =
                    Base64.getMimeDecoder().decode(text.substring(begin + BEGIN.length(), end));
            Bytes root = MlDsa.ML_DSA_87.raw(MlDsa.ML_DSA_87.publicKeyOf(der));
            Optional<Bytes> logId = Optional.empty();
            if (Files.exists(id)) {
                Bytes given = Bytes.ofHex(bounded(id).strip());
                if (given.length() != 32) {
                    throw unreadable(id + " is not the 64 digits of a log id.", null);
                }
                logId = Optional.of(given);
            }
            return new RecordTrust(root, logId);
        } catch (RecordException e) {
            throw e;
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw unreadable(
                    "The trust folder "
                            + trustFolder
                            + " cannot be used: "
                            + e.getMessage()
                            + ". Without the site's record-root.pem nothing can be verified; ask the"
                            + " site for its trust folder by a way that you believe.",
                    e);
        }
    }

    private static RecordException unreadable(
            String sentence, @org.jspecify.annotations.Nullable Throwable cause) {
        return cause == null
                ? new RecordException(RecordException.Reason.UNREADABLE, sentence)
                : new RecordException(RecordException.Reason.UNREADABLE, sentence, cause);
    }

    private static String bounded(Path file) throws IOException {
        if (Files.size(file) > FILE_BYTES_MAX) {
            throw new IOException(file.getFileName() + " is far too large");
        }
        return Files.readString(file, StandardCharsets.US_ASCII);
    }
}
