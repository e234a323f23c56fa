package redoubt.foreign.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// The C library's functions that the seal needs. Every method may be called from any thread and
/// returns the error number of its own call, because the error variable of C is read in the same
/// downcall. Source: syscall(2), write(2), dup2(2), fcntl(2).
@SuppressWarnings("restricted")
final class Libc {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    // syscall() is variadic in C, which decides how its arguments travel on some architectures.
    private static final MethodHandle SYSCALL =
            LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow("syscall"),
                    FunctionDescriptor.of(
                            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                            JAVA_LONG, JAVA_LONG),
                    Linker.Option.captureCallState("errno"),
                    Linker.Option.firstVariadicArg(1));
    private static final MethodHandle WRITE =
            LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow("write"),
                    FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG),
                    Linker.Option.captureCallState("errno"));
    private static final MethodHandle DUP2 =
            LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow("dup2"),
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT),
                    Linker.Option.captureCallState("errno"));
    private static final MethodHandle CLOSE =
            LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow("close"),
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT),
                    Linker.Option.captureCallState("errno"));
    private static final MethodHandle FCNTL =
            LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow("fcntl"),
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
                    Linker.Option.captureCallState("errno"),
                    Linker.Option.firstVariadicArg(2));

    private static final MethodHandle EXIT =
            LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow("_exit"),
                    FunctionDescriptor.ofVoid(JAVA_INT));

    private static final int F_DUPFD_CLOEXEC = 1030;

    private Libc() {}

    /// What a call returned. `errno` is 0 where the call succeeded.
    record Outcome(long value, int errno) {
        boolean failed() {
            return errno != 0;
        }
    }

    private interface Call {
        long with(MemorySegment state) throws Throwable;
    }

    private static Outcome call(Call call) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            long value = call.with(state);
            return new Outcome(value, value == -1 ? (int) ERRNO.get(state, 0L) : 0);
        } catch (Throwable unexpected) {
            throw new AssertionError("a downcall to the C library threw", unexpected);
        }
    }

    /// Makes a system call by number. Arguments past the given ones are zero.
    static Outcome systemCall(int number, long... arguments) {
        long[] a = java.util.Arrays.copyOf(arguments, 6);
        return call(state ->
                (long)
                        SYSCALL.invokeExact(
                                state, (long) number, a[0], a[1], a[2], a[3], a[4], a[5]));
    }

    /// Writes some of the bytes; like write(2) it may write fewer than it is given.
    static Outcome write(int descriptor, MemorySegment bytes) {
        return call(state -> (long) WRITE.invokeExact(state, descriptor, bytes, bytes.byteSize()));
    }

    /// Makes `to` another name of the open file `from`.
    static Outcome dup2(int from, int to) {
        return call(state -> (long) (int) DUP2.invokeExact(state, from, to));
    }

    /// A new descriptor, not below `lowest`, for the open file; it is closed in an exec.
    static Outcome duplicateAtLeast(int descriptor, int lowest) {
        return call(state ->
                (long) (int) FCNTL.invokeExact(state, descriptor, F_DUPFD_CLOEXEC, lowest));
    }

    static void exit(int status) {
        try {
            EXIT.invokeExact(status);
        } catch (Throwable unexpected) {
            throw new AssertionError("a downcall to the C library threw", unexpected);
        }
    }

    static Outcome close(int descriptor) {
        return call(state -> (long) (int) CLOSE.invokeExact(state, descriptor));
    }
}
