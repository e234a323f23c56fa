package redoubt.foreign.posix;

import static redoubt.foreign.posix.SystemCall.*;

import java.util.ArrayList;
import java.util.List;

/// What the engine and the gateway may not do, and why. docs/seal.md says the same for a reader who
/// does not read code, and what no filter of this kind can cover.
final class SealRules {
    private static final int CLONE_THREAD = 0x0001_0000;
    // CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET.
    private static final int CLONE_NEW_NAMESPACES = 0x7E02_0000;
    // O_WRONLY, O_RDWR, O_CREAT, O_TRUNC: the same bits on both instruction sets.
    private static final int OPEN_TO_WRITE = 0x1 | 0x2 | 0x40 | 0x200;
    // Push characters into a terminal that somebody else reads.
    private static final int TIOCSTI = 0x5412;
    private static final int TIOCLINUX = 0x541C;

    /// Refused to both: no new socket, no connection, no calls past the filter, no reach into other
    /// processes, no change of the machine.
    private static final List<SystemCall> NEVER =
            List.of(
                    SOCKET,
                    SOCKETPAIR,
                    CONNECT,
                    BIND,
                    LISTEN,
                    SENDMSG,
                    SENDMMSG,
                    RECVMMSG,
                    IO_URING_SETUP,
                    IO_URING_ENTER,
                    IO_URING_REGISTER,
                    EXECVEAT,
                    PTRACE,
                    PROCESS_VM_READV,
                    PROCESS_VM_WRITEV,
                    PROCESS_MADVISE,
                    PROCESS_MRELEASE,
                    KCMP,
                    PIDFD_GETFD,
                    BPF,
                    PERF_EVENT_OPEN,
                    USERFAULTFD,
                    ADD_KEY,
                    REQUEST_KEY,
                    KEYCTL,
                    KEXEC_LOAD,
                    KEXEC_FILE_LOAD,
                    INIT_MODULE,
                    FINIT_MODULE,
                    DELETE_MODULE,
                    LOOKUP_DCOOKIE,
                    SYSLOG,
                    QUOTACTL,
                    QUOTACTL_FD,
                    ACCT,
                    REBOOT,
                    SWAPON,
                    SWAPOFF,
                    NFSSERVCTL,
                    VHANGUP,
                    FANOTIFY_INIT,
                    MOUNT,
                    UMOUNT2,
                    PIVOT_ROOT,
                    CHROOT,
                    UNSHARE,
                    SETNS,
                    MOVE_MOUNT,
                    OPEN_TREE,
                    FSOPEN,
                    FSCONFIG,
                    FSMOUNT,
                    FSPICK,
                    MOUNT_SETATTR,
                    SETTIMEOFDAY,
                    CLOCK_SETTIME,
                    ADJTIMEX,
                    CLOCK_ADJTIME,
                    SETHOSTNAME,
                    SETDOMAINNAME,
                    IOPL,
                    IOPERM,
                    MODIFY_LDT,
                    PERSONALITY,
                    USELIB,
                    SETUID,
                    SETGID,
                    SETREUID,
                    SETREGID,
                    SETRESUID,
                    SETRESGID,
                    SETFSUID,
                    SETFSGID,
                    SETGROUPS,
                    CAPSET,
                    OPEN_BY_HANDLE_AT,
                    NAME_TO_HANDLE_AT);

