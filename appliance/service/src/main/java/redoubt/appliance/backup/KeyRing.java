package redoubt.appliance.backup;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The keys without which a backup's content and people are noise: `redoubt.keys`, on a medium of
/// its own, of which only the last is kept. What was erased has no key in the next one; so once the
/// file was written anew, no shelf holds anything of it that could be read.
///
/// Lines: `redoubt-keys/1`, `log` and the log id, `key`, name and Base64 for each key (ascending by
/// name), `end` and the SHA-256 of all before. Names are paths of a backup's list, or `home/` and
/// that of a file of the home. Immutable. Source: docs/record-use.md, docs/adr/0006.
///
/// @param logId hex
record KeyRing(String logId, Map<String, byte[]> keys) {
    static final String FILE = "redoubt.keys";

    /// The files of a home that go along: what signs entries of the record never does.
    static final Set<String> OF_HOME =
            Set.of(
                    "keys/content.key",
                    "keys/names.key",
                    "keys/credentials-authority.pem",
                    "keys/credentials-signer.pem",
                    "tls/ca.pem",
                    "tls/ca-key.pem",
                    "tls/server.pem",
                    "tls/server-key.pem",
                    "tls/names");

    static final String HOME = "home/";

    static final String FORMAT = "redoubt-keys/1";
    private static final long FILE_BYTES_MAX = 4L << 30;
    private static final int LINE_CHARACTERS_MAX = 1 << 20;

    KeyRing {
        keys = new TreeMap<>(keys);
    }

    /// @throws BackupException when there is none, or it is not whole
    static KeyRing read(Path medium) throws BackupException, IOException {
        Path file = medium.resolve(FILE);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                || Files.size(file) > FILE_BYTES_MAX)
            throw new BackupException(
                    "There is no plain file %s. Nothing was restored. Give the medium on which `redoubt backup --keys-to` wrote."
                            .formatted(file));
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.US_ASCII)) {
            return parse(reader);
        } catch (IllegalArgumentException | java.nio.charset.CharacterCodingException malformed) {
            throw new BackupException(
                    "%s is not a whole file of keys (%s). Nothing was restored. Take the last good copy of it."
                            .formatted(file, malformed.getMessage()),
                    malformed);
        }
    }

    private static KeyRing parse(BufferedReader reader) throws IOException {
        var hash = Sha256.digest();
        String logId = "";
        Map<String, byte[]> keys = new TreeMap<>();
        String before = "";
        int number = 0;
        for (String line = line(reader); line != null; line = line(reader), number++) {
            if (line.startsWith("end ") && number >= 2) {
                String sum = HexFormat.of().formatHex(hash.digest());
                if (!line.equals("end " + sum) || reader.read() >= 0)
                    throw new IllegalArgumentException("its sum is wrong");
                return new KeyRing(logId, keys);
            }
            hash.update((line + "\n").getBytes(StandardCharsets.US_ASCII));
            String[] fields = line.split(" ", -1);
            if (number == 0) require(line.equals(FORMAT));
            else if (number == 1) {
                require(line.matches("log [0-9a-f]{64}"));
                logId = fields[1];
            } else {
                require(fields.length == 3 && fields[0].equals("key") && isName(fields[1]));
                require(fields[1].compareTo(before) > 0);
                before = fields[1];
                keys.put(before, Base64.getDecoder().decode(fields[2]));
            }
        }
        throw new IllegalArgumentException("it ends too early");
    }

    /// Bounded, where [BufferedReader#readLine] would take a file without a newline whole.
    private static @Nullable String line(BufferedReader reader) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = reader.read(); next != '\n'; next = reader.read()) {
            if (next < 0) return null;
            if (line.length() == LINE_CHARACTERS_MAX)
                throw new IllegalArgumentException("a line is too long");
            line.append((char) next);
        }
        return line.toString();
    }

    private static boolean isName(String name) {
        return name.startsWith(HOME)
                ? OF_HOME.contains(name.substring(HOME.length()))
                : BackupList.isPath(name);
    }

    private static void require(boolean holds) {
        if (!holds) throw new IllegalArgumentException("a line is malformed");
    }
}
