package redoubt.foreign.posix;

import java.util.Locale;

/// The instruction sets whose system calls the seal knows. The numbers come from linux/audit.h.
enum Architecture {
    X86_64("x86-64", 0xC000_003E),
    AARCH64("aarch64", 0xC000_00B7);

    private final String label;
    private final int auditNumber;

    Architecture(String label, int auditNumber) {
        this.label = label;
        this.auditNumber = auditNumber;
    }

    String label() {
        return label;
    }

    /// What the kernel writes into a call's data for a call of this instruction set.
    int auditNumber() {
        return auditNumber;
    }

    /// The instruction set that this JVM runs on.
    static Architecture current() throws PosixException {
        String name = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        if (!System.getProperty("os.name", "").equals("Linux")) {
            throw unknown(name);
        }
        return switch (name) {
            case "amd64", "x86_64" -> X86_64;
            case "aarch64", "arm64" -> AARCH64;
            default -> throw unknown(name);
        };
    }

    private static PosixException unknown(String name) {
        return new PosixException(
                "There is no seal for "
                        + System.getProperty("os.name")
                        + " on "
                        + name
                        + ", and nothing runs unsealed. Use Linux on x86-64 or aarch64.",
                Errno.ENOSYS);
    }
}
