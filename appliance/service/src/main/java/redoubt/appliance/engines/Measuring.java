package redoubt.appliance.engines;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import redoubt.engine.client.WeightMeasure;

/// The measure of a model's weights, taken on a platform thread beside the load. Notices files that
/// were changed or replaced between its beginning and its end: then what was measured may not be
/// what was loaded. [#close] ends it, so that loads which fail do not leave readers of large files
/// behind.
final class Measuring implements AutoCloseable {
    private final List<Path> shards;
    private final List<Identity> before;
    private final FutureTask<WeightMeasure> measure;
    private final Thread thread;

    private record Identity(@Nullable Object key, long bytes, FileTime modified) {}

    private Measuring(List<Path> shards) throws IOException {
        this.shards = List.copyOf(shards);
        this.before = identities(shards);
        this.measure = new FutureTask<>(() -> WeightMeasure.ofShards(shards));
        this.thread = Thread.ofPlatform().daemon().name("measure-weights").unstarted(measure);
    }

    /// Begins, before anybody loads the files.
    static Measuring begin(List<Path> shards) throws IOException {
        Measuring measuring = new Measuring(shards);
        measuring.thread.start();
        return measuring;
    }

    /// Waits for the measure.
    ///
    /// @throws IOException when a file cannot be read, or is not what it was at the beginning
    WeightMeasure finish() throws IOException, InterruptedException {
        WeightMeasure measured;
        try {
            measured = measure.get();
        } catch (ExecutionException failure) {
            throw new IOException(
                    "The weights cannot be measured: " + failure.getCause(), failure.getCause());
        }
        if (!identities(shards).equals(before)) {
            throw new IOException(
                    "A file of the model was changed while it was loaded, so it is not known what was loaded, and it was unloaded. Leave the files of a running appliance alone; it is loaded again.");
        }
        return measured;
    }

    /// Stops reading.
    @Override
    public void close() {
        thread.interrupt();
    }

    private static List<Identity> identities(List<Path> files) throws IOException {
        List<Identity> identities = new ArrayList<>();
        for (Path file : files) {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            identities.add(
                    new Identity(
                            attributes.fileKey(),
                            attributes.size(),
                            attributes.lastModifiedTime()));
        }
        return identities;
    }
}
