package redoubt.foreign.posix;

/// The system calls that the seal has an opinion on, with their numbers. A number of -1 says that
/// the instruction set has no such call. Source: asm/unistd_64.h and asm-generic/unistd.h of Linux;
/// a test compares with the headers of the machine it runs on.
enum SystemCall {
    // Sockets.
    SOCKET(41, 198),
    SOCKETPAIR(53, 199),
    CONNECT(42, 203),
    BIND(49, 200),
    LISTEN(50, 201),
    ACCEPT(43, 202),
    ACCEPT4(288, 242),
    SENDTO(44, 206),
    RECVFROM(45, 207),
    SENDMSG(46, 211),
    RECVMSG(47, 212),
    SENDMMSG(307, 269),
    RECVMMSG(299, 243),
    SHUTDOWN(48, 210),
    GETSOCKNAME(51, 204),
    GETPEERNAME(52, 205),
    SETSOCKOPT(54, 208),
    GETSOCKOPT(55, 209),
    // Calls that are made by writing to memory, past any filter.
    IO_URING_SETUP(425, 425),
    IO_URING_ENTER(426, 426),
    IO_URING_REGISTER(427, 427),
    // New processes and programs.
    EXECVE(59, 221),
    EXECVEAT(322, 281),
    FORK(57, -1),
    VFORK(58, -1),
    CLONE(56, 220),
    CLONE3(435, 435),
    // Other processes' memory, descriptors and signals.
    PTRACE(101, 117),
    PROCESS_VM_READV(310, 270),
    PROCESS_VM_WRITEV(311, 271),
    PROCESS_MADVISE(440, 440),
    PROCESS_MRELEASE(448, 448),
    KCMP(312, 272),
    PIDFD_OPEN(434, 434),
    PIDFD_GETFD(438, 438),
    PIDFD_SEND_SIGNAL(424, 424),
    KILL(62, 129),
    TKILL(200, 130),
    TGKILL(234, 131),
    RT_SIGQUEUEINFO(129, 138),
    RT_TGSIGQUEUEINFO(297, 240),
    // Messages and memory shared with other processes.
    SHMGET(29, 194),
    SHMAT(30, 196),
    SHMCTL(31, 195),
    SHMDT(67, 197),
    MSGGET(68, 186),
    MSGSND(69, 189),
    MSGRCV(70, 188),
    MSGCTL(71, 187),
    SEMGET(64, 190),
    SEMOP(65, 193),
    SEMTIMEDOP(220, 192),
    SEMCTL(66, 191),
    MQ_OPEN(240, 180),
    MQ_UNLINK(241, 181),
    MQ_TIMEDSEND(242, 182),
    MQ_TIMEDRECEIVE(243, 183),
    MQ_NOTIFY(244, 184),
    MQ_GETSETATTR(245, 185),
    // Programs inside the kernel, and its bookkeeping.
    BPF(321, 280),
    PERF_EVENT_OPEN(298, 241),
    USERFAULTFD(323, 282),
    ADD_KEY(248, 217),
    REQUEST_KEY(249, 218),
    KEYCTL(250, 219),
    KEXEC_LOAD(246, 104),
    KEXEC_FILE_LOAD(320, 294),
    INIT_MODULE(175, 105),
    FINIT_MODULE(313, 273),
    DELETE_MODULE(176, 106),
    LOOKUP_DCOOKIE(212, 18),
    SYSLOG(103, 116),
    QUOTACTL(179, 60),
    QUOTACTL_FD(443, 443),
    ACCT(163, 89),
    REBOOT(169, 142),
    SWAPON(167, 224),
    SWAPOFF(168, 225),
    NFSSERVCTL(180, 42),
    VHANGUP(153, 58),
    FANOTIFY_INIT(300, 262),
    // Namespaces and mounts.
    MOUNT(165, 40),
    UMOUNT2(166, 39),
    PIVOT_ROOT(155, 41),
    CHROOT(161, 51),
    UNSHARE(272, 97),
    SETNS(308, 268),
    MOVE_MOUNT(429, 429),
    OPEN_TREE(428, 428),
    FSOPEN(430, 430),
    FSCONFIG(431, 431),
    FSMOUNT(432, 432),
    FSPICK(433, 433),
    MOUNT_SETATTR(442, 442),
    // Clock, name and hardware of the machine.
    SETTIMEOFDAY(164, 170),
    CLOCK_SETTIME(227, 112),
    ADJTIMEX(159, 171),
    CLOCK_ADJTIME(305, 266),
    SETHOSTNAME(170, 161),
    SETDOMAINNAME(171, 162),
    IOPL(172, -1),
    IOPERM(173, -1),
    MODIFY_LDT(154, -1),
    PERSONALITY(135, 92),
    // Limits of a process, its own included.
    SETRLIMIT(160, 164),
    PRLIMIT64(302, 261),
    USELIB(134, -1),
    // Another identity.
    SETUID(105, 146),
    SETGID(106, 144),
    SETREUID(113, 145),
    SETREGID(114, 143),
    SETRESUID(117, 147),
    SETRESGID(119, 149),
    SETFSUID(122, 151),
    SETFSGID(123, 152),
    SETGROUPS(116, 159),
    CAPSET(126, 91),
    // Files.
    OPEN(2, -1),
    OPENAT(257, 56),
    OPENAT2(437, 437),
    CREAT(85, -1),
    OPEN_BY_HANDLE_AT(304, 265),
    NAME_TO_HANDLE_AT(303, 264),
    MEMFD_CREATE(319, 279),
    MEMFD_SECRET(447, 447),
    TRUNCATE(76, 45),
    MKDIR(83, -1),
    MKDIRAT(258, 34),
    MKNOD(133, -1),
    MKNODAT(259, 33),
    RENAME(82, -1),
    RENAMEAT(264, 38),
    RENAMEAT2(316, 276),
    UNLINK(87, -1),
    UNLINKAT(263, 35),
    RMDIR(84, -1),
    LINK(86, -1),
    LINKAT(265, 37),
    SYMLINK(88, -1),
    SYMLINKAT(266, 36),
    CHMOD(90, -1),
    FCHMOD(91, 52),
    FCHMODAT(268, 53),
    FCHMODAT2(452, 452),
    CHOWN(92, -1),
    FCHOWN(93, 55),
    LCHOWN(94, -1),
    FCHOWNAT(260, 54),
    SETXATTR(188, 5),
    LSETXATTR(189, 6),
    FSETXATTR(190, 7),
    REMOVEXATTR(197, 14),
    LREMOVEXATTR(198, 15),
    FREMOVEXATTR(199, 16),
    UTIME(132, -1),
    UTIMES(235, -1),
    FUTIMESAT(261, -1),
    UTIMENSAT(280, 88),
    // Calls that stay, named because the seal itself or a rule needs them.
    READ(0, 63),
    WRITE(1, 64),
    GETPID(39, 172),
    IOCTL(16, 29),
    PRCTL(157, 167),
    SECCOMP(317, 277);

    /// The newest call that was looked at when the rules were written (`mseal`, Linux 6.10). Later
    /// ones do not exist as far as a sealed process can tell.
    static final int NEWEST_REVIEWED = 462;

    private final int onX86;
    private final int onAarch64;

    SystemCall(int onX86, int onAarch64) {
        this.onX86 = onX86;
        this.onAarch64 = onAarch64;
    }

    /// The call's number, or -1 where the instruction set does not have it.
    int number(Architecture architecture) {
        return switch (architecture) {
            case X86_64 -> onX86;
            case AARCH64 -> onAarch64;
        };
    }
}
