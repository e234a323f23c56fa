package redoubt.hardware;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Where the limits of this process's control groups are written: for each controller the folders
/// from the process's own group up to the top, because a limit of a parent binds as well. Knows
/// both versions and the mixture of them. Source: cgroups(7), proc_pid_mountinfo(5).
record ControlGroups(Map<String, List<String>> foldersV1, List<String> foldersV2) {

    static ControlGroups read(HostFiles files) throws IOException {
        Map<String, String> groups = new LinkedHashMap<>();
        for (String line : files.lines("/proc/self/cgroup")) {
            String[] parts = line.split(":", 3);
            if (parts.length == 3) {
                for (String controller : parts[1].split(",", -1)) {
                    groups.put(controller, parts[2]);
                }
            }
        }
        Map<String, List<String>> v1 = new LinkedHashMap<>();
        List<String> v2 = new ArrayList<>();
        for (Mount mount : mounts(files)) {
            String unified = groups.get("");
            if (mount.unified() && unified != null) {
                v2.addAll(upwards(mount, unified));
            }
            for (String controller : mount.controllers()) {
                String group = groups.get(controller);
                if (!mount.unified() && group != null) {
                    v1.put(controller, upwards(mount, group));
                }
            }
        }
        return new ControlGroups(v1, v2);
    }

    /// Folders of a version 1 controller, none where it is not in use.
    List<String> v1(String controller) {
        return foldersV1.getOrDefault(controller, List.of());
    }

    private record Mount(boolean unified, String root, String point, List<String> controllers) {}

    private static List<Mount> mounts(HostFiles files) throws IOException {
        List<Mount> mounts = new ArrayList<>();
        for (String line : files.lines("/proc/self/mountinfo")) {
            String[] halves = line.split(" - ", 2);
            String[] left = halves[0].split(" ", -1);
            String[] right = halves.length == 2 ? halves[1].split(" ", -1) : new String[0];
            if (left.length >= 5 && right.length >= 3 && right[0].startsWith("cgroup")) {
                mounts.add(
                        new Mount(
                                right[0].equals("cgroup2"),
                                left[3],
                                left[4],
                                Arrays.asList(right[2].split(",", -1))));
            }
        }
        return mounts;
    }

    private static List<String> upwards(Mount mount, String group) {
        // A container may see only its own part of the tree mounted, under its full name outside.
        String below = mount.root();
        String rest =
                below.equals("/")
                        ? group
                        : group.startsWith(below) ? group.substring(below.length()) : "";
        List<String> folders = new ArrayList<>();
        while (!rest.isEmpty() && !rest.equals("/")) {
            if (!rest.contains("..")) {
                folders.add(mount.point() + rest);
            }
            rest = rest.substring(0, Math.max(0, rest.lastIndexOf('/')));
        }
        folders.add(mount.point());
        return folders;
    }
}
