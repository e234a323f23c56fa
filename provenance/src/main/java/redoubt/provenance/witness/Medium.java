package redoubt.provenance.witness;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/// A folder on a medium that passed through hands which nobody watched. Only plain files in plain
/// folders are read, no link is followed, nothing is read beyond a bound, and what is written takes
/// the place of a name instead of going where the name leads. One thread. Source:
/// docs/audit-record.md section 12.2.
public final class Medium {
    private static final int NAMES_MAX = 4_096;
    private static final Pattern NAME = Pattern.compile("[0-9a-z][0-9a-z.-]{0,80}");

    private final Path folder;

    /// @param folder is there; itself it may be a link, because a person named it
    public Medium(Path folder) throws WitnessException {
        if (!Files.isDirectory(folder)) {
            throw new WitnessException(
                    folder
                            + " is not a folder. Nothing was done. Put the medium in, or name the"
                            + " folder on it.");
        }
        this.folder = folder;
    }

    public Path folder() {
        return folder;
    }

    /// A file of the folder itself, or of a folder in it; empty where there is none.
    ///
    /// @param name `file` or `folder/file`
    public Optional<byte[]> read(String name, int bytesMax) throws WitnessException {
        Path file = resolve(name);
        try {
            requirePlain(file.getParent());
            if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                return Optional.empty();
            }
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new WitnessException(
                        name
                                + " on the medium is not a plain file but a link or something else."
                                + " Whoever put it there wants something else read. Nothing was"
                                + " done.");
            }
            try (var in =
                    Files.newInputStream(
                            file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
                byte[] bytes = in.readNBytes(bytesMax + 1);
                if (bytes.length > bytesMax) {
                    throw new WitnessException(
                            name
                                    + " on the medium is longer than the "
                                    + bytesMax
                                    + " bytes that it can have. Nothing was done.");
                }
                return Optional.of(bytes);
            }
        } catch (WitnessException e) {
            throw e;
        } catch (IOException e) {
            throw unusable(name, "read", e);
        }
    }

    /// The names in a folder of this one that match, sorted; none where there is no such folder.
    public List<String> names(String inner, Pattern matching) throws WitnessException {
        Path at = resolve(inner);
        List<String> names = new ArrayList<>();
        try {
            requirePlain(at);
            if (!Files.exists(at, LinkOption.NOFOLLOW_LINKS)) {
                return List.of();
            }
            int seen = 0;
            try (var files = Files.newDirectoryStream(at)) {
                for (Path file : files) {
                    if (++seen > NAMES_MAX) {
                        throw new WitnessException(
                                inner
                                        + " on the medium holds more than "
                                        + NAMES_MAX
                                        + " names. Nothing was done. Empty it.");
                    }
                    String name = String.valueOf(file.getFileName());
                    if (matching.matcher(name).matches()) {
                        names.add(name);
                    }
                }
            }
        } catch (WitnessException e) {
            throw e;
        } catch (DirectoryIteratorException e) {
            throw unusable(inner, "read", new IOException(e));
        } catch (IOException e) {
            throw unusable(inner, "read", e);
        }
        return names.stream().sorted().toList();
    }

    /// Writes a file, whole and durably, in the place of what had its name.
    public void write(String name, byte[] bytes) throws WitnessException {
        Path file = resolve(name);
        Path in = parent(file);
        try {
            requirePlain(in);
            if (!Files.exists(in, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(in);
            }
            Path aside = in.resolve("new-" + UUID.randomUUID());
            try {
                try (FileChannel out =
                        FileChannel.open(
                                aside,
                                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
                    ByteBuffer rest = ByteBuffer.wrap(bytes);
                    while (rest.hasRemaining()) {
                        out.write(rest);
                    }
                    out.force(true);
                }
                Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(aside);
            }
            force(in);
        } catch (WitnessException e) {
            throw e;
        } catch (IOException e) {
            throw unusable(name, "written", e);
        }
    }

    private static void force(Path folder) throws IOException {
        try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    private Path resolve(String name) {
        String[] parts = name.split("/", -1);
        Path at = folder;
        for (String part : parts) {
            if (parts.length > 2 || !NAME.matcher(part).matches()) {
                throw new IllegalArgumentException("not a name on a medium: " + name);
            }
            at = at.resolve(part);
        }
        return at;
    }

    private static Path parent(Path file) {
        Path parent = file.getParent();
        if (parent == null) {
            throw new IllegalArgumentException("a file in no folder: " + file);
        }
        return parent;
    }

    private void requirePlain(@org.jspecify.annotations.Nullable Path in) throws WitnessException {
        if (in == null || in.equals(folder) || !Files.exists(in, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.isDirectory(in, LinkOption.NOFOLLOW_LINKS)) {
            throw new WitnessException(
                    in.getFileName()
                            + " on the medium is not a plain folder but a link or something else."
                            + " Whoever put it there wants something else read or overwritten."
                            + " Nothing was done.");
        }
    }

    private static WitnessException unusable(String name, String what, IOException why) {
        String how =
                why instanceof FileAlreadyExistsException
                        ? "something else has this name"
                        : why.getMessage() == null
                                ? why.getClass().getSimpleName()
                                : why.getMessage();
        return new WitnessException(
                name
                        + " on the medium cannot be "
                        + what
                        + ": "
                        + how
                        + ". Check that the medium is there, has room and can be written to.",
                why);
    }
}
