package redoubt.verifier;

import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.PassphraseFile;
import redoubt.provenance.record.Witness;
import redoubt.provenance.record.WitnessKey;
import redoubt.provenance.witness.Medium;
import redoubt.provenance.witness.WitnessException;
import redoubt.provenance.witness.WitnessKeyFile;
import redoubt.provenance.witness.WitnessState;
import redoubt.provenance.witness.WitnessVisit;

/// `redoubt witness`: all that a witness needs, without an appliance and without a network. Exit
/// status: 0 done, 1 nothing was signed, 2 a wrong command, 4 the site contradicts itself. One
/// thread. Source: docs/witnesses.md.
final class WitnessCommand {
    static final String USAGE =
            """
            For witnesses, who countersign a site's record and keep it from changing its past:

              redoubt witness keygen --name NAME --to DIR [--passphrase-file FILE]
                  NAME: such as auditor.example/1, for ever. Writes witness.key, which stays with
                  you, and witness.vkey, which goes to everybody who is to count you.
              redoubt witness visit --media DIR --key FILE --state DIR [--trust DIR]
                  [--passphrase-file FILE]
                  Checks what `redoubt record witness out` wrote on the medium, signs it, and
                  leaves the line there. --state is this witness's memory: never restore it from a
                  backup. --trust is needed at the first visit of a site.
              redoubt witness status --state DIR
                  What this witness saw last of each log.
            """;

    private static final Set<String> OPTIONS =
            Set.of("--name", "--to", "--media", "--key", "--state", "--trust", "--passphrase-file");
    private static final int DONE = 0;
    private static final int NOT_DONE = 1;
    private static final int CONTRADICTION = 4;

    private final PrintStream out;
    private final PrintStream err;
    private final InstantSource clock;

    WitnessCommand(PrintStream out, PrintStream err, InstantSource clock) {
        this.out = out;
        this.err = err;
        this.clock = clock;
    }

    /// @param words what follows `witness`
    int run(List<String> words) throws UsageException {
        if (words.isEmpty() || words.contains("--help")) {
            out.print(USAGE);
            return DONE;
        }
        Map<String, String> options = options(words.subList(1, words.size()));
        try {
            return switch (words.getFirst()) {
                case "keygen" -> keygen(options);
                case "visit" -> visit(options);
                case "status" -> status(options);
                default ->
                        throw new UsageException("There is no `witness " + words.getFirst() + "`.");
            };
        } catch (WitnessException e) {
            err.println(Report.printable(e.sentence()));
            return NOT_DONE;
        }
    }

    private int keygen(Map<String, String> options) throws UsageException, WitnessException {
        only(options, "--name", "--to", "--passphrase-file");
        Path folder = Path.of(required(options, "--to"));
        char[] passphrase = passphrase(options, true);
        try {
            Files.createDirectories(folder);
            Path publicFile = folder.resolve("witness.vkey");
            Witness witness =
                    WitnessKeyFile.create(
                            folder.resolve("witness.key"), required(options, "--name"), passphrase);
            Files.writeString(publicFile, witness.vkey() + "\n");
            out.println(
                    "Made the key of "
                            + witness.name()
                            + ", key id "
                            + witness.keyId().hex()
                            + ".");
            out.println(
                    "Keep witness.key and its passphrase apart. Give witness.vkey, by a way that they"
                            + " believe, to the site and to everybody who is to count you.");
            return DONE;
        } catch (WitnessException e) {
            throw e;
        } catch (IOException e) {
            throw new WitnessException(
                    "The folder " + folder + " cannot be written to: " + e.getMessage() + ".", e);
        } finally {
            Arrays.fill(passphrase, ' ');
        }
    }

