package redoubt.foreign.posix;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A kernel filter (seccomp) for one kind of process: the part of the seal that holds whatever code
/// runs inside, native code included. It refuses system calls by number and register; docs/seal.md
/// lists which, why, and what such a filter cannot cover. Once installed it can never be taken off,
/// and every process started from then on inherits it.
///
/// May be installed from any thread; it takes hold of all of them at once (TSYNC). Source:
/// seccomp(2), prctl(2), architecture.md "The seal".
public final class SystemCallFilter {
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int SECCOMP_SET_MODE_FILTER = 1;
    private static final int SECCOMP_FILTER_FLAG_TSYNC = 1;
    private static final int PROGRAM_HEADER_BYTES = 16;

    // What this process is under by its own doing, so that a probe can tell who refused it.
    private static final AtomicReference<@Nullable FilterProgram> INSTALLED =
            new AtomicReference<>();

    private final String process;
    private final List<FilterRule> rules;

    private SystemCallFilter(String process, List<FilterRule> rules) {
        this.process = process;
        this.rules = rules;
    }

    /// For a process that owns a model: no socket call at all, no new process or program, no file
    /// opened to be written. Install it when the model is loaded and the pipes are open.
    public static SystemCallFilter engine() {
        int pid = Math.toIntExact(ProcessHandle.current().pid());
        return new SystemCallFilter("engine", SealRules.engine(pid));
    }

    /// For the gateway: no new socket of any kind, no outgoing connection, no datagram. Install it
    /// when the listener is open; accepting, reading, writing and starting engines go on.
    public static SystemCallFilter gateway() {
        return new SystemCallFilter("gateway", SealRules.gateway());
    }

    /// Puts the filter over every thread of this process, for ever, and reads back from the kernel
    /// that it holds.
    ///
    /// @throws PosixException when it does not hold for all of them; the process must then not go
    ///   on
    public FilterInstalled install() throws PosixException {
        Architecture architecture = Architecture.current();
        FilterProgram program = FilterRule.compile(rules, architecture);
        Libc.Outcome privileges =
                Libc.systemCall(
                        SystemCall.PRCTL.number(architecture), PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        if (privileges.failed()) {
            throw notSealed("The kernel refuses no_new_privs", privileges.errno());
        }
        Libc.Outcome outcome = handToKernel(program, architecture);
        if (outcome.failed()) {
            throw notSealed("The kernel refuses the filter", outcome.errno());
        }
        if (outcome.value() != 0) {
            throw notSealed(
                    "Thread %d is under another filter already, so the filter took hold of none"
                            .formatted(outcome.value()),
                    Errno.EINVAL);
        }
        INSTALLED.set(program);
        return new FilterInstalled(
                process,
                architecture.label(),
                true,
                threadsUnderFilter(),
                program.instructions().size(),
                program.sha256());
    }

    /// The refusal that this process's own filter has for a call, as an error number; 0 for none.
    static int refusalOf(Architecture architecture, SystemCall call, long... arguments) {
        FilterProgram program = INSTALLED.get();
        if (program == null) {
            return 0;
        }
        CallData data =
                CallData.of(call.number(architecture), architecture.auditNumber(), arguments);
        return FilterProgram.errnoOf(program.run(data));
    }

    private static Libc.Outcome handToKernel(FilterProgram program, Architecture architecture) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment steps = arena.allocateFrom(ValueLayout.JAVA_BYTE, program.bytes());
            MemorySegment header = arena.allocate(PROGRAM_HEADER_BYTES, Long.BYTES);
            header.set(ValueLayout.JAVA_SHORT, 0, (short) program.instructions().size());
            header.set(ValueLayout.ADDRESS, Long.BYTES, steps);
            return Libc.systemCall(
                    SystemCall.SECCOMP.number(architecture),
                    SECCOMP_SET_MODE_FILTER,
                    SECCOMP_FILTER_FLAG_TSYNC,
                    header.address());
        }
    }

    private int threadsUnderFilter() throws PosixException {
        int threads = 0;
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path task : tasks) {
                threads += underFilter(task) ? 1 : 0;
            }
        } catch (IOException unreadable) {
            throw notSealed(
                    "What the kernel reports of this process cannot be read: " + unreadable,
                    Errno.EACCES);
        }
        return threads;
    }

    private boolean underFilter(Path task) throws IOException {
        List<String> status;
        try {
            status = Files.readAllLines(task.resolve("status"));
        } catch (IOException unreadable) {
            // A thread may end while it is being looked at; one that is still there may not hide.
            if (!Files.exists(task)) {
                return false;
            }
            throw unreadable;
        }
        if (!status.contains("Seccomp:\t2") || !status.contains("NoNewPrivs:\t1")) {
            throw notSealed("Thread " + task.getFileName() + " is not under it", Errno.EINVAL);
        }
        return true;
    }

    private PosixException notSealed(String what, int errno) {
        return new PosixException(
                "The seal of the %s did not take hold: %s. It does not run unsealed. Use a Linux kernel of 3.17 or later with seccomp filters, outside of a sandbox that forbids them."
                        .formatted(process, what),
                errno);
    }
}
