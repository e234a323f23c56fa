package redoubt.foreign.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Tries each way out from inside the calling process and says what happened: the evidence behind
/// `redoubt seal check`. It aims at this machine's own loopback and at things that are not there,
/// never at an outside address, and leaves nothing behind. Run before the filter is installed, the
/// same attempts are open: that is the positive control, and a test does it.
///
/// Runs on the calling thread, in well under a second.
public final class SealProbe {
    private static final int NON_BLOCKING = 0x800;
    private static final int AT_FDCWD = -100;
    private static final int CREATE_NEW = 0x1 | 0x40 | 0x80;
    private static final int OWNER_ONLY = 0600;

    // Answers of a protocol, not refusals; ENOENT is a Unix socket that is not there.
    private static final List<Integer> STACK_ANSWERS =
            List.of(
                    Errno.EINPROGRESS,
                    Errno.ECONNREFUSED,
                    Errno.ECONNRESET,
                    Errno.ENOENT,
                    Errno.EAGAIN,
                    Errno.ENODEV);

    // Ways that the gateway keeps, and why. Everything else is to be refused.
    private static final Map<String, String> GATEWAY_KEEPS =
            Map.of(
                    "exec", "it starts engines, which inherit the filter",
                    "fork", "it starts engines, which inherit the filter",
                    "signal", "it ends engines that do not answer",
                    "write-outside",
                            "it writes the record and the content; file permissions, and on an"
                                    + " installed host the service's sandbox, limit where");

    private final Architecture architecture;
    private final Map<String, String> keeps;

    private SealProbe(Architecture architecture, Map<String, String> keeps) {
        this.architecture = architecture;
        this.keeps = keeps;
    }

    /// The ways out of an engine. `outside` is an existing folder that the process has no business
    /// writing to.
    ///
    /// @throws PosixException where there is no seal for this platform
    public static List<ProbeResult> engine(Path outside) throws PosixException {
        return new SealProbe(Architecture.current(), Map.of()).tryAll(outside);
    }

    /// The ways out of the gateway. `outside` as for [#engine].
    ///
    /// @throws PosixException where there is no seal for this platform
    public static List<ProbeResult> gateway(Path outside) throws PosixException {
        return new SealProbe(Architecture.current(), GATEWAY_KEEPS).tryAll(outside);
    }

    private List<ProbeResult> tryAll(Path outside) {
        List<ProbeResult> results = new ArrayList<>();
        for (SealAttempt attempt : SealAttempt.all(outside)) {
            try (Arena arena = Arena.ofConfined()) {
                Step last = attempt(attempt, arena);
                results.add(
                        new ProbeResult(
                                attempt.name(),
                                attempt.attempted(),
                                last.outcome(),
                                last.layer(),
                                keeps.getOrDefault(attempt.name(), "")));
            }
        }
        return List.copyOf(results);
    }

    /// The call that decided an attempt.
    private record Step(ProbeOutcome outcome, String layer) {}

    private Step attempt(SealAttempt attempt, Arena arena) {
        return switch (attempt) {
            case SealAttempt.Socket socket -> socket(socket, arena);
            case SealAttempt.Call call ->
                    make(
                            call.call(),
                            call.reached(),
                            call.arguments().stream().mapToLong(Long::longValue).toArray());
            case SealAttempt.WriteOutside write -> writeOutside(write.folder(), arena);
            case SealAttempt.Execute execute -> execute(arena);
            case SealAttempt.OnNoDescriptor none -> onNoDescriptor(none.call(), arena);
        };
    }

    private Step socket(SealAttempt.Socket attempt, Arena arena) {
        long[] wanted = {attempt.family(), attempt.type() | NON_BLOCKING, attempt.protocol()};
        Libc.Outcome made = Libc.systemCall(SystemCall.SOCKET.number(architecture), wanted);
        if (made.failed()) {
            return refused(SystemCall.SOCKET, made.errno(), wanted);
        }
        try {
            return use(attempt, made.value(), arena);
        } finally {
            Libc.close((int) made.value());
        }
    }

    private Step use(SealAttempt.Socket attempt, long socket, Arena arena) {
        SocketAddressBytes to = attempt.address();
        MemorySegment address =
                arena.allocateFrom(
                        ValueLayout.JAVA_BYTE,
                        (to == null ? SocketAddressBytes.LOOPBACK_V4 : to).bytes());
        long at = address.address();
        return switch (attempt.use()) {
            case MAKE -> open("the socket was made");
            case BIND -> make(SystemCall.BIND, STACK_ANSWERS, socket, at, address.byteSize());
            // Whatever the stack answers, refused or in progress: it was asked, so the way is open.
            case CONNECT -> make(SystemCall.CONNECT, STACK_ANSWERS, socket, at, address.byteSize());
            case SEND_TO ->
                    make(
                            SystemCall.SENDTO,
                            STACK_ANSWERS,
                            socket,
                            at,
                            1,
                            0,
                            at,
                            address.byteSize());
        };
    }

    private Step writeOutside(Path folder, Arena arena) {
        MemorySegment path = arena.allocateFrom(folder.resolve(".redoubt-seal-probe").toString());
        Libc.Outcome opened =
                Libc.systemCall(
                        SystemCall.OPENAT.number(architecture),
                        AT_FDCWD,
                        path.address(),
                        CREATE_NEW,
                        OWNER_ONLY);
        if (opened.failed()) {
            return refused(SystemCall.OPENAT, opened.errno(), AT_FDCWD, path.address(), CREATE_NEW);
        }
        Libc.close((int) opened.value());
        Libc.systemCall(SystemCall.UNLINKAT.number(architecture), AT_FDCWD, path.address(), 0);
        return open("the file was made, and taken away again");
    }

    private Step execute(Arena arena) {
        MemorySegment path = arena.allocateFrom("/proc/self/redoubt-seal-probe");
        MemorySegment none = arena.allocate(ValueLayout.JAVA_LONG);
        return make(
                SystemCall.EXECVE,
                List.of(Errno.ENOENT),
                path.address(),
                none.address(),
                none.address());
    }

    private Step onNoDescriptor(SystemCall call, Arena arena) {
        byte[] bytes = SocketAddressBytes.LOOPBACK_V4.bytes();
        MemorySegment address = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
        long at = address.address();
        return call == SystemCall.SENDTO
                ? make(call, List.of(Errno.EBADF), -1, at, 1, 0, at, bytes.length)
                : make(call, List.of(Errno.EBADF), -1, at, bytes.length);
    }

    private Step make(SystemCall call, List<Integer> reached, long... arguments) {
        Libc.Outcome outcome = Libc.systemCall(call.number(architecture), arguments);
        if (!outcome.failed()) {
            return open("the call succeeded");
        }
        boolean byFilter =
                SystemCallFilter.refusalOf(architecture, call, arguments) == outcome.errno();
        if (reached.contains(outcome.errno()) && !byFilter) {
            return open("the call got through to " + Errno.name(outcome.errno()));
        }
        return refused(call, outcome.errno(), arguments);
    }

    private Step refused(SystemCall call, int errno, long... arguments) {
        boolean byFilter = SystemCallFilter.refusalOf(architecture, call, arguments) == errno;
        return new Step(
                new ProbeOutcome.Blocked(errno), byFilter ? "kernel filter" : "operating system");
    }

    private static Step open(String seen) {
        return new Step(new ProbeOutcome.Open(seen), "none");
    }
}
