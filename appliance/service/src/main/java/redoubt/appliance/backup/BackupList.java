package redoubt.appliance.backup;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// What one backup consists of: a text file `NAME.backup` beside the objects, which is there only
/// once all of them are, and were read again. Lines: `redoubt-backup/1`, `log` and the log id,
/// `size` and the number of entries that the record has, `object`, SHA-256, bytes and path for each
/// file (ascending by path), `end` and their number. Immutable. Source: docs/record-use.md.
///
/// @param logId hex
/// @param size entries under the checkpoint
record BackupList(String logId, long size, List<Entry> entries) {
    static final String SUFFIX = ".backup";
    static final Pattern NAME = Pattern.compile("[0-9]{8}T[0-9]{12}Z-[0-9a-f]{8}");

    private static final String FORMAT = "redoubt-backup/1";
    private static final String HEX = "[0-9a-f]{64}";
    private static final int LINE_CHARACTERS_MAX = 500;
    private static final int ENTRIES_MAX = 20_000_000;
    private static final Pattern PART = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final Set<String> FOLDERS =
            Set.of("record", "trust", "settings", "content", "rows");

    /// A file of the home, and where its bytes are.
    ///
    /// @param path relative, as [#isPath] allows it
    record Entry(String path, String sha256, long bytes) {}

    BackupList {
        entries = List.copyOf(entries);
    }

    /// Whether a path can come from a backup: two to four plain names, the first a known one. So
    /// nothing that is restored leaves the home.
    static boolean isPath(String path) {
        String[] parts = path.split("/", -1);
        if (parts.length < 2 || parts.length > 4 || !FOLDERS.contains(parts[0])) return false;
        for (String part : parts) if (!PART.matcher(part).matches()) return false;
        return true;
    }

    byte[] encode() {
        StringBuilder text = new StringBuilder();
        text.append(FORMAT).append('\n');
        text.append("log ").append(logId).append('\n');
        text.append("size ").append(size).append('\n');
        for (Entry entry : entries)
            text.append("object ")
                    .append(entry.sha256())
                    .append(' ')
                    .append(entry.bytes())
                    .append(' ')
                    .append(entry.path())
                    .append('\n');
        text.append("end ").append(entries.size()).append('\n');
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /// @throws BackupException when the file is no list, or not a whole one
    static BackupList read(Path file) throws BackupException, IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
            throw new BackupException(
                    "%s is not a plain file, so it is no backup. Nothing was changed."
                            .formatted(file));
        var ascii =
                StandardCharsets.US_ASCII
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        try (Reader reader =
                new BufferedReader(new InputStreamReader(Files.newInputStream(file), ascii))) {
            return parse(reader);
        } catch (IllegalArgumentException | java.nio.charset.CharacterCodingException malformed) {
            throw new BackupException(
                    "%s is no whole list of a backup: %s. Nothing was changed. Take another backup of the same medium (each has a file *.backup), or another medium."
                            .formatted(file, malformed.getMessage()),
                    malformed);
        }
    }

    private static BackupList parse(Reader reader) throws IOException {
        require(line(reader).equals(FORMAT), "it does not begin with " + FORMAT);
        String logId = after("log ", line(reader));
        require(logId.matches(HEX), "the log id is none");
        long size = number(after("size ", line(reader)));
        List<Entry> entries = new ArrayList<>();
        String line = line(reader);
        for (String before = ""; line.startsWith("object "); line = line(reader)) {
            String[] fields = line.split(" ", -1);
            require(fields.length == 4 && fields[1].matches(HEX), "a line is malformed");
            require(isPath(fields[3]), "a path leads where none may");
            require(fields[3].compareTo(before) > 0, "its paths are not in order");
            require(entries.size() < ENTRIES_MAX, "it is too long");
            entries.add(new Entry(fields[3], fields[1], number(fields[2])));
            before = fields[3];
        }
        require(number(after("end ", line)) == entries.size(), "lines are missing");
        require(reader.read() < 0, "something follows its end");
        return new BackupList(logId, size, entries);
    }

    private static String line(Reader reader) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = reader.read(); next != '\n'; next = reader.read()) {
            require(next >= 0, "it ends too early");
            require(line.length() < LINE_CHARACTERS_MAX, "a line is too long");
            line.append((char) next);
        }
        return line.toString();
    }

    private static String after(String word, String line) {
        require(line.startsWith(word), "'%s' is missing".formatted(word.strip()));
        return line.substring(word.length());
    }

    private static long number(String text) {
        require(text.matches("0|[1-9][0-9]{0,17}"), "a number is none");
        return Long.parseLong(text);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) throw new IllegalArgumentException(otherwise);
    }
}
