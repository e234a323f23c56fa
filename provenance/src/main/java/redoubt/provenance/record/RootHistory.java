package redoubt.provenance.record;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// What a copy of a record root has signed, one line each, in a text file beside the key. It is
/// written before the signature leaves, so that the root never signs a smaller or another history
/// than one it signed before. One thread. Source: docs/audit-record.md section 6.2.
final class RootHistory {
    static final String FILE = "signed.txt";

    /// The tree that a replacement stands on.
    static final String SEEN = "seen";

    private static final String HEAD = "redoubt-root-signed/1";
    private static final int FILE_BYTES_MAX = 8 << 20;
    private static final Pattern LINE =
            Pattern.compile(
                    "([0-9TZ:-]{20}) (first-epoch|countersigned|replaced|seen|revoked) ([0-9a-f]{64}) ([0-9]{1,18}) ([0-9]{1,18}) ([0-9a-f]{64})");

    private final Path file;
    private final List<Line> lines;

    /// @param size of the record; for a revocation the first entry that is not believed
    /// @param sha256 of the tree; for a first epoch and a replacement of the key; for a revocation
    ///   of the reason
    record Line(String at, String act, Bytes logId, long epoch, long size, Bytes sha256) {
        String text() {
            return "%s %s %s %d %d %s".formatted(at, act, logId.hex(), epoch, size, sha256.hex());
        }

        boolean saysTheSame(Line other) {
            return act.equals(other.act)
                    && logId.equals(other.logId)
                    && epoch == other.epoch
                    && size == other.size
                    && sha256.equals(other.sha256);
        }
    }

    private RootHistory(Path file, List<Line> lines) {
        this.file = file;
        this.lines = new ArrayList<>(lines);
    }

    static RootHistory read(Path file) throws IOException {
        if (!MediaFile.exists(file)) return new RootHistory(file, List.of());
        return parse(file, MediaFile.read(file, FILE_BYTES_MAX));
    }

    /// @param file to tell where it is malformed
    static RootHistory parse(Path file, byte[] bytes) throws RootRefusedException {
        var text = new String(bytes, StandardCharsets.US_ASCII).lines().toList();
        var lines = new ArrayList<Line>();
        if (text.isEmpty() || !text.getFirst().equals(HEAD)) throw unreadable(file, 1);
        for (int i = 1; i < text.size(); i++) {
            var found = LINE.matcher(text.get(i));
            if (!found.matches()) throw unreadable(file, i + 1);
            lines.add(
                    new Line(
                            found.group(1),
                            found.group(2),
                            Bytes.ofHex(found.group(3)),
                            Long.parseLong(found.group(4)),
                            Long.parseLong(found.group(5)),
                            Bytes.ofHex(found.group(6))));
        }
        return new RootHistory(file, lines);
    }

    private static RootRefusedException unreadable(Path file, int line) {
        return new RootRefusedException(
                "Line %d of %s is not a line of what this root has signed. Without that list the root could sign two histories, so it signs nothing. Compare the file with that of the other copy of the key."
                        .formatted(line, file));
    }

    List<Line> lines() {
        return List.copyOf(lines);
    }

    /// The furthest that the root has signed of a log's tree.
    Optional<Line> furthest(Bytes logId) {
        return lines.stream()
                .filter(line -> line.logId().equals(logId))
                .filter(line ->
                        line.act().equals(RootAct.COUNTERSIGN.word()) || line.act().equals(SEEN))
                .max(Comparator.comparingLong(Line::size));
    }

    /// Makes a line durable, unless it says what another said before.
    void add(Instant at, String act, Bytes logId, long epoch, long size, Bytes sha256)
            throws IOException {
        var line =
                new Line(
                        at.truncatedTo(ChronoUnit.SECONDS).toString(),
                        act,
                        logId,
                        epoch,
                        size,
                        sha256);
        if (lines.stream().anyMatch(line::saysTheSame)) return;
        var text = new StringBuilder(HEAD).append('\n');
        lines.forEach(before -> text.append(before.text()).append('\n'));
        text.append(line.text()).append('\n');
        MediaFile.write(file, text.toString());
        lines.add(line);
    }
}
