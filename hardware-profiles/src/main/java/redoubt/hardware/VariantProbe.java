package redoubt.hardware;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// Chooses the CPU variant of the native library by trying each in a child process. What a
/// processor's flags promise is not believed: on some virtual machines the variant that they
/// promise dies of an illegal instruction at the first long prompt. Blocks the calling thread for
/// about a second for each variant, unless the answer is remembered. Source: hardware-profiles.md
/// "Probe".
public final class VariantProbe {
    // Most of an answer's time is decoding, one row at a time; a prompt is many rows at once.
    private static final double ONE_ROW_WEIGHT = 0.7;
    private static final double MANY_ROWS_WEIGHT = 0.3;

    private static final int REASONS_MAX = 4;
    // Variants for older processors than this one are never the fastest; six have room for the
    // surprises that were seen among the newest.
    private static final int WORKING_MAX = 6;

    private VariantProbe() {}

    /// The choice for this host: remembered in `memory` from an earlier probe of the same host,
    /// build and number formats, or probed now.
    ///
    /// @throws IOException when no variant survives, or a child cannot be started
    public static VariantReport choose(ProbeLaunch launch, Host host, Path memory)
            throws IOException {
        Optional<List<VariantResult>> remembered = new VariantMemory(memory).recall(launch, host);
        if (remembered.isPresent() && best(remembered.get()).isPresent()) {
            return report(remembered.get(), true);
        }
        VariantReport probed = probe(launch, WORKING_MAX, result -> {});
        new VariantMemory(memory).remember(launch, host, probed.results());
        return probed;
    }

    /// Probes now, the most promising first, until `workingMax` variants have worked, and tells
    /// each result as it comes.
    ///
    /// @throws IOException when no variant survives, or a child cannot be started
    public static VariantReport probe(
            ProbeLaunch launch, int workingMax, Consumer<VariantResult> listener)
            throws IOException {
        List<VariantResult> results = new ArrayList<>();
        int working = 0;
        for (String variant : interruptible(() -> VariantTrial.claimed(launch))) {
            if (working < workingMax) {
                VariantResult result = interruptible(() -> VariantTrial.run(launch, variant));
                working += result instanceof VariantResult.Works ? 1 : 0;
                listener.accept(result);
                results.add(result);
            }
        }
        return report(results, false);
    }

    private interface Step<T> {
        T run() throws IOException, InterruptedException;
    }

    private static <T> T interruptible(Step<T> step) throws IOException {
        try {
            return step.run();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(
                    "The probe was interrupted before it had an answer.", interrupted);
        }
    }

    private static VariantReport report(List<VariantResult> results, boolean remembered)
            throws IOException {
        String chosen = best(results).orElseThrow(() -> none(results));
        return new VariantReport(chosen, results, remembered);
    }

    private static IOException none(List<VariantResult> results) {
        String reasons =
                results.stream()
                        .filter(VariantResult.Fails.class::isInstance)
                        .map(result -> ((VariantResult.Fails) result).why())
                        .distinct()
                        .limit(REASONS_MAX)
                        .collect(Collectors.joining("; "));
        return new IOException(
                "No CPU variant of the native library works on this host, so no model can be loaded (%s). Build the native libraries again with native/build; if that does not help, report the host's processor."
                        .formatted(reasons.isEmpty() ? "there is none" : reasons));
    }

    /// The fastest of those that work.
    static Optional<String> best(List<VariantResult> results) {
        return results.stream()
                .filter(VariantResult.Works.class::isInstance)
                .map(VariantResult.Works.class::cast)
                .min(Comparator.comparingDouble(VariantProbe::cost))
                .map(VariantResult.Works::variant);
    }

    private static double cost(VariantResult.Works works) {
        return ONE_ROW_WEIGHT * Math.log(works.oneRowMs())
                + MANY_ROWS_WEIGHT * Math.log(works.manyRowsMs());
    }
}
