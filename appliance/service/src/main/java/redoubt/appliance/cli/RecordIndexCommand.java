package redoubt.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import redoubt.appliance.site.Home;
import redoubt.appliance.site.HomeLock;
import redoubt.appliance.site.HomeUse;
import redoubt.appliance.site.SiteException;
import redoubt.index.IndexException;
import redoubt.index.RebuildAtRest;
import redoubt.provenance.record.RecordException;

/// `redoubt record index …`: says how far the index is, or makes it anew, with the appliance where
/// it runs and without it where it does not.
final class RecordIndexCommand implements RecordCommand {
    private static final long LOOK_MS = 500;
    private static final long SAY_NS = Duration.ofSeconds(1).toNanos();

    @Override
    public String word() {
        return "index";
    }

    @Override
    public String summary() {
        return "how far the index of searches is; make it anew";
    }

    @Override
    public String usage() {
        return "redoubt record index status | rebuild";
    }

    @Override
    public int run(Arguments arguments)
            throws Arguments.UsageException, ConsoleClient.FailedException, InterruptedException {
        Output output = new Output(arguments);
        return switch (arguments.word(1, "What to do with the index (status, rebuild)")) {
            case "status" -> {
                try (ConsoleClient console = ConsoleClient.open(arguments.home())) {
                    yield told(console.call("GET", "/api/record/index", null), output);
                }
            }
            case "rebuild" -> rebuild(arguments.home(), output);
            default ->
                    throw new Arguments.UsageException(
                            "There is `record index status` and `record index rebuild`.");
        };
    }

    private static int told(JsonNode status, Output output) {
        output.result(
                status,
                "%s: %d of %d entries%s"
                        .formatted(
                                status.path("state").asText(),
                                status.path("indexed").asLong(),
                                status.path("size").asLong(),
                                status.path("note").asText().isEmpty()
                                        ? ""
                                        : ". " + Printable.of(status.path("note").asText())));
        return status.path("state").asText().equals("failing") ? 1 : 0;
    }

    private static int rebuild(Path root, Output output)
            throws ConsoleClient.FailedException, InterruptedException {
        if (!Files.exists(root.resolve("layout.json")))
            throw new ConsoleClient.FailedException(
                    "%s is not a Redoubt home. Nothing was done. Give --home.".formatted(root));
        // Whoever has the lock is the only one that has the index open.
        try (HomeLock _ = HomeLock.take(root, HomeUse.REBUILD_INDEX)) {
            return atRest(Home.open(root), output);
        } catch (SiteException other) {
            if (other.exitCode() != SiteException.LOCKED)
                throw new ConsoleClient.FailedException(String.valueOf(other.getMessage()));
            return running(root, output);
        } catch (IOException unlocked) {
            throw new ConsoleClient.FailedException(
                    "The lock on the home could not be given back (%s). The index is made."
                            .formatted(unlocked));
        }
    }

    private static int atRest(Home home, Output output)
            throws ConsoleClient.FailedException, InterruptedException {
        long begun = System.nanoTime();
        long[] said = {begun};
        try {
            long size =
                    RebuildAtRest.run(
                            home.recordIndex(),
                            home.record(),
                            indexed -> {
                                if (System.nanoTime() - said[0] < SAY_NS) return;
                                said[0] = System.nanoTime();
                                output.remark("%,d entries so far".formatted(indexed));
                            });
            double seconds = (System.nanoTime() - begun) / 1e9;
            output.result(
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("state", "following")
                            .put("indexed", size)
                            .put("seconds", seconds),
                    "The index is made: %,d entries in %.1f s.".formatted(size, seconds));
            return 0;
        } catch (RecordException unreadable) {
            throw new ConsoleClient.FailedException(unreadable.sentence());
        } catch (IndexException unusable) {
            throw new ConsoleClient.FailedException(unusable.sentence());
        }
    }

    private static int running(Path root, Output output)
            throws ConsoleClient.FailedException, InterruptedException {
        try (ConsoleClient console = ConsoleClient.open(root)) {
            JsonNode status = console.call("POST", "/api/record/index/rebuild", Map.of());
            long said = System.nanoTime();
            while (status.path("state").asText().equals("building")) {
                Thread.sleep(LOOK_MS);
                status = console.call("GET", "/api/record/index", null);
                if (System.nanoTime() - said < SAY_NS) continue;
                said = System.nanoTime();
                output.remark(
                        "%,d of %,d entries"
                                .formatted(
                                        status.path("indexed").asLong(),
                                        status.path("size").asLong()));
            }
            return told(status, output);
        }
    }
}
