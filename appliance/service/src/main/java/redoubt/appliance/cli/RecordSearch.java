package redoubt.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import redoubt.index.CriteriaText;

/// `redoubt record search`: entries of the record by what they are, newest first.
final class RecordSearch implements RecordCommand {
    private static final int DETAIL_CHARACTERS = 100;

    @Override
    public String word() {
        return "search";
    }

    @Override
    public Set<String> withValue() {
        return Stream.concat(CriteriaText.names().stream(), Stream.of("before", "limit"))
                .map(name -> "--" + name)
                .collect(Collectors.toSet());
    }

    @Override
    public String summary() {
        return "entries by who, what and when, newest first";
    }

    @Override
    public String usage() {
        return """
        redoubt record search [--person NAME|ID] [--type TYPE,…] [--model NAME|SHA256] [--adapter NAME|SHA256]
               [--tool TOOL] [--hash SHA256] [--request ID] [--refers-to ENTRY]
               [--from DAY|MOMENT] [--to DAY|MOMENT] [--before ENTRY] [--limit N]
        """;
    }

    @Override
    public int run(Arguments arguments)
            throws Arguments.UsageException, ConsoleClient.FailedException, InterruptedException {
        if (arguments.words().size() > 1)
            throw new Arguments.UsageException("A search has options only, such as --type INTENT.");
        try (ConsoleClient console = ConsoleClient.open(arguments.home())) {
            show(console.call("GET", path(arguments), null), new Output(arguments));
            return 0;
        }
    }

    private String path(Arguments arguments) {
        StringJoiner query = new StringJoiner("&", "?", "");
        for (String option : new TreeSet<>(withValue()))
            for (String value : arguments.all(option))
                query.add(
                        option.substring(2)
                                + "="
                                + URLEncoder.encode(value, StandardCharsets.UTF_8));
        return "/api/record/entries" + query;
    }

    private static void show(JsonNode page, Output output) {
        var rows = JsonNodeFactory.instance.arrayNode();
        for (JsonNode entry : page.path("entries"))
            rows.add(
                    ((ObjectNode) entry.deepCopy())
                            .put("person", entry.path("name").asText(entry.path("person").asText()))
                            .put("detail", detail(entry.path("fields"))));
        output.table(page, rows, "sequence", "at", "type", "person", "refersTo", "detail");
        long found = page.path("found").asLong();
        output.remark(
                "%d%s found%s"
                        .formatted(
                                found,
                                page.path("more").asBoolean() ? " or more" : "",
                                page.has("next")
                                        ? "; go on with --before " + page.path("next").asLong()
                                        : "."));
        if (page.path("indexed").asLong() < page.path("size").asLong())
            output.remark(
                    "The index has %d of %d entries so far; search again for the rest."
                            .formatted(page.path("indexed").asLong(), page.path("size").asLong()));
    }

    /// The fields on one line, as far as there is room.
    private static String detail(JsonNode fields) {
        String all =
                fields.properties().stream()
                        .map(field -> field.getKey() + "=" + value(field.getValue()))
                        .collect(Collectors.joining(" "));
        return all.codePointCount(0, all.length()) <= DETAIL_CHARACTERS
                ? all
                : all.substring(0, all.offsetByCodePoints(0, DETAIL_CHARACTERS)) + "…";
    }

    private static String value(JsonNode value) {
        if (!value.isTextual()) return value.toString();
        String text = value.asText();
        return List.of(64, 128).contains(text.length()) && text.matches("[0-9a-f]+")
                ? text.substring(0, 12) + "…"
                : text;
    }
}
