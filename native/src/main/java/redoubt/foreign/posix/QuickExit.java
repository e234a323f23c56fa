package redoubt.foreign.posix;

/// The end of this process without anything that libraries want to do at their end: while other
/// threads are in native code, or when there is no memory, that goes wrong more often than not.
/// `Runtime.halt` skips what Java wants to do, and not that. Any thread. Source: _exit(2).
public final class QuickExit {
    private QuickExit() {}

    /// Does not return.
    public static void with(int status) {
        try {
            Libc.exit(status);
        } finally {
            Runtime.getRuntime().halt(status);
        }
    }
}
