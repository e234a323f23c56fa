package redoubt.hardware;

import java.io.IOException;
import java.util.OptionalLong;

/// Finds how much memory a new process can take: what the kernel calls available, or less where a
/// control group or one of its parents has less left. A group's page cache of files it is done with
/// counts as free, because the kernel gives it up first.
final class MemoryDetection {
    // Version 1 says "no limit" as the largest multiple of a page.
    private static final long NO_LIMIT_BYTES = 1L << 60;

    private MemoryDetection() {}

    static Memory detect(HostFiles files, ControlGroups groups) throws IOException {
        long total = meminfo(files, "MemTotal");
        long available = meminfo(files, "MemAvailable");
        if (available == 0) {
            available = meminfo(files, "MemFree") + meminfo(files, "Cached");
        }
        boolean limited = false;
        String reason = "the kernel says that this much is available";
        for (String folder : groups.foldersV2()) {
            OptionalLong left =
                    left(files, folder, "memory.max", "memory.current", "inactive_file");
            if (left.isPresent() && left.getAsLong() < available) {
                available = left.getAsLong();
                limited = true;
                reason = "the cgroup's memory limit leaves this much";
            }
        }
        for (String folder : groups.v1("memory")) {
            OptionalLong left =
                    left(
                            files,
                            folder,
                            "memory.limit_in_bytes",
                            "memory.usage_in_bytes",
                            "total_inactive_file");
            if (left.isPresent() && left.getAsLong() < available) {
                available = left.getAsLong();
                limited = true;
                reason = "the cgroup's memory limit leaves this much";
            }
        }
        return new Memory(
                total,
                available,
                limited,
                "%s of %s memory may be used: %s."
                        .formatted(Bytes.readable(available), Bytes.readable(total), reason));
    }

    private static OptionalLong left(
            HostFiles files, String folder, String limitFile, String usedFile, String reclaimable)
            throws IOException {
        OptionalLong limit = files.number(folder + "/" + limitFile);
        if (limit.isEmpty() || limit.getAsLong() < 0 || limit.getAsLong() >= NO_LIMIT_BYTES) {
            return OptionalLong.empty();
        }
        long used = files.number(folder + "/" + usedFile).orElse(0);
        long givenUp = files.keyed(folder + "/memory.stat", reclaimable).orElse(0);
        return OptionalLong.of(Math.max(0, limit.getAsLong() - Math.max(0, used - givenUp)));
    }

    private static long meminfo(HostFiles files, String key) throws IOException {
        return Math.multiplyExact(files.keyed("/proc/meminfo", key).orElse(0), 1024L);
    }
}
