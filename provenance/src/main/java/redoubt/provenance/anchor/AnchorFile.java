package redoubt.provenance.anchor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A proof that is kept with a record: `record/anchors/`, named after the size of its checkpoint,
/// 16 decimal digits, and its kind. Immutable, any thread. Source: docs/audit-record.md section 13.
///
/// @param size of the checkpoint that was anchored, in entries
public record AnchorFile(long size, Anchor anchor, Path path) {
    /// Of one proof.
    public static final int BYTES_MAX = 1 << 20;

    private static final int FILES_MAX = 100_000;
    private static final Pattern NAME = Pattern.compile("([0-9]{16})\\.([a-z]{3})");

    /// Where the proofs of a record are.
    public static Path folder(Path recordFolder) {
        return recordFolder.resolve("anchors");
    }

    /// Where a proof of this kind for this size is, or would be.
    public static AnchorFile of(Path recordFolder, long size, Anchor anchor) {
        String name = "%016d.%s".formatted(size, anchor.suffix());
        return new AnchorFile(size, anchor, folder(recordFolder).resolve(name));
    }

    /// All proofs of a record, smallest size first; what is named otherwise is not one.
    ///
    /// @throws IOException when the folder cannot be read, or holds more than 100,000 files
    public static List<AnchorFile> in(Path recordFolder) throws IOException {
        List<AnchorFile> found = new ArrayList<>();
        if (!Files.isDirectory(folder(recordFolder))) return found;
        List<Path> files;
        try (var listed = Files.list(folder(recordFolder))) {
            files = listed.limit(FILES_MAX + 1L).sorted().toList();
        }
        if (files.size() > FILES_MAX)
            throw new IOException(folder(recordFolder) + " holds more than 100,000 files");
        for (Path file : files) named(file).ifPresent(found::add);
        return List.copyOf(found);
    }

    private static Optional<AnchorFile> named(Path file) {
        Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
        return name.matches() && Files.isRegularFile(file)
                ? Anchor.named(name.group(2))
                        .map(anchor -> new AnchorFile(Long.parseLong(name.group(1)), anchor, file))
                : Optional.empty();
    }

    /// The proof itself.
    ///
    /// @throws MalformedAnchorException when it is longer than a proof can be
    public byte[] read() throws IOException, MalformedAnchorException {
        try (var in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(BYTES_MAX + 1);
            if (bytes.length > BYTES_MAX)
                throw new MalformedAnchorException(path + " is longer than 1 MiB.");
            return bytes;
        }
    }
}
