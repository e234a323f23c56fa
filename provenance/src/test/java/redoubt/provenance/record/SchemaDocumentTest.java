package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// docs/audit-record.md section 4 says what the code does.
class SchemaDocumentTest {
    private static final Pattern ROW =
            Pattern.compile("^\\| (\\d+) \\| ([A-Z_]+) \\|(.*)\\|$", Pattern.MULTILINE);

    @Test
    void the_table_of_events_is_the_schema() throws Exception {
        String document =
                Files.readString(
                        Path.of(System.getProperty("redoubt.root", ".."), "docs/audit-record.md"));
        var written = new ArrayList<String>();
        var row = ROW.matcher(document);
        while (row.find())
            written.add(row.group(1) + " " + row.group(2) + " " + row.group(3).strip());
        var coded =
                Arrays.stream(EventType.values())
                        .map(type -> type.number() + " " + type.name() + " " + fields(type))
                        .toList();
        assertEquals(coded, written);
    }

    private static String fields(EventType type) {
        RecordComponent[] components = type.shape().getRecordComponents();
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < components.length; i++)
            fields.add((i + 1) + " " + components[i].getName() + ": " + kind(components[i]));
        return String.join(", ", fields);
    }

    private static String kind(RecordComponent component) {
        String type = component.getGenericType().getTypeName();
        return switch (type) {
            case "java.lang.String" -> "text";
            case "long" -> "uint";
            case "redoubt.provenance.record.Bytes" -> "bytes";
            case "java.util.List<java.lang.String>" -> "[text]";
            case "java.util.List<java.lang.Long>" -> "[uint]";
            case "java.util.Map<java.lang.String, java.lang.String>" -> "pairs";
            default -> type;
        };
    }
}
