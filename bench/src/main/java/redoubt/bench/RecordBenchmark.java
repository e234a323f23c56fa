package redoubt.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// The figures of `redoubt bench record` (issue 5, "Show"): what the Open Audit Record does, beside
/// what the same machine allows in the same run. Each section says what its bound is.
final class RecordBenchmark {
    /// In the order of the report.
    private static final List<RecordSection> SECTIONS =
            List.of(new AppendRate(), new VerifyRate(), new ProofRate(), new IndexRate());

    private final Plan plan;
    private final Consumer<String> progress;

    /// How much is measured.
    ///
    /// @param cache where a record of many entries is kept, and, beside it, what goes away again
    /// @param entries of that record
    /// @param only names of sections; empty for all
    record Plan(Path cache, long entries, int rounds, Set<String> only) {}

    RecordBenchmark(Plan plan, Consumer<String> progress) {
        this.plan = plan;
        this.progress = progress;
    }

    /// Measures everything; the map keeps the order of the report.
    Map<String, Figure> run() throws IOException, InterruptedException, BenchException {
        for (String name : plan.only()) {
            if (SECTIONS.stream().noneMatch(section -> section.name().equals(name))) {
                throw new BenchException(
                        "There is no section '%s'. There are: %s."
                                .formatted(
                                        name,
                                        String.join(
                                                ", ",
                                                SECTIONS.stream()
                                                        .map(RecordSection::name)
                                                        .toList())));
            }
        }
        Files.createDirectories(plan.cache());
        var fixture = new RecordFixture(plan.cache(), plan.entries(), progress);
        Map<String, Figure> figures = new LinkedHashMap<>();
        for (RecordSection section : SECTIONS) {
            if (!plan.only().isEmpty() && !plan.only().contains(section.name())) {
                continue;
            }
            progress.accept(section.name());
            Path work = Files.createTempDirectory(plan.cache(), "work-");
            try {
                figures.putAll(
                        section.measure(
                                new RecordSection.Ground(work, fixture, plan.rounds(), progress)));
            } finally {
                MainBenchmark.remove(work);
            }
        }
        return figures;
    }
}
