package redoubt.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// `redoubt retention` and `redoubt hold`: how long content is kept, and what is kept all the same.
final class RetentionCommands {
    static final String USAGE =
            """
            redoubt retention show | set FILE    rules: keep conversations|responses|requests [of ROLE] N days
            redoubt hold list | set ID REASON | lift ID    legal holds, on a conversation, a response, an answer or a pseudonym
            """;

    private RetentionCommands() {}

    static int retention(Arguments arguments)
            throws Arguments.UsageException, ConsoleClient.FailedException, InterruptedException {
        Output output = new Output(arguments);
        String act = arguments.word(0, "What to do (show, set)");
        try (ConsoleClient console = ConsoleClient.open(arguments.home())) {
            switch (act) {
                case "show" -> {
                    JsonNode shown = console.call("GET", "/api/retention", null);
                    String rules = shown.path("rules").asText();
                    output.result(
                            shown,
                            rules.isBlank()
                                    ? "There are no rules: content is kept for ever."
                                    : rules.stripTrailing());
                }
                case "set" -> {
                    Path file = Path.of(arguments.word(1, "The file with the rules"));
                    JsonNode set =
                            console.call("PUT", "/api/retention", Map.of("rules", read(file)));
                    output.result(set, "The rules are set, and applied within the hour.");
                }
                default ->
                        throw new Arguments.UsageException("There is no `retention " + act + "`.");
            }
        }
        return 0;
    }

    private static String read(Path file) throws ConsoleClient.FailedException {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new ConsoleClient.FailedException(
                    "The file %s cannot be read as text. Nothing was changed.".formatted(file));
        }
    }

    static int hold(Arguments arguments)
            throws Arguments.UsageException, ConsoleClient.FailedException, InterruptedException {
        Output output = new Output(arguments);
        String act = arguments.word(0, "What to do (list, set, lift)");
        try (ConsoleClient console = ConsoleClient.open(arguments.home())) {
            switch (act) {
                case "list" -> {
                    JsonNode all = console.call("GET", "/api/holds", null);
                    output.table(all, all.path("holds"), "item", "setAt", "reason");
                }
                case "set" -> {
                    List<String> words = arguments.words();
                    String item = arguments.word(1, "What is to be held");
                    arguments.word(2, "The reason");
                    String reason = String.join(" ", words.subList(2, words.size()));
                    console.call("POST", "/api/holds", Map.of("item", item, "reason", reason));
                    output.remark("Nobody and no rule erases it until the hold is lifted.");
                }
                case "lift" -> {
                    String item = arguments.word(1, "What is held");
                    if (!item.matches("(key-)?[0-9a-f]{32}"))
                        throw new Arguments.UsageException(
                                "What is held is named by 32 hexadecimal digits; `hold list` shows it.");
                    console.call("DELETE", "/api/holds/" + item, null);
                    output.remark("The hold is lifted.");
                }
                default -> throw new Arguments.UsageException("There is no `hold " + act + "`.");
            }
        }
        return 0;
    }
}
