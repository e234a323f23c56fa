package redoubt.hardware;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// Reads `/proc/cpuinfo`, whose keys differ between instruction sets.
final class ProcessorDetection {
    private ProcessorDetection() {}

    static Processor detect(HostFiles files) throws IOException {
        Map<String, String> facts = new LinkedHashMap<>();
        for (String line : files.lines("/proc/cpuinfo")) {
            String[] parts = line.split("\\s*:\\s*", 2);
            if (parts.length == 2) {
                facts.putIfAbsent(parts[0].strip(), parts[1].strip());
            }
        }
        boolean arm = facts.containsKey("CPU implementer");
        boolean x86 = facts.containsKey("vendor_id");
        String flags = facts.getOrDefault(arm ? "Features" : "flags", "");
        return new Processor(
                arm ? "aarch64" : x86 ? "x86-64" : "unknown",
                facts.getOrDefault(arm ? "CPU implementer" : "vendor_id", "unknown"),
                facts.getOrDefault(
                        "model name",
                        arm ? "ARM part " + facts.getOrDefault("CPU part", "unknown") : "unknown"),
                new TreeSet<>(flags.isBlank() ? List.of() : List.of(flags.split("\\s+"))));
    }
}
