package redoubt.appliance.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RecordCommandsTest {
    @Test
    void the_help_is_a_line_each_by_task_and_fits_on_a_screen() {
        var lines = RecordCommands.help().lines().toList();
        assertTrue(lines.size() < 24, RecordCommands.help());
        lines.forEach(line -> assertTrue(line.length() < 100, line));
        assertEquals(
                List.of("Read", "Check", "Witness", "Root", "Anchor", "Keep"),
                lines.stream().filter(line -> !line.contains(" ")).toList());
    }

    @Test
    void what_a_command_takes_is_said_under_its_own_word() {
        var all = RecordCommands.all().toList();
        assertEquals(
                all.size(),
                all.stream().map(RecordCommand::word).collect(Collectors.toSet()).size());
        for (var command : all) {
            var usage = command.usage().strip();
            assertTrue(usage.startsWith("redoubt record " + command.word() + " "), usage);
            for (var option : command.withValue())
                assertTrue(usage.contains(option + " "), usage + " lacks " + option);
            for (var option : command.switches())
                assertTrue(usage.contains(option), usage + " lacks " + option);
        }
    }

    @Test
    void a_wrong_command_line_has_its_own_status() throws Exception {
        assertEquals(2, RecordCommands.run(List.of()));
        assertEquals(2, RecordCommands.run(List.of("dance")));
        assertEquals(2, RecordCommands.run(List.of("checkpoint", "--entry", "1")));
        assertEquals(0, RecordCommands.run(List.of("--help")));
        assertEquals(0, RecordCommands.run(List.of("witness", "--help")));
    }
}
