package redoubt.foreign.posix;

import static redoubt.foreign.posix.SystemCall.*;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One way out that a probe tries. Each is made so that it does no harm where it is open: invalid
/// arguments that the kernel only looks at after the filter, or an effect that is taken back.
sealed interface SealAttempt {
    String name();

    String attempted();

    /// Makes a socket and, where there is an address, uses it.
    record Socket(
            String name,
            String attempted,
            int family,
            int type,
            int protocol,
            @Nullable SocketAddressBytes address,
            Use use)
            implements SealAttempt {}

    /// Makes one system call. Success, or an error number that only code behind the filter gives
    /// (`reached`), says that the way is open.
    record Call(
            String name,
            String attempted,
            SystemCall call,
            List<Long> arguments,
            List<Integer> reached)
            implements SealAttempt {}

    /// Opens a new file for writing in a folder that is none of the process's business.
    record WriteOutside(String name, String attempted, Path folder) implements SealAttempt {}

    /// Runs a program that is not there: past the filter, its absence is what stops it.
    record Execute(String name, String attempted) implements SealAttempt {}

    /// Sends or connects on a descriptor that is none: past the filter, that is what stops it.
    record OnNoDescriptor(String name, String attempted, SystemCall call) implements SealAttempt {}

    /// What a socket attempt does with its socket.
    enum Use {
        MAKE,
        CONNECT,
        SEND_TO,
        BIND
    }

    int STREAM = 1;
    int DATAGRAM = 2;
    int RAW = 3;

    /// Every way out that is tried, in the order of the report.
    static List<SealAttempt> all(Path outside) {
        List<SealAttempt> all = new ArrayList<>(sockets());
        all.addAll(descriptors());
        all.add(new Execute("exec", "run a program that is not there"));
        all.add(new WriteOutside("write-outside", "create a file in " + outside, outside));
        all.addAll(calls());
        return List.copyOf(all);
    }

    private static List<SealAttempt> sockets() {
        return List.of(
                connect(
                        "tcp-v4",
                        "TCP to 127.0.0.1 port 9",
                        STREAM,
                        SocketAddressBytes.LOOPBACK_V4),
                connect("tcp-v6", "TCP to ::1 port 9", STREAM, SocketAddressBytes.LOOPBACK_V6),
                send("udp-v4", "a datagram to 127.0.0.1 port 9", SocketAddressBytes.LOOPBACK_V4),
                send("udp-v6", "a datagram to ::1 port 9", SocketAddressBytes.LOOPBACK_V6),
                send("dns", "a datagram to 127.0.0.53 port 53", SocketAddressBytes.DNS_STUB_V4),
                new Socket("icmp", "a ping socket", 2, DATAGRAM, 1, null, Use.MAKE),
                new Socket("raw-ip", "a raw IP socket", 2, RAW, 255, null, Use.MAKE),
                new Socket("packet", "a raw Ethernet socket", 17, RAW, 0x0300, null, Use.MAKE),
                new Socket("netlink", "a netlink socket (routes)", 16, RAW, 0, null, Use.MAKE),
                new Socket("sctp", "an SCTP socket", 2, STREAM, 132, null, Use.MAKE),
                new Socket("bluetooth", "a Bluetooth socket", 31, RAW, 1, null, Use.MAKE),
                new Socket("kernel-crypto", "a kernel crypto socket", 38, 5, 0, null, Use.MAKE),
                connect(
                        "vsock",
                        "a socket to the hypervisor side",
                        STREAM,
                        SocketAddressBytes.VSOCK_LOCAL),
                connect(
                        "unix",
                        "a Unix socket of another service",
                        STREAM,
                        SocketAddressBytes.UNIX_ABSENT),
                new Socket(
                        "new-listener",
                        "a second listening port on 127.0.0.1",
                        2,
                        STREAM,
                        0,
                        SocketAddressBytes.LOOPBACK_ANY_PORT,
                        Use.BIND));
    }

    private static SealAttempt connect(
            String name, String attempted, int type, SocketAddressBytes address) {
        return new Socket(name, attempted, address.family(), type, 0, address, Use.CONNECT);
    }

    private static SealAttempt send(String name, String attempted, SocketAddressBytes address) {
        return new Socket(name, attempted, address.family(), DATAGRAM, 0, address, Use.SEND_TO);
    }

    // A socket that the process was handed, or has from before the filter, must lead nowhere
    // either.
    private static List<SealAttempt> descriptors() {
        return List.of(
                new OnNoDescriptor("connect", "connect a socket from before the seal", CONNECT),
                new OnNoDescriptor("send-to", "send to an address of choice", SENDTO),
                new OnNoDescriptor("send-message", "send a message or a descriptor", SENDMSG));
    }

    private static List<SealAttempt> calls() {
        int parent = ProcessHandle.current().parent().map(p -> Math.toIntExact(p.pid())).orElse(1);
        return List.of(
                call(
                        "io-uring",
                        "set up calls past the filter",
                        IO_URING_SETUP,
                        List.of(0L, 0L),
                        22,
                        14),
                // CLONE_SIGHAND without CLONE_VM is refused, but only by the kernel behind the
                // filter.
                call("fork", "start a process", CLONE, List.of(0x800L), 22),
                call("ptrace", "trace itself", PTRACE, List.of(2L, self(), 0L, 0L), 3),
                call(
                        "read-process",
                        "read another process's memory",
                        PROCESS_VM_READV,
                        List.of(self(), 0L, 0L, 0L, 0L, 0L)),
                call(
                        "steal-descriptor",
                        "take another process's descriptor",
                        PIDFD_GETFD,
                        List.of(-1L, 0L, 0L),
                        9),
                call(
                        "signal",
                        "signal the process that started it",
                        KILL,
                        List.of((long) parent, 0L)),
                call("bpf", "load a program into the kernel", BPF, List.of(-1L, 0L, 0L), 22, 14),
                call(
                        "perf",
                        "open a performance counter",
                        PERF_EVENT_OPEN,
                        List.of(0L, 0L, -1L, -1L, 0L),
                        14,
                        22),
                call("userfaultfd", "handle page faults", USERFAULTFD, List.of(-1L), 22),
                call("keys", "use the kernel's key rings", KEYCTL, List.of(-1L), 95, 22),
                call("namespace", "leave its namespaces", UNSHARE, List.of(0L)),
                call("enter-namespace", "enter another namespace", SETNS, List.of(-1L, 0L), 9),
                call("mount", "mount a file system", MOUNT, List.of(0L, 0L, 0L, 0L, 0L), 14, 22),
                call(
                        "file-handle",
                        "open a file past its path",
                        OPEN_BY_HANDLE_AT,
                        List.of(-1L, 0L, 0L),
                        14,
                        9),
                call(
                        "kernel-module",
                        "load a kernel module",
                        INIT_MODULE,
                        List.of(0L, 0L, 0L),
                        14,
                        8,
                        22),
                call(
                        "new-kernel",
                        "start another kernel",
                        KEXEC_LOAD,
                        List.of(0L, 0L, 0L, 0xFFFFL),
                        22));
    }

    private static long self() {
        return ProcessHandle.current().pid();
    }

    private static SealAttempt call(
            String name,
            String attempted,
            SystemCall call,
            List<Long> arguments,
            Integer... reached) {
        return new Call(name, attempted, call, arguments, List.of(reached));
    }
}
