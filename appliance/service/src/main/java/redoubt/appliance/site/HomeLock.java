package redoubt.appliance.site;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The lock by which one process owns a home. The kernel drops it with the process, so a crash
/// leaves none behind. The file says who holds it.
public final class HomeLock implements AutoCloseable {
    static final String NAME = "lock";

    private static final Pattern PROCESS =
            Pattern.compile("process ([0-9]{1,18})( \\([A-Z_]+\\))?");

    private final FileChannel channel;

    private HomeLock(FileChannel channel) {
        this.channel = channel;
    }

    /// @param use what for, which says what the record will hold of it

    public static HomeLock take(Path root, HomeUse use) throws SiteException {
        Path file = root.resolve(NAME);
        try {
            Durable.folder(root);
            FileChannel channel =
                    FileChannel.open(
                            file,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                channel.close();
                throw new SiteException(
                        SiteException.LOCKED,
                        "Another Redoubt has the home folder %s: %s. Two would spoil each other's record. Stop that one with `redoubt stop --home %s`, or give another --home."
                                .formatted(root, holder(file), ShellWord.of(root)));
            }
            byte[] mine =
                    "process %d (%s)"
                            .formatted(ProcessHandle.current().pid(), use)
                            .getBytes(StandardCharsets.UTF_8);
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(mine), 0);
            return new HomeLock(channel);
        } catch (IOException failure) {
            throw new SiteException(
                    SiteException.SITE,
                    "The home folder %s cannot be locked: %s. Nothing was changed. Check that it is on a local disk and writable."
                            .formatted(root, Home.reason(failure)),
                    failure);
        }
    }

    /// The process that has the home now. A process number in a file can belong to a stranger after
    /// a crash; the lock cannot.
    public static OptionalLong owner(Path root) throws IOException {
        Path file = root.resolve(NAME);
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (tryLock(channel) != null) return OptionalLong.empty();
        } catch (NoSuchFileException never) {
            return OptionalLong.empty();
        }
        Matcher said = PROCESS.matcher(holder(file));
        if (!said.matches()) throw new IOException(file + " does not say which process has it");
        return OptionalLong.of(Long.parseLong(said.group(1)));
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException sameProcess) {
            return null;
        }
    }

    private static String holder(Path file) throws IOException {
        String said = Files.readString(file).strip();
        return said.isEmpty() ? "it does not say its number" : said;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
