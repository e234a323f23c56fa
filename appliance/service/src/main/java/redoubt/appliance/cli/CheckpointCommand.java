package redoubt.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/// `redoubt record checkpoint`: the last checkpoint, to be kept elsewhere.
final class CheckpointCommand implements RecordCommand {
    @Override
    public String word() {
        return "checkpoint";
    }

    @Override
    public String summary() {
        return "the last checkpoint, to be kept away from this machine";
    }

    @Override
    public Set<String> withValue() {
        return Set.of("--qr");
    }

    @Override
    public Set<String> switches() {
        return Set.of("--text");
    }

    @Override
    public String usage() {
        return """
        redoubt record checkpoint [--text | --qr FILE.svg]
               as a signed note, as its three lines, or as a picture of them to be printed
        """;
    }

    @Override
    public int run(Arguments arguments)
            throws Arguments.UsageException, ConsoleClient.FailedException, InterruptedException {
        if (arguments.words().size() > 1)
            throw new Arguments.UsageException("`record checkpoint` takes no words.");
        Optional<String> picture = arguments.value("--qr");
        Output output = new Output(arguments);
        try (ConsoleClient console = ConsoleClient.open(arguments.home())) {
            JsonNode checkpoint = console.call("GET", "/api/record/checkpoint", null);
            if (picture.isPresent()) {
                Path file = Path.of(picture.get());
                Files.writeString(file, checkpoint.path("svg").asText());
                output.remark(
                        "%s shows the checkpoint of %d entries. Print it, and keep it away from this machine."
                                .formatted(file, checkpoint.path("size").asLong()));
                return 0;
            }
            String shown = checkpoint.path(arguments.has("--text") ? "text" : "note").asText();
            output.result(checkpoint, shown.stripTrailing());
            return 0;
        } catch (IOException unwritable) {
            throw new ConsoleClient.FailedException(
                    "The picture cannot be written: %s.".formatted(unwritable.getMessage()));
        }
    }
}
