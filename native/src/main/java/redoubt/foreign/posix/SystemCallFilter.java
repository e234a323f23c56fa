package redoubt.foreign.posix;

/// A kernel filter (seccomp) for one kind of process.
@SuppressWarnings("DoNotCallSuggester")
public final class SystemCallFilter {
    private final String process;

    private SystemCallFilter(String process) {
        this.process = process;
    }

    /// For a process that owns a model: no socket call at all, no new process, no file written.
    public static SystemCallFilter engine() {
        return new SystemCallFilter("engine");
    }

    /// For the gateway, once its listener is open: no new socket, no outgoing connection.
    public static SystemCallFilter gateway() {
        return new SystemCallFilter("gateway");
    }

    /// Puts the filter over every thread of this process, for ever, and reads back that it holds.
    public FilterInstalled install() throws PosixException {
        throw new PosixException(
                "The filter of the " + process + " is not built yet.", Errno.ENOSYS);
    }
}
