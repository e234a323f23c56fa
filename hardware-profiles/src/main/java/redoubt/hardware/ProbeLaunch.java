package redoubt.hardware;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

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
        types = Collections.unmodifiableSortedSet(new TreeSet<>(types));
        // Children run in a folder of their own, where a relative path would mean something else.
        javaHome = javaHome.toAbsolutePath();
        nativeDir = nativeDir.toAbsolutePath();
        modulePath =
                Arrays.stream(modulePath.split(File.pathSeparator, -1))
                        .filter(entry -> !entry.isEmpty())
                        .map(entry -> Path.of(entry).toAbsolutePath().toString())
                        .collect(Collectors.joining(File.pathSeparator));
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
