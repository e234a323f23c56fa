package redoubt.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What can be seen of a process from outside, and how one is ended.
final class ChildProcesses {
    private static final Pattern VARIANT = Pattern.compile(".*/libggml-cpu-(\\w+)\\.so");
    private static final int STOP_S = 20;

    // Whoever stops a benchmark halfway must not be left with servers that nobody asked for.
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform()
                                .unstarted(() -> RUNNING.forEach(Process::destroyForcibly)));
    }

    private ChildProcesses() {}

    /// Starts a process that ends, at the latest, when the benchmark does.
    static Process start(ProcessBuilder builder) throws IOException {
        Process process = builder.start();
        RUNNING.add(process);
        // Destroying a process that has ended does nothing, so none is taken out again.
        return process;
    }

    /// Resident memory of one process, without its children, in MiB.
    static double residentMib(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
            }
        }
        throw new IOException("the kernel does not say how much memory process " + pid + " has");
    }

    /// Open file descriptors of one process.
    static int descriptors(long pid) throws IOException {
        try (var files = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return (int) files.count();
        }
    }

    /// The CPU variants that a process or its children have mapped: not what somebody says that
    /// they use, but what is there.
    static List<String> variants(ProcessHandle process) throws IOException {
        TreeSet<String> found = new TreeSet<>();
        for (ProcessHandle each :
                java.util.stream.Stream.concat(
                                java.util.stream.Stream.of(process), process.descendants())
                        .toList()) {
            for (String line : Files.readAllLines(Path.of("/proc/" + each.pid() + "/maps"))) {
                Matcher variant = VARIANT.matcher(line);
                if (variant.matches()) {
                    found.add(variant.group(1));
                }
            }
        }
        return List.copyOf(found);
    }

    /// A port that was free a moment ago.
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// Asks a process to end, and ends it where it does not listen.
    static void end(Process process) {
        process.destroy();
        try {
            if (process.waitFor(STOP_S, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }

    /// The last lines of a log, for a sentence about a process that did not come up.
    static String tail(Path log) throws IOException {
        List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
        return String.join(" / ", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
    }
}
