package redoubt.appliance.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import redoubt.provenance.record.PassphraseFile;

/// The new passphrase of a record root: from a file, or asked twice at the terminal.
final class Passphrase {
    private Passphrase() {}

    @SuppressWarnings("SystemConsoleNull") // it is null where -Djdk.console says so
    static char[] ask(Arguments arguments) throws ConsoleClient.FailedException {
        Optional<String> file = arguments.value("--passphrase-file");
        if (file.isPresent()) {
            try {
                return PassphraseFile.read(Path.of(file.get()));
            } catch (PassphraseFile.PassphraseException none) {
                throw new ConsoleClient.FailedException(String.valueOf(none.getMessage()));
            } catch (IOException unreadable) {
                throw new ConsoleClient.FailedException(
                        "The passphrase file %s cannot be read. Nothing was changed."
                                .formatted(file.get()));
            }
        }
        Console console = System.console();
        if (console == null || !console.isTerminal())
            throw new ConsoleClient.FailedException(
                    "There is no terminal to ask for the passphrase at. Give --passphrase-file FILE.");
        char[] first = console.readPassword("New passphrase for the record root: ");
        char[] second = console.readPassword("The same again: ");
        if (first == null || second == null || !Arrays.equals(first, second))
            throw new ConsoleClient.FailedException(
                    "The two were not the same. Nothing was changed; try again.");
        return first;
    }
}
