package redoubt.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/// One part of `redoubt bench record`: something about the record that is measured beside the bound
/// that it cannot pass, in the same run. A section prints what the bound is in the `against` of its
/// figures.
interface RecordSection {
    /// What `--only` calls it.
    String name();

    /// Measures in rounds, because machines are noisy.
    ///
    /// @throws InterruptedException when the run is being stopped
    Map<String, Figure> measure(Ground ground)
            throws IOException, InterruptedException, BenchException;

    /// What every section is given.
    ///
    /// @param work an empty folder on the disk that is measured; goes away afterwards
    /// @param fixture a real record of many entries, made when a section asks for it first
    /// @param rounds how often to repeat each measurement
    /// @param progress one line for a person
    record Ground(Path work, RecordFixture fixture, int rounds, Consumer<String> progress) {}
}
