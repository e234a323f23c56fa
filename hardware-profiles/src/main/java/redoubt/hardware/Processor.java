package redoubt.hardware;

import java.util.SortedSet;

/// What the processor says it is. Flags are a promise and not a proof: see [VariantProbe].
///
/// @param architecture `x86-64`, `aarch64` or what the kernel says
public record Processor(
        String architecture, String vendor, String model, SortedSet<String> flags) {}
