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

    /// The lines before the entries.
    static String head(String logId, long size) {
        return "%s\nlog %s\nsize %d\n".formatted(FORMAT, logId, size);
    }

    static String line(Entry entry) {
        return "object %s %d %s\n".formatted(entry.sha256(), entry.bytes(), entry.path());
    }

    /// The identifier in a path: a file's name up to its first dot.
    static String idOf(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        int dot = name.indexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    /// Takes one entry after the other.
    interface Each {
        void take(Entry entry) throws BackupException, IOException;
    }

    /// The whole of it in memory, for a restore.
    static BackupList read(Path file) throws BackupException, IOException {
        List<Entry> entries = new ArrayList<>();
        return read(file, entries::add).with(entries);
    }

    private BackupList with(List<Entry> all) {
        return new BackupList(logId, size, all);
    }

    /// Reads it entry by entry.
    ///
    /// @return it without its entries
    /// @throws BackupException when the file is no list, or not a whole one
    static BackupList read(Path file, Each each) throws BackupException, IOException {
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
            return parse(reader, each);
        } catch (IllegalArgumentException | java.nio.charset.CharacterCodingException malformed) {
            throw new BackupException(
                    "%s is no whole list of a backup: %s. Nothing was changed. Take another backup of the same medium (each has a file *.backup), or another medium."
                            .formatted(file, malformed.getMessage()),
                    malformed);
        }
    }

    private static BackupList parse(Reader reader, Each each) throws BackupException, IOException {
        require(line(reader).equals(FORMAT), "it does not begin with " + FORMAT);
        String logId = after("log ", line(reader));
        require(logId.matches(HEX), "the log id is none");
        long size = number(after("size ", line(reader)));
        int entries = 0;
        String line = line(reader);
        for (String before = ""; line.startsWith("object "); line = line(reader)) {
            String[] fields = line.split(" ", -1);
            require(fields.length == 4 && fields[1].matches(HEX), "a line is malformed");
            require(isPath(fields[3]), "a path leads where none may");
            require(fields[3].compareTo(before) > 0, "its paths are not in order");
            require(entries++ < ENTRIES_MAX, "it is too long");
            each.take(new Entry(fields[3], fields[1], number(fields[2])));
            before = fields[3];
        }
        require(number(after("end ", line)) == entries, "lines are missing");
        require(reader.read() < 0, "something follows its end");
        return new BackupList(logId, size, List.of());
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
