package redoubt.hardware;

import java.io.IOException;
import java.util.OptionalLong;

/// Finds how many threads may compute at the same time. The kernel divides time by four means
/// (cores that are on, affinity, cpuset, quota) and the smallest of them counts: one thread too
/// many makes all of them wait for the one that is throttled.
final class CoresDetection {
    private long usable;
    private String reason;

    private CoresDetection(long online) {
        this.usable = online;
        this.reason = "all of them";
    }

    static Cores detect(HostFiles files, ControlGroups groups) throws IOException {
        long online = online(files);
        CoresDetection found = new CoresDetection(online);
        found.limit(
                HostFiles.countList(statusLine(files, "Cpus_allowed_list")),
                "the affinity of the process");
        for (String folder : groups.foldersV2()) {
            found.limit(list(files, folder + "/cpuset.cpus.effective"), "the cpuset");
            found.limit(quotaV2(files, folder), "the cgroup's CPU quota");
        }
        for (String folder : groups.v1("cpuset")) {
            found.limit(list(files, folder + "/cpuset.cpus"), "the cpuset");
        }
        for (String folder : groups.v1("cpu")) {
            found.limit(quotaV1(files, folder), "the cgroup's CPU quota");
        }
        return new Cores(
                Math.toIntExact(found.usable),
                Math.toIntExact(online),
                "%d of %d cores may be used: %s.".formatted(found.usable, online, found.reason));
    }

    private void limit(OptionalLong cores, String by) {
        if (cores.isPresent() && cores.getAsLong() < usable) {
            usable = Math.max(1, cores.getAsLong());
            reason = by + " says so";
        }
    }

    private static long online(HostFiles files) throws IOException {
        OptionalLong listed =
                HostFiles.countList(files.text("/sys/devices/system/cpu/online").orElse(""));
        if (listed.isPresent()) {
            return Math.max(1, listed.getAsLong());
        }
        long processors =
                files.lines("/proc/cpuinfo").stream()
                        .filter(line -> line.matches("processor\\s*:.*"))
                        .count();
        return Math.max(1, processors);
    }

    private static String statusLine(HostFiles files, String key) throws IOException {
        for (String line : files.lines("/proc/self/status")) {
            if (line.startsWith(key + ":")) {
                return line.substring(key.length() + 1).strip();
            }
        }
        return "";
    }

    private static OptionalLong list(HostFiles files, String path) throws IOException {
        return HostFiles.countList(files.text(path).orElse(""));
    }

    // "200000 100000" is two cores' worth of time in every 100 ms; "max 100000" is no limit.
    private static OptionalLong quotaV2(HostFiles files, String folder) throws IOException {
        String[] words = files.text(folder + "/cpu.max").orElse("max").split("\\s+", -1);
        return words.length == 2
                ? quota(HostFiles.parse(words[0]), HostFiles.parse(words[1]))
                : OptionalLong.empty();
    }

    private static OptionalLong quotaV1(HostFiles files, String folder) throws IOException {
        return quota(
                files.number(folder + "/cpu.cfs_quota_us"),
                files.number(folder + "/cpu.cfs_period_us"));
    }

    // Rounded down: a thread that has half a core holds up every other one at each barrier.
    private static OptionalLong quota(OptionalLong quota, OptionalLong period) {
        return quota.isPresent()
                        && period.isPresent()
                        && quota.getAsLong() > 0
                        && period.getAsLong() > 0
                ? OptionalLong.of(Math.max(1, quota.getAsLong() / period.getAsLong()))
                : OptionalLong.empty();
    }
}
