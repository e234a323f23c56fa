package redoubt.foreign.posix;

/// What came of one attempt to get out.
public sealed interface ProbeOutcome {

    /// The attempt was refused with this error number.
    record Blocked(int errno) implements ProbeOutcome {
        /// The symbolic name of the error, for example `EPERM`.
        public String errnoName() {
            return Errno.name(errno);
        }
    }

    /// The attempt reached what it was aimed at; `seen` says how that shows.
    record Open(String seen) implements ProbeOutcome {}
}
