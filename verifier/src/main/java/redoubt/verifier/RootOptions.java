package redoubt.verifier;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.PassphraseFile;
import redoubt.provenance.record.RootRefusedException;

/// The command line of `record root`, and what has to be asked at the terminal: the passphrase and
/// a yes. One thread.
final class RootOptions {
    private static final Set<String> WITH_VALUE =
            Set.of(
                    "--to",
                    "--media",
                    "--key",
                    "--epoch",
                    "--from",
                    "--reason",
                    "--log",
                    "--passphrase-file");
    private static final Set<String> SWITCHES = Set.of("--another-log", "--yes");

    private final String act;
    private final Map<String, List<String>> options;

    private RootOptions(String act, Map<String, List<String>> options) {
        this.act = act;
        this.options = options;
    }

    static RootOptions parse(List<String> words) throws UsageException {
        if (words.isEmpty()) {
            throw new UsageException("Say what the root is to do: make, sign or revoke.");
        }
        Map<String, List<String>> options = new HashMap<>();
        for (int i = 1; i < words.size(); i++) {
            String word = words.get(i);
            if (SWITCHES.contains(word)) {
                options.put(word, List.of());
            } else if (!WITH_VALUE.contains(word)) {
                throw new UsageException("There is no option " + word + " here.");
            } else if (++i == words.size()) {
                throw new UsageException(word + " needs a value.");
            } else {
                options.computeIfAbsent(word, any -> new ArrayList<>()).add(words.get(i));
            }
        }
        return new RootOptions(words.getFirst(), options);
    }

    String act() {
        return act;
    }

    boolean has(String name) {
        return options.containsKey(name);
    }

    List<Path> paths(String name) {
        return options.getOrDefault(name, List.of()).stream().map(Path::of).toList();
    }

    Path path(String name) throws UsageException {
        return Path.of(text(name));
    }

    String text(String name) throws UsageException {
        List<String> given = options.getOrDefault(name, List.of());
        if (given.size() != 1) {
            throw new UsageException(name + " must be given once.");
        }
        return given.getFirst();
    }

    long number(String name, long min) throws UsageException {
        String given = text(name);
        if (!given.matches("[0-9]{1,18}") || Long.parseLong(given) < min) {
            throw new UsageException(name + " is a number from " + min + ".");
        }
        return Long.parseLong(given);
    }

    Optional<Bytes> log() throws UsageException {
        if (!has("--log")) {
            return Optional.empty();
        }
        String given = text("--log");
        if (!given.matches("[0-9a-f]{64}")) {
            throw new UsageException("--log is a log id, 64 hexadecimal digits.");
        }
        return Optional.of(Bytes.ofHex(given));
    }

    /// @param isNew whether it is made up now, and so asked for twice
    char[] passphrase(boolean isNew) throws IOException, UsageException {
        if (has("--passphrase-file")) {
            return PassphraseFile.read(path("--passphrase-file"));
        }
        Console console = terminal();
        char[] first = console.readPassword("Passphrase of the record root: ");
        if (first == null) {
            throw new RootRefusedException("No passphrase was given. Nothing was done.");
        }
        if (isNew) {
            char[] second = console.readPassword("The same again: ");
            if (second == null || !Arrays.equals(first, second)) {
                throw new RootRefusedException(
                        "The two were not the same. Nothing was done; try again.");
            }
        }
        return first;
    }

    /// @throws RootRefusedException unless somebody says yes, at the terminal or beforehand
    void requireYes() throws IOException {
        if (has("--yes")) {
            return;
        }
        String said = terminal().readLine("Type yes to sign: ");
        if (said == null || !said.strip().equals("yes")) {
            throw new RootRefusedException("Nobody said yes. Nothing was signed.");
        }
    }

    @SuppressWarnings("SystemConsoleNull") // it is null where -Djdk.console says so
    private static Console terminal() throws RootRefusedException {
        Console console = System.console();
        if (console == null || !console.isTerminal()) {
            throw new RootRefusedException(
                    "There is no terminal to ask at. Give --passphrase-file FILE, and --yes where"
                            + " something is signed.");
        }
        return console;
    }
}
