package redoubt.appliance.engines;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import redoubt.hardware.ContextWanted;
import redoubt.hardware.GgufHeader;
import redoubt.hardware.Host;
import redoubt.hardware.MemoryPlan;
import redoubt.hardware.MemoryVerdict;

/// What the engines together hold of the host's memory, and whether another one fits. An engine
/// counts with what was planned for it, from before its load until its end: the kernel calls memory
/// available that an engine will only take with its first long prompt, and the mapped weights that
/// it reads for every token. Thread safe; verdict and reservation are one step, so that two loads
/// at the same time cannot both be given the last of it.
final class MemoryLedger {
    private static final int KIB = 1024;

    private final Path root;
    private final List<Reservation> held = new ArrayList<>();

    /// @param root of the host's file system, as for [Host#detect]
    MemoryLedger(Path root) {
        this.root = root;
    }

    /// Memory that is given to one engine until this is closed.
    final class Reservation implements AutoCloseable {
        private final long plannedBytes;
        private volatile long pid;

        private Reservation(long plannedBytes) {
            this.plannedBytes = plannedBytes;
        }

        long plannedBytes() {
            return plannedBytes;
        }

        /// The process that takes the memory; what it has taken is no longer counted twice.
        void takenBy(long process) {
            pid = process;
        }

        @Override
        public void close() {
            synchronized (MemoryLedger.this) {
                held.remove(this);
            }
        }
    }

    /// Whether a model fits, and the memory for it where it does.
    sealed interface Outcome {
        MemoryVerdict verdict();

        record Reserved(MemoryVerdict verdict, int contextTokens, Reservation reservation)
                implements Outcome {}

        record NotReserved(MemoryVerdict verdict) implements Outcome {}
    }

    /// What would be said now, if `freedBytes` more were there.
    ///
    /// @param limitBytes what all engines together may plan to hold; 0 is no limit
    synchronized MemoryVerdict verdict(
            GgufHeader model, ContextWanted wanted, long limitBytes, long freedBytes)
            throws IOException {
        Host host = Host.detect(root);
        long available = Math.max(0, free(host, limitBytes) + freedBytes);
        return MemoryPlan.of(model, wanted, host.withAvailableMemory(available));
    }

    /// Says whether it fits, and reserves what it needs if it does with at least so much context.
    synchronized Outcome reserve(
            GgufHeader model, ContextWanted wanted, int contextTokensMin, long limitBytes)
            throws IOException {
        MemoryVerdict verdict = verdict(model, wanted, limitBytes, 0);
        return switch (verdict) {
            case MemoryVerdict.Fits fits ->
                    new Outcome.Reserved(
                            fits, wanted.contextTokens(), reservation(fits.needsBytes()));
            case MemoryVerdict.FitsWith less ->
                    less.contextTokens() < contextTokensMin
                            ? new Outcome.NotReserved(less)
                            : new Outcome.Reserved(
                                    less, less.contextTokens(), reservation(less.needsBytes()));
            case MemoryVerdict.DoesNotFit not -> new Outcome.NotReserved(not);
        };
    }

    /// Reserves so much more for an engine that is there already, for a while.
    ///
    /// @return empty where so much is not free
    synchronized Optional<Reservation> reserveBesides(long bytes, long limitBytes)
            throws IOException {
        return free(Host.detect(root), limitBytes) < bytes
                ? Optional.empty()
                : Optional.of(reservation(bytes));
    }

    private Reservation reservation(long bytes) {
        Reservation reservation = new Reservation(bytes);
        held.add(reservation);
        return reservation;
    }

    /// What all engines together are planned to hold.
    synchronized long plannedBytes() {
        return held.stream().mapToLong(Reservation::plannedBytes).sum();
    }

    private long free(Host host, long limitBytes) throws IOException {
        boolean filesTaken = host.memory().mappedFilesTaken();
        long reserved = 0;
        for (Reservation reservation : held)
            reserved +=
                    Math.max(0, reservation.plannedBytes - resident(reservation.pid, filesTaken));
        long free = host.memory().availableBytes() - reserved;
        return limitBytes == 0 ? free : Math.min(free, limitBytes - plannedBytes());
    }

    // Source: proc_pid_status(5).
    private long resident(long pid, boolean withFiles) throws IOException {
        if (pid == 0) return 0;
        long bytes = 0;
        try {
            for (String line :
                    Files.readAllLines(
                            root.resolve("proc").resolve(Long.toString(pid)).resolve("status"),
                            StandardCharsets.ISO_8859_1)) {
                boolean counts =
                        line.startsWith("RssAnon:") || (withFiles && line.startsWith("RssFile:"));
                if (counts) bytes += Long.parseLong(line.replaceAll("[^0-9]", "")) * KIB;
            }
        } catch (NoSuchFileException gone) {
            return 0;
        }
        return bytes;
    }
}