    /// Refused to an engine besides: every call on a socket it might have been handed, every new
    /// process, other processes' signals and shared memory, every change of a file.
    private static final List<SystemCall> NEVER_IN_ENGINE =
            List.of(
                    ACCEPT,
                    ACCEPT4,
                    SENDTO,
                    RECVFROM,
                    RECVMSG,
                    SHUTDOWN,
                    GETSOCKNAME,
                    GETPEERNAME,
                    SETSOCKOPT,
                    GETSOCKOPT,
                    EXECVE,
                    FORK,
                    VFORK,
                    SETRLIMIT,
                    PIDFD_OPEN,
                    PIDFD_SEND_SIGNAL,
                    TKILL,
                    SHMGET,
                    SHMAT,
                    SHMCTL,
                    SHMDT,
                    MSGGET,
                    MSGSND,
                    MSGRCV,
                    MSGCTL,
                    SEMGET,
                    SEMOP,
                    SEMTIMEDOP,
                    SEMCTL,
                    MQ_OPEN,
                    MQ_UNLINK,
                    MQ_TIMEDSEND,
                    MQ_TIMEDRECEIVE,
                    MQ_NOTIFY,
                    MQ_GETSETATTR,
                    CREAT,
                    MEMFD_CREATE,
                    MEMFD_SECRET,
                    TRUNCATE,
                    MKDIR,
                    MKDIRAT,
                    MKNOD,
                    MKNODAT,
                    RENAME,
                    RENAMEAT,
                    RENAMEAT2,
                    UNLINK,
                    UNLINKAT,
                    RMDIR,
                    LINK,
                    LINKAT,
                    SYMLINK,
                    SYMLINKAT,
                    CHMOD,
                    FCHMOD,
                    FCHMODAT,
                    FCHMODAT2,
                    CHOWN,
                    FCHOWN,
                    LCHOWN,
                    FCHOWNAT,
                    SETXATTR,
                    LSETXATTR,
                    FSETXATTR,
                    REMOVEXATTR,
                    LREMOVEXATTR,
                    FREMOVEXATTR,
                    UTIME,
                    UTIMES,
                    FUTIMESAT,
                    UTIMENSAT);

    private SealRules() {}

    /// The rules of an engine whose process number is `pid`.
    static List<FilterRule> engine(int pid) {
        List<FilterRule> rules = both();
        NEVER_IN_ENGINE.forEach(call -> rules.add(new FilterRule.Always(call, Errno.EPERM)));
        rules.add(new FilterRule.UnlessAnyBit(CLONE, 0, CLONE_THREAD, Errno.EPERM));
        // Limits may be read; what they are was settled before the seal.
        rules.add(new FilterRule.UnlessZero(PRLIMIT64, 2, Errno.EPERM));
        rules.add(new FilterRule.IfAnyBit(OPEN, 1, OPEN_TO_WRITE, Errno.EPERM));
        rules.add(new FilterRule.IfAnyBit(OPENAT, 2, OPEN_TO_WRITE, Errno.EPERM));
        // Its flags are in memory, where a filter cannot look; the C library then uses openat.
        rules.add(new FilterRule.Always(OPENAT2, Errno.ENOSYS));
        for (SystemCall signal : List.of(KILL, TGKILL, RT_SIGQUEUEINFO, RT_TGSIGQUEUEINFO)) {
            rules.add(new FilterRule.UnlessEqual(signal, 0, pid, Errno.EPERM));
        }
        return List.copyOf(rules);
    }

    /// The rules of the gateway, for when its listener is open.
    static List<FilterRule> gateway() {
        List<FilterRule> rules = both();
        // An address in sendto is a datagram, or a connection opened by its first data.
        rules.add(new FilterRule.UnlessZero(SENDTO, 4, Errno.EPERM));
        return List.copyOf(rules);
    }

    private static List<FilterRule> both() {
        List<FilterRule> rules = new ArrayList<>();
        NEVER.forEach(call -> rules.add(new FilterRule.Always(call, Errno.EPERM)));
        // Its flags are in memory, where a filter cannot look; the C library then uses clone.
        rules.add(new FilterRule.Always(CLONE3, Errno.ENOSYS));
        rules.add(new FilterRule.IfAnyBit(CLONE, 0, CLONE_NEW_NAMESPACES, Errno.EPERM));
        rules.add(new FilterRule.IfEqual(IOCTL, 1, TIOCSTI, Errno.EPERM));
        rules.add(new FilterRule.IfEqual(IOCTL, 1, TIOCLINUX, Errno.EPERM));
        return rules;
    }
}
