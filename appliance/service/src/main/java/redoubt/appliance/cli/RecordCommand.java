package redoubt.appliance.cli;

import java.util.Set;

/// One `redoubt record SUB …`: the options that it takes, and what it does.
interface RecordCommand {
    /// The word behind `record`.
    String word();

    /// Options that are followed by a value, besides `--home`.
    default Set<String> withValue() {
        return Set.of();
    }

    /// Options that stand alone, besides `--json`, `--quiet` and `--help`.
    default Set<String> switches() {
        return Set.of();
    }

    /// What it is for: half a line in `redoubt record --help`.
    String summary();

    /// What may stand behind it: one line, or several.
    String usage();

    /// @param arguments with the word itself as the first one
    /// @return the exit status
    int run(Arguments arguments)
            throws Arguments.UsageException, ConsoleClient.FailedException, InterruptedException;
}
