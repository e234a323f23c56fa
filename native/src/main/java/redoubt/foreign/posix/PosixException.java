package redoubt.foreign.posix;

import java.io.IOException;

/// The operating system refused a call that the appliance needs. Carries the error number, so that
/// a caller can tell one refusal from another, and a sentence for a person.
public final class PosixException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    public PosixException(String sentence, int errno) {
        super(sentence + " (" + Errno.name(errno) + ")");
        this.errno = errno;
    }

    /// The error number of the failed call, as in errno(3).
    public int errno() {
        return errno;
    }
}
