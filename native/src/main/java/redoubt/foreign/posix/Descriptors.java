package redoubt.foreign.posix;

import java.io.OutputStream;

/// The process's own file descriptors. (A folder is made durable in plain Java:
/// `FileChannel.open(folder, READ).force(true)`.)
public final class Descriptors {
    private static final int STANDARD_OUTPUT = 1;
    private static final int STANDARD_ERROR = 2;
    // Well clear of the numbers that a child process closes or reuses by habit.
    private static final int LOWEST = 64;

    private Descriptors() {}

    /// Takes standard output away from everybody else in this process and returns the only way to
    /// write to what it was. From then on `System.out`, and what native code prints to descriptor
    /// 1, goes to standard error, so that no stray line ever lands inside a protocol's frame.
    ///
    /// The stream writes whole arrays without a buffer and blocks its thread in a native call, so
    /// it belongs to a platform thread. Call once, before anything else writes.
    ///
    /// @throws PosixException when the process was started without an open standard output
    public static OutputStream detachStandardOutput() throws PosixException {
        System.out.flush();
        Libc.Outcome kept = Libc.duplicateAtLeast(STANDARD_OUTPUT, LOWEST);
        if (kept.failed()) {
            throw new PosixException(
                    "Standard output cannot be set aside for frames, so nobody could read this"
                            + " process's answers. Start it with a pipe as standard output.",
                    kept.errno());
        }
        int descriptor = (int) kept.value();
        Libc.Outcome diverted = Libc.dup2(STANDARD_ERROR, STANDARD_OUTPUT);
        if (diverted.failed()) {
            Libc.close(descriptor);
            throw new PosixException(
                    "Standard output cannot be diverted to standard error, so a stray print could"
                            + " corrupt a frame. Start the process with standard error open.",
                    diverted.errno());
        }
        return new DescriptorOutput(descriptor);
    }
}
