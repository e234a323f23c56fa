package redoubt.provenance.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// A passphrase in a file, for where no terminal is: one line of UTF-8, taken as it stands, so that
/// it is what somebody would have typed. Its end may be missing. No string is made of it, because
/// nobody could wipe that. Stateless, any thread.
public final class PassphraseFile {
    private static final int BYTES_MAX = 4_096;

    private PassphraseFile() {}

    /// @throws PassphraseException when the file holds anything but one line
    public static char[] read(Path file) throws IOException {
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(BYTES_MAX + 1);
        }
        char[] letters = new char[0];
        try {
            if (bytes.length > BYTES_MAX) throw notOneLine(file, "is too long");
            letters = decoded(file, bytes);
            int end = letters.length;
            if (end > 0 && letters[end - 1] == '\n') end--;
            if (end > 0 && letters[end - 1] == '\r') end--;
            if (end == 0) throw notOneLine(file, "is empty");
            for (int i = 0; i < end; i++)
                if (letters[i] == '\n' || letters[i] == '\r')
                    throw notOneLine(file, "has more than one line");
            return Arrays.copyOf(letters, end);
        } finally {
            Arrays.fill(bytes, (byte) 0);
            Arrays.fill(letters, '\0');
        }
    }

    private static char[] decoded(Path file, byte[] bytes) throws PassphraseException {
        CharBuffer decoded;
        try {
            decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
        } catch (CharacterCodingException other) {
            throw notOneLine(file, "is not UTF-8");
        }
        char[] letters = new char[decoded.remaining()];
        decoded.get(letters);
        Arrays.fill(decoded.array(), '\0');
        return letters;
    }

    private static PassphraseException notOneLine(Path file, String why) {
        return new PassphraseException(
                "The passphrase file %s %s. It must hold the passphrase on one line and nothing else. Nothing was done."
                        .formatted(file, why));
    }

    /// The file holds no passphrase; the sentence says why.
    public static final class PassphraseException extends IOException {
        private static final long serialVersionUID = 1;

        PassphraseException(String sentence) {
            super(sentence);
        }
    }
}
