package redoubt.hardware;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// What the probe of the CPU variants needs to start its child processes.
///
/// @param javaHome the Java that runs the children
/// @param modulePath module path with redoubt.hardware and redoubt.foreign
/// @param nativeDir folder of the native libraries
/// @param types number formats to multiply
/// @param threads threads of the multiplication
/// @param perVariantMax after this time a child is ended and its variant is out
public record ProbeLaunch(
        Path javaHome,
        String modulePath,
        Path nativeDir,
        SortedSet<GgmlType> types,
        int threads,
        Duration perVariantMax) {

    public ProbeLaunch {
        types = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(types));
    }

    /// A probe of these variants' types with the usual time limit of 20 seconds.
    public static ProbeLaunch of(
            Path javaHome,
            String modulePath,
            Path nativeDir,
            Collection<GgmlType> types,
            int threads) {
        return new ProbeLaunch(
                javaHome,
                modulePath,
                nativeDir,
                new TreeSet<>(List.copyOf(types)),
                threads,
                Duration.ofSeconds(20));
    }
}
