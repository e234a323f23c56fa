package redoubt.foreign.posix;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// What this process may take of private memory that it can write to: heaps, stacks of threads,
/// native allocations. Files that are mapped to be read, such as weights, do not count, and neither
/// does what is reserved and cannot be touched yet. What is asked for beyond the limit is refused
/// by the kernel with ENOMEM, which `malloc` and `mmap` hand on. Memory counts when it is asked for
/// and not when it is used. Any thread; the limit is the process's. Source: getrlimit(2)
/// RLIMIT_DATA, proc_pid_status(5) VmData.
public final class MemoryLimit {
    private static final int RLIMIT_DATA = 2;
    private static final int KIB = 1024;
    private static final String TAKEN = "VmData:";

    private MemoryLimit() {}

    /// What counts towards the limit now.
    ///
    /// @throws IOException when the kernel does not tell
    public static long takenBytes() throws IOException {
        for (String line :
                Files.readAllLines(Path.of("/proc/self/status"), StandardCharsets.ISO_8859_1)) {
            if (line.startsWith(TAKEN)) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * KIB;
            }
        }
        throw new IOException("/proc/self/status has no line " + TAKEN);
    }

    /// Sets the limit for this process. Only a privileged process can raise it again, and none
    /// under [SystemCallFilter#engine].
    ///
    /// @throws PosixException when it does not hold; the process must then not go on
    public static void set(long bytes) throws PosixException {
        if (bytes < 1) {
            throw new IllegalArgumentException("a limit is at least a byte");
        }
        int call = SystemCall.PRLIMIT64.number(Architecture.current());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment wanted = arena.allocateFrom(ValueLayout.JAVA_LONG, bytes, bytes);
            MemorySegment there = arena.allocate(ValueLayout.JAVA_LONG, 2);
            Libc.Outcome set = Libc.systemCall(call, 0, RLIMIT_DATA, wanted.address(), 0);
            Libc.Outcome read =
                    set.failed() ? set : Libc.systemCall(call, 0, RLIMIT_DATA, 0, there.address());
            if (read.failed()) {
                throw new PosixException(
                        "The kernel does not take a limit of %d bytes for this process's memory, so it could take all of the host's. It does not run without."
                                .formatted(bytes),
                        read.errno());
            }
            if (there.mismatch(wanted) >= 0) {
                throw new PosixException(
                        "The kernel took a limit for this process's memory, but another one holds. It does not run so.",
                        Errno.EINVAL);
            }
        }
    }
}
