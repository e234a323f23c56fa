package redoubt.appliance.cli;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// `redoubt record`: its commands by what somebody wants to do, and the way to each. Each has a
/// file of its own. What a stranger or the root's machine does without an appliance is in the
/// verifier's jar instead.
public final class RecordCommands {
    private static final List<Task> TASKS =
            List.of(
                    new Task(
                            "Read",
                            "",
                            new RecordSearch(),
                            new RecordShow(),
                            new RecordIndexCommand()),
                    new Task(
                            "Check",
                            line("verify", "a whole record, or what was kept of it, offline"),
                            new RecordConsistency()),
                    new Task("Witness", "", new WitnessCommands()),
                    new Task(
                            "Root",
                            line("root make", "and sign, revoke: on the machine that has the root"),
                            new RecordRootCommand()),
                    new Task("Anchor", "", new AnchorCommands()),
                    new Task("Keep", "", new CheckpointCommand(), new EvidenceCommand()));
    private static final String EACH = "each with: [--home DIR] [--json] [--quiet]\n";

    /// What somebody wants to do.
    ///
    /// @param elsewhere lines about what needs no appliance
    private record Task(String name, String elsewhere, List<RecordCommand> commands) {
        private Task(String name, String elsewhere, RecordCommand... commands) {
            this(name, elsewhere, List.of(commands));
        }
    }

    private RecordCommands() {}

    /// @param words behind `record`
    /// @return the exit status: 0 done, 1 not done, 2 a wrong command line
    public static int run(List<String> words) throws InterruptedException {
        if (words.isEmpty() || words.getFirst().equals("--help")) {
            (words.isEmpty() ? System.err : System.out).print(help());
            return words.isEmpty() ? 2 : 0;
        }
        Optional<RecordCommand> named = called(words.getFirst());
        if (named.isEmpty()) {
            System.err.println(
                    "redoubt: There is no `record %s`.".formatted(Printable.of(words.getFirst())));
            System.err.print(help());
            return 2;
        }
        return run(named.get(), words);
    }

    private static int run(RecordCommand command, List<String> words) throws InterruptedException {
        try {
            Arguments arguments =
                    Arguments.parse(
                            words,
                            with(command.withValue(), "--home"),
                            with(command.switches(), "--json", "--quiet", "--help"));
            if (arguments.has("--help")) {
                System.out.print(usage(command));
                return 0;
            }
            return command.run(arguments);
        } catch (Arguments.UsageException wrong) {
            System.err.println("redoubt: " + Printable.of(String.valueOf(wrong.getMessage())));
            System.err.print(usage(command));
            return 2;
        } catch (ConsoleClient.FailedException failed) {
            System.err.println("redoubt: " + Printable.of(String.valueOf(failed.getMessage())));
            return 1;
        }
    }

    private static Optional<RecordCommand> called(String word) {
        return all().filter(command -> command.word().equals(word)).findFirst();
    }

    static Stream<RecordCommand> all() {
        return TASKS.stream().flatMap(task -> task.commands().stream());
    }

    private static Set<String> with(Set<String> some, String... more) {
        Set<String> all = new HashSet<>(some);
        all.addAll(List.of(more));
        return all;
    }

    private static String usage(RecordCommand command) {
        return command.usage().strip() + "\n" + EACH;
    }

    static String help() {
        StringBuilder help = new StringBuilder();
        for (Task task : TASKS) {
            help.append(task.name()).append('\n');
            for (RecordCommand command : task.commands())
                help.append(line(command.word(), command.summary()));
            help.append(task.elsewhere());
        }
        return help + "redoubt record SUB --help says what each takes.\n";
    }

    private static String line(String word, String summary) {
        return "  redoubt record %-12s  %s\n".formatted(word, summary);
    }
}
