package redoubt.appliance.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;

/// What a command prints: JSON for programs, a table or a line for people, nothing but results with
/// `--quiet`. Results go to standard output, everything else to standard error.
final class Output {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final boolean json;
    private final boolean quiet;

    Output(Arguments arguments) {
        this.json = arguments.has("--json");
        this.quiet = arguments.has("--quiet");
    }

    /// @param result the whole answer, for programs
    /// @param line the part that a person or a script wants
    void result(JsonNode result, String line) {
        print(json ? text(result) : line);
    }

    void remark(String sentence) {
        if (!json && !quiet) System.err.println(sentence);
    }

    /// How far it is, on a line that is written over.
    void progress(String sentence) {
        if (!json && !quiet) System.err.print("\r" + sentence + " ");
    }

    /// One row for each element of a list.
    void table(JsonNode whole, JsonNode list, String... columns) {
        if (json) {
            print(text(whole));
            return;
        }
        List<String[]> rows = new ArrayList<>();
        if (!quiet) rows.add(columns);
        for (JsonNode element : list) {
            String[] row = new String[columns.length];
            for (int i = 0; i < columns.length; i++) row[i] = cell(element.path(columns[i]));
            rows.add(row);
        }
        int[] widths = new int[columns.length];
        for (String[] row : rows)
            for (int i = 0; i < row.length; i++) widths[i] = Math.max(widths[i], row[i].length());
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.length; i++)
                line.append(row[i]).append(" ".repeat(widths[i] - row[i].length() + 2));
            print(line.toString().stripTrailing());
        }
    }

    private static String cell(JsonNode value) {
        if (value.isArray()) {
            List<String> words = new ArrayList<>();
            value.forEach(word -> words.add(Printable.of(word.asText())));
            return String.join(", ", words);
        }
        return value.isMissingNode() || value.isNull() ? "-" : Printable.of(value.asText());
    }

    private static String text(JsonNode value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException bug) {
            throw new AssertionError("what was JSON stays JSON", bug);
        }
    }

    private static void print(String line) {
        System.out.println(line);
    }
}
