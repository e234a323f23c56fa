package redoubt.foreign.posix;

/// What took hold when a [SystemCallFilter] was installed, read back from the kernel and not
/// assumed.
///
/// @param process which process's filter it is: `engine` or `gateway`
/// @param architecture the instruction set that the filter was made for: `x86-64` or `aarch64`
/// @param noNewPrivileges whether the kernel reports no_new_privs for every thread
/// @param threads how many threads the kernel reports as filtered; it is all of them, or the
///   installation has failed
/// @param instructions length of the filter program
/// @param programSha256 SHA-256 (hex) of the filter program, so that two hosts can be compared
public record FilterInstalled(
        String process,
        String architecture,
        boolean noNewPrivileges,
        int threads,
        int instructions,
        String programSha256) {

    /// One line for a person.
    public String sentence() {
        return "The kernel filter of the %s holds for all %d threads (%s, %d instructions, SHA-256 %s)%s."
                .formatted(
                        process,
                        threads,
                        architecture,
                        instructions,
                        programSha256.substring(0, 16),
                        noNewPrivileges ? ", and no new privileges can be gained" : "");
    }
}
