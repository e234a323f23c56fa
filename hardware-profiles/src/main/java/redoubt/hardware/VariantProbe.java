package redoubt.hardware;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Chooses the CPU variant of the native library by trying each in a child process. What a
/// processor's flags promise is not believed: on some virtual machines the variant that they
/// promise dies of an illegal instruction at the first long prompt. Blocks the calling thread for
/// about a second for each variant and each repetition, unless the answer is remembered. Source:
/// hardware-profiles.md "Probe".
public final class VariantProbe {
    // Most of an answer's time is decoding, one row at a time; a prompt is many rows at once.
    private static final double ONE_ROW_WEIGHT = 0.7;
    private static final double MANY_ROWS_WEIGHT = 0.3;

    private static final int REASONS_MAX = 4;
    // Variants for older processors than this one are never the fastest; six have room for the
    // surprises that were seen among the newest.
    private static final int WORKING_MAX = 6;

    // On a host that others share, the same variant was seen at half its speed a second later. So
    // those that came near the fastest are tried again in turn, and each is judged by its best.
    private static final int CONTENDERS_MAX = 4;
    private static final double CONTENDER_WITHIN = Math.log(1.5);
    private static final int MORE_ROUNDS = 2;

    // Variants that differ by an instruction the formats do not need are equally fast. Among equals
    // the one with the highest score by ggml's own count is taken, so that the choice is the same
    // tomorrow.
    private static final double EQUAL_WITHIN = Math.log(1.05);

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
        for (int round = 0; round < MORE_ROUNDS; round++) {
            for (VariantResult.Works contender : contenders(results)) {
                VariantResult again =
                        interruptible(() -> VariantTrial.run(launch, contender.variant()));
                results.replaceAll(result ->
                        result.variant().equals(contender.variant())
                                ? better(contender, again)
                                : result);
            }
        }
        return report(results, false);
    }

    /// The fastest few that came near the fastest; nobody, where there is nothing to decide.
    static List<VariantResult.Works> contenders(List<VariantResult> results) {
        List<VariantResult.Works> fastest =
                working(results)
                        .sorted(Comparator.comparingDouble(VariantProbe::cost))
                        .limit(CONTENDERS_MAX)
                        .toList();
        List<VariantResult.Works> near =
                fastest.stream()
                        .filter(works -> cost(works) - cost(fastest.getFirst()) <= CONTENDER_WITHIN)
                        .toList();
        return near.size() > 1 ? near : List.of();
    }

    /// The better of each product's two times. A variant that fails once is out, whatever it did
    /// before.
    static VariantResult better(VariantResult.Works before, VariantResult again) {
        return switch (again) {
            case VariantResult.Fails fails -> fails;
            case VariantResult.Works works ->
                    new VariantResult.Works(
                            works.variant(),
                            Math.min(before.oneRowMs(), works.oneRowMs()),
                            Math.min(before.manyRowsMs(), works.manyRowsMs()));
        };
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

    /// The first of those that are as fast as the fastest. Results come in the order of ggml's own
    /// score, highest first.
    static Optional<String> best(List<VariantResult> results) {
        double least = working(results).mapToDouble(VariantProbe::cost).min().orElse(0);
        return working(results)
                .filter(works -> cost(works) - least <= EQUAL_WITHIN)
                .map(VariantResult.Works::variant)
                .findFirst();
    }

    private static Stream<VariantResult.Works> working(List<VariantResult> results) {
        return results.stream()
                .filter(VariantResult.Works.class::isInstance)
                .map(VariantResult.Works.class::cast);
    }

    private static double cost(VariantResult.Works works) {
        return ONE_ROW_WEIGHT * Math.log(works.oneRowMs())
                + MANY_ROWS_WEIGHT * Math.log(works.manyRowsMs());
    }
}
