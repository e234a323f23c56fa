package redoubt.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;

/// `redoubt record show ENTRY`: one entry with all that it says, what it belongs to, and on demand
/// what a stranger needs to check it.
final class RecordShow implements RecordCommand {
    @Override
    public String word() {
        return "show";
    }

    @Override
    public Set<String> withValue() {
        return Set.of("--proof", "--cose");
    }

    @Override
    public String summary() {
        return "one entry with all that it says, and its proof";
    }

    @Override
    public String usage() {
        return "redoubt record show ENTRY [--proof FILE] [--cose FILE]";
    }

    @Override
    public int run(Arguments arguments)
            throws Arguments.UsageException, ConsoleClient.FailedException, InterruptedException {
        String entry = arguments.word(1, "The entry's number");
        if (!entry.matches("0|[1-9][0-9]{0,11}"))
            throw new Arguments.UsageException("An entry's number is a whole number, such as 17.");
        Optional<String> proof = arguments.value("--proof");
        Optional<String> cose = arguments.value("--cose");
        Output output = new Output(arguments);
        try (ConsoleClient console = ConsoleClient.open(arguments.home())) {
            JsonNode shown =
                    console.call(
                            "GET",
                            "/api/record/entries/"
                                    + entry
                                    + (proof.isPresent() ? "?proof=true" : ""),
                            null);
            if (arguments.has("--json")) output.result(shown, "");
            else print(shown);
            if (proof.isPresent()) {
                if (!shown.has("proof"))
                    throw new ConsoleClient.FailedException(
                            "No checkpoint covers entry %s yet, so there is no proof of it. Try again in a second."
                                    .formatted(entry));
                write(Path.of(proof.get()), shown.path("proof").asText());
            }
            if (cose.isPresent()) write(Path.of(cose.get()), shown.path("cose").asText());
            return 0;
        }
    }

    private static void print(JsonNode shown) {
        for (var field : shown.properties())
            switch (field.getKey()) {
                case "fields" -> {
                    for (var inner : field.getValue().properties())
                        line("  " + inner.getKey(), inner.getValue());
                }
                case "relations" -> {
                    for (JsonNode relation : field.getValue())
                        System.out.printf(
                                "%-22s %d %s%n",
                                Printable.of(relation.path("relation").asText()),
                                relation.path("sequence").asLong(),
                                Printable.of(relation.path("type").asText()));
                }
                case "cose", "proof", "checkpoint" -> {}
                default -> line(field.getKey(), field.getValue());
            }
    }

    private static void line(String name, JsonNode value) {
        String text = value.isTextual() ? value.asText() : value.toString();
        System.out.printf("%-22s %s%n", Printable.of(name), Printable.of(text));
    }

    private static void write(Path file, String base64) throws ConsoleClient.FailedException {
        try {
            Files.write(file, Base64.getDecoder().decode(base64), StandardOpenOption.CREATE_NEW);
        } catch (IOException failed) {
            throw new ConsoleClient.FailedException(
                    "%s cannot be written (%s). A file that is there is not replaced."
                            .formatted(file, failed));
        }
    }
}
