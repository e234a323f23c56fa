package redoubt.appliance.cli;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The commands that read the record: `redoubt record search`, `show` and `index`. Each has a file
/// of its own.
public final class ReadingCommands {
    private static final List<RecordCommand> ALL =
            List.of(new RecordSearch(), new RecordShow(), new RecordIndexCommand());

    private ReadingCommands() {}

    /// Whether these words are for one of them.
    public static boolean has(List<String> words) {
        return !words.isEmpty()
                && ALL.stream().anyMatch(one -> one.word().equals(words.getFirst()));
    }

    /// What all of them take.
    public static String usage() {
        return usage(Optional.empty());
    }

    /// @return the exit status: 0 done, 1 not done, 2 a wrong command line
    public static int run(List<String> words) throws InterruptedException {
        Optional<RecordCommand> named =
                ALL.stream().filter(one -> one.word().equals(words.getFirst())).findFirst();
        try {
            RecordCommand command =
                    named.orElseThrow(() ->
                            new Arguments.UsageException(
                                    "There is no `record %s`."
                                            .formatted(Printable.of(words.getFirst()))));
            Arguments arguments =
                    Arguments.parse(
                            words,
                            with(command.withValue(), "--home"),
                            with(command.switches(), "--json", "--quiet", "--help"));
            if (arguments.has("--help")) {
                System.out.print(usage(named));
                return 0;
            }
            return command.run(arguments);
        } catch (Arguments.UsageException wrong) {
            System.err.println("redoubt: " + Printable.of(String.valueOf(wrong.getMessage())));
            System.err.print(usage(named));
            return 2;
        } catch (ConsoleClient.FailedException failed) {
            System.err.println("redoubt: " + Printable.of(String.valueOf(failed.getMessage())));
            return 1;
        }
    }

    private static Set<String> with(Set<String> some, String... more) {
        Set<String> all = new HashSet<>(some);
        all.addAll(List.of(more));
        return all;
    }

    private static String usage(Optional<RecordCommand> of) {
        return of.map(List::of).orElse(ALL).stream()
                        .map(command -> command.usage().strip() + "\n")
                        .collect(Collectors.joining())
                + "each with: [--home DIR] [--json] [--quiet]\n";
    }
}
