package redoubt.hardware;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A host as a tree of the files that a kernel shows, for hosts that nobody here owns.
final class HostTree {
    private final Path root;

    private HostTree(Path root) {
        this.root = root;
    }

    /// A machine of 16 cores and 64 GiB, 60 of them available, without control groups.
    static HostTree large(Path root) throws IOException {
        StringBuilder processors = new StringBuilder();
        for (int i = 0; i < 16; i++) {
            processors.append(
                    "processor\t: %d\nvendor_id\t: AuthenticAMD\nmodel name\t: AMD EPYC 9354\nflags\t\t: fpu avx2 avx512f\n\n"
                            .formatted(i));
        }
        return new HostTree(root)
                .with("proc/cpuinfo", processors.toString())
                .with("proc/self/status", "Name:\tjava\nCpus_allowed_list:\t0-15\n")
                .with("sys/devices/system/cpu/online", "0-15\n")
                .with(
                        "proc/meminfo",
                        "MemTotal:       67108864 kB\nMemFree:        1000000 kB\nMemAvailable:   62914560 kB\nCached: 5 kB\n");
    }

    /// The same inside a version 2 control group two levels down.
    static HostTree inGroupV2(Path root) throws IOException {
        return large(root)
                .with("proc/self/cgroup", "0::/system.slice/redoubt.service\n")
                .with(
                        "proc/self/mountinfo",
                        "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw\n");
    }

    /// The same inside version 1 control groups, as a container sees them: its own part mounted.
    static HostTree inGroupV1(Path root) throws IOException {
        return large(root)
                .with(
                        "proc/self/cgroup",
                        "4:memory:/docker/abc\n3:cpuset:/docker/abc\n1:cpu,cpuacct:/docker/abc\n")
                .with(
                        "proc/self/mountinfo",
                        """
                        32 31 0:29 /docker/abc /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup rw,cpu,cpuacct
                        34 31 0:31 /docker/abc /sys/fs/cgroup/cpuset ro - cgroup cgroup rw,cpuset
                        35 31 0:32 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory
                        """);
    }

    HostTree with(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return this;
    }

    Host detect() throws IOException {
        return Host.detect(root);
    }
}