    private int visit(Map<String, String> options) throws UsageException, WitnessException {
        only(options, "--media", "--key", "--state", "--trust", "--passphrase-file");
        Medium medium = new Medium(Path.of(required(options, "--media")));
        Path keyFile = Path.of(required(options, "--key"));
        Path memory = Path.of(required(options, "--state"));
        Optional<Path> trust = Optional.ofNullable(options.get("--trust")).map(Path::of);
        char[] passphrase = passphrase(options, false);
        WitnessKey key;
        try {
            key = WitnessKeyFile.open(keyFile, passphrase);
        } finally {
            Arrays.fill(passphrase, ' ');
        }
        err.println("Checking the keys and the growth of the log ...");
        try (WitnessState state = WitnessState.open(memory)) {
            WitnessVisit.Outcome outcome = new WitnessVisit(medium, state, key, clock).make(trust);
            return switch (outcome) {
                case WitnessVisit.Outcome.Signed signed -> {
                    out.println(Report.printable(signed.sentence()));
                    yield DONE;
                }
                case WitnessVisit.Outcome.Refused refused -> {
                    err.println(Report.printable(refused.sentence()));
                    yield NOT_DONE;
                }
                case WitnessVisit.Outcome.Contradiction contradiction -> {
                    err.println(Report.printable(contradiction.sentence()));
                    yield CONTRADICTION;
                }
            };
        }
    }

    private int status(Map<String, String> options) throws UsageException, WitnessException {
        only(options, "--state");
        try (WitnessState state = WitnessState.open(Path.of(required(options, "--state")))) {
            List<Bytes> logs = state.logs();
            if (logs.isEmpty()) {
                out.println("This witness has seen no log yet.");
            }
            for (Bytes log : logs) {
                String seen =
                        state.last(log)
                                .map(last ->
                                        last.checkpoint().size()
                                                + " entries, on "
                                                + Instant.ofEpochSecond(last.atSeconds()))
                                .orElse("nothing signed yet");
                int evidence = state.evidence(log);
                out.println(
                        log.hex()
                                + ": "
                                + seen
                                + (evidence == 0
                                        ? ""
                                        : "; CONTRADICTIONS: "
                                                + evidence
                                                + " notes kept as evidence"));
            }
            return DONE;
        }
    }

    private static Map<String, String> options(List<String> words) throws UsageException {
        Map<String, String> options = new HashMap<>();
        List<String> rest = new ArrayList<>(words);
        while (!rest.isEmpty()) {
            String option = rest.removeFirst();
            if (!OPTIONS.contains(option)) {
                throw new UsageException("There is no " + option + " here.");
            }
            if (rest.isEmpty()) {
                throw new UsageException(option + " needs a value.");
            }
            if (options.put(option, rest.removeFirst()) != null) {
                throw new UsageException(option + " was given twice.");
            }
        }
        return options;
    }

    private static void only(Map<String, String> options, String... known) throws UsageException {
        for (String option : options.keySet()) {
            if (!Arrays.asList(known).contains(option)) {
                throw new UsageException(option + " does not belong here.");
            }
        }
    }

    private static String required(Map<String, String> options, String name) throws UsageException {
        String value = options.get(name);
        if (value == null) {
            throw new UsageException(name + " is missing.");
        }
        return value;
    }

    /// From a file's first line, or from the person at the terminal; twice where it is new.
    @SuppressWarnings("SystemConsoleNull") // the library's own annotation says that it may be
    private static char[] passphrase(Map<String, String> options, boolean isNew)
            throws UsageException, WitnessException {
        String file = options.get("--passphrase-file");
        if (file != null) {
            try {
                return PassphraseFile.read(Path.of(file));
            } catch (PassphraseFile.PassphraseException e) {
                throw new WitnessException(String.valueOf(e.getMessage()), e);
            } catch (IOException e) {
                throw new WitnessException(
                        "The passphrase file " + file + " cannot be read. Nothing was done.", e);
            }
        }
        Console console = System.console();
        if (console == null || !console.isTerminal()) {
            throw new UsageException(
                    "There is no terminal to ask for the passphrase: --passphrase-file FILE.");
        }
        char[] given = read(console, "Passphrase of the witness's key: ");
        if (isNew && !Arrays.equals(given, read(console, "The same again: "))) {
            throw new UsageException("The two passphrases differ. No key was made.");
        }
        return given;
    }

    private static char[] read(Console console, String question) throws UsageException {
        char[] given = console.readPassword(question);
        if (given == null) {
            throw new UsageException("No passphrase was given.");
        }
        return given;
    }
}
