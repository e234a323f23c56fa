package redoubt.engine.client;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What an engine says on standard error: the last lines in memory for a report of its end, and up
/// to a bound in a file. Owns a thread that reads until the engine's end; an engine that talks
/// without end costs neither memory nor disk.
final class ChildLog {
    static final int LINES_MAX = 100;
    static final int LINE_BYTES_MAX = 2000;
    static final long FILE_BYTES_MAX = 4L * 1024 * 1024;

    // The second line of a crash report: `#  SIGSEGV (0xb) at pc=…`.
    private static final Pattern FAULT = Pattern.compile("^#  (SIG[A-Z]+) \\(0x");

    // How Java, the C++ library, ggml and the shim say it. A report of any crash speaks of memory.
    private static final Pattern NO_MEMORY =
            Pattern.compile(
                    "Terminating due to java.lang.OutOfMemoryError|insufficient memory for the Java"
                            + "|fault of its own: java.lang.OutOfMemoryError"
                            + "|insufficient memory \\(attempted|instance of 'std::bad_alloc'"
                            + "|There is not enough memory");

    private final Path file;
    private final Deque<String> last = new ArrayDeque<>();
    private final Thread reader;
    private long written;
    private @Nullable String fault;
    private boolean ranOutOfMemory;

    ChildLog(InputStream stream, Path file) {
        this.file = file;
        this.reader = Thread.ofPlatform().name("engine-log").daemon().start(() -> readAll(stream));
    }

    /// The last lines, oldest first.
    List<String> lines() {
        synchronized (last) {
            return List.copyOf(last);
        }
    }

    /// The signal of which the JVM's own crash report speaks, for example `SIGSEGV`; empty where
    /// there is no such report.
    Optional<String> fault() {
        synchronized (last) {
            return Optional.ofNullable(fault);
        }
    }

    /// Whether the engine, or something in it, said that it was given no memory.
    boolean ranOutOfMemory() {
        synchronized (last) {
            return ranOutOfMemory;
        }
    }

    /// Waits until all was read that the engine said; it must have ended.
    void finish() throws InterruptedException {
        reader.join();
    }

    /// Removes the file, when nobody will want to know.
    void forget() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException stays) {
            remember("The log of this engine could not be removed: " + stays.getMessage());
        }
    }

    private void readAll(InputStream stream) {
        try (InputStream bytes = new BufferedInputStream(stream);
                OutputStream out =
                        Files.newOutputStream(
                                file,
                                StandardOpenOption.CREATE,
                                StandardOpenOption.TRUNCATE_EXISTING,
                                StandardOpenOption.WRITE)) {
            copy(bytes, out);
        } catch (IOException failure) {
            remember("The log of this engine could not be kept: " + failure.getMessage());
            drain(stream);
        }
    }

    private void copy(InputStream bytes, OutputStream out) throws IOException {
        byte[] line = new byte[LINE_BYTES_MAX];
        int length = 0;
        for (int next = bytes.read(); next >= 0; next = bytes.read()) {
            if (next != '\n') {
                line[length++] = (byte) next;
            }
            if (next == '\n' || length == line.length) {
                keep(line, length, out);
                length = 0;
            }
        }
        if (length > 0) {
            keep(line, length, out);
        }
    }

    private void keep(byte[] line, int length, OutputStream out) throws IOException {
        remember(new String(line, 0, length, StandardCharsets.UTF_8));
        if (written < FILE_BYTES_MAX) {
            out.write(line, 0, length);
            out.write('\n');
            written += length + 1;
        }
    }

    private void remember(String line) {
        synchronized (last) {
            if (last.size() == LINES_MAX) {
                last.removeFirst();
            }
            last.addLast(line);
            Matcher matcher = FAULT.matcher(line);
            if (fault == null && matcher.find()) {
                fault = matcher.group(1);
            }
            ranOutOfMemory |= NO_MEMORY.matcher(line).find();
        }
    }

    // A full disk must not stop the engine at a full pipe.
    private static void drain(InputStream stream) {
        try {
            stream.transferTo(OutputStream.nullOutputStream());
        } catch (IOException _) {
            // The engine has ended, which is what this thread was waiting for.
        }
    }
}
