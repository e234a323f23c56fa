package redoubt.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import redoubt.appliance.site.HomeLock;
import redoubt.appliance.site.Secrets;

/// The commands of the operator at the console. Each returns an exit status: 0 done, 1 not done, 2
/// a wrong command line.
public final class Commands {
    private static final Set<String> WITH_VALUE =
            union(
                    Set.of("--home", "--role", "--name", "--password-file"),
                    union(ModelCommands.WITH_VALUE, BackupCommands.WITH_VALUE));
    private static final Set<String> SWITCHES =
            union(Set.of("--json", "--quiet", "--help", "--with-keys"), ModelCommands.SWITCHES);
    private static final long STOP_WAIT_MS = 60_000;
    private static final Duration ERASURE_TIME = Duration.ofHours(1);
    private static final Duration REPLAY_TIME = Duration.ofHours(1);

    private Commands() {}

    public static int run(String command, List<String> rest) throws InterruptedException {
        try {
            Arguments arguments = Arguments.parse(rest, WITH_VALUE, SWITCHES);
            if (arguments.has("--help")) {
                System.out.print(usage(command));
                return 0;
            }
            return switch (command) {
                case "key" -> key(arguments);
                case "person" -> person(arguments);
                case "seal" -> seal(arguments);
                case "models" -> ModelCommands.run(arguments);
                case "retention" -> RetentionCommands.retention(arguments);
                case "hold" -> RetentionCommands.hold(arguments);
                case "backup" -> BackupCommands.backup(arguments);
                case "restore" -> BackupCommands.restore(arguments);
                case "replay" -> replay(arguments);
                case "status" -> status(arguments);
                case "stop" -> stop(arguments);
                default ->
                        throw new Arguments.UsageException("There is no command " + command + ".");
            };
        } catch (Arguments.UsageException usage) {
            System.err.println("redoubt: " + usage.getMessage());
            System.err.print(usage(command));
            return 2;
        } catch (ConsoleClient.FailedException failed) {
            System.err.println("redoubt: " + failed.getMessage());
            return 1;
        }
    }

    private static Set<String> union(Set<String> some, Set<String> more) {
        return Stream.concat(some.stream(), more.stream()).collect(Collectors.toSet());
    }

    private static int key(Arguments arguments)
            throws Arguments.UsageException, ConsoleClient.FailedException, InterruptedException {
        Output output = new Output(arguments);
        String act = arguments.word(0, "What to do with keys (create, list, revoke)");
        try (ConsoleClient console = ConsoleClient.open(arguments.home())) {
            switch (act) {
                case "create" -> {
                    String role = arguments.required("--role");
                    String name = arguments.value("--name").orElse("made at the console");
                    JsonNode made =
                            console.call("POST", "/api/keys", Map.of("name", name, "role", role));
                    output.remark(
                            "This key is shown once. Role: %s, identifier: %s."
                                    .formatted(role, made.path("id").asText()));
                    output.result(made, made.path("secret").asText());
                }
                case "list" -> {
                    JsonNode all = console.call("GET", "/api/keys", null);
                    output.table(
                            all,
                            all.path("keys"),
                            "id",
                            "name",
                            "role",
                            "createdAt",
                            "lastUsedAt",
                            "revokedAt");
                }
                case "revoke" -> {
                    String id = arguments.word(1, "The key's identifier");
                    if (!id.matches("[0-9a-f]{32}"))
                        throw new Arguments.UsageException(
                                "A key's identifier is 32 hexadecimal digits; `key list` shows it. It is not the key itself.");
                    console.call("DELETE", "/api/keys/" + id, null);
                    output.remark("The key is revoked.");
                }
                default -> throw new Arguments.UsageException("There is no `key " + act + "`.");
            }
        }
        return 0;
    }

    private static int person(Arguments arguments)
            throws Arguments.UsageException, ConsoleClient.FailedException, InterruptedException {
        Output output = new Output(arguments);
        String act =
                arguments.word(
                        0, "What to do (create, list, password, roles, disable, enable, erase)");
        try (ConsoleClient console = ConsoleClient.open(arguments.home())) {
            if (act.equals("list")) {
                JsonNode all = console.call("GET", "/api/people", null);
                output.table(
                        all, all.path("people"), "id", "name", "roles", "createdAt", "disabled");
                return 0;
            }
            String name = arguments.word(1, "The person's name");
            switch (act) {
                case "create" -> {
                    Optional<String> given = password(arguments);
                    String password = given.orElseGet(Secrets::password);
                    Map<String, Object> wanted = new TreeMap<>();
                    wanted.put("name", name);
                    wanted.put("password", password);
                    wanted.put("roles", roles(arguments));
                    JsonNode made = console.call("POST", "/api/people", wanted);
                    output.remark("%s can sign in.".formatted(name));
                    showPassword(output, made, given, password);
                }
                case "password" -> {
                    Optional<String> given = password(arguments);
                    String password = given.orElseGet(Secrets::password);
                    JsonNode changed = change(console, name, Map.of("password", password));
                    output.remark("The password is changed, and open sessions have ended.");
                    showPassword(output, changed, given, password);
                }
                case "roles" -> change(console, name, Map.of("roles", roles(arguments)));
                case "disable" -> change(console, name, Map.of("disabled", true));
                case "erase" -> erase(console, output, name, arguments.has("--with-keys"));
                case "enable" -> change(console, name, Map.of("disabled", false));
                default -> throw new Arguments.UsageException("There is no `person " + act + "`.");
            }
        }
        return 0;
    }

    private static void erase(ConsoleClient console, Output output, String name, boolean withKeys)
            throws ConsoleClient.FailedException, InterruptedException {
        output.remark("Erasing %s, and writing the database anew …".formatted(name));
        JsonNode erased =
                console.call(
                        "DELETE",
                        "/api/people/" + id(console, name),
                        Map.of("contentOfKeys", withKeys),
                        ERASURE_TIME);
        output.result(
                erased,
                "Erased: who %s was, and %d items of content. The record keeps the pseudonym %s and stays valid."
                        .formatted(
                                name,
                                erased.path("itemsErased").asInt(),
                                erased.path("id").asText()));
        output.remark("Backups that were made before hold what they held: see docs/record-use.md.");
    }

    private static void showPassword(
            Output output, JsonNode person, Optional<String> given, String password) {
        if (given.isPresent()) return;
        output.remark("The password is shown once:");
        com.fasterxml.jackson.databind.node.ObjectNode shown = person.deepCopy();
        output.result(shown.put("password", password), password);
    }

    private static List<String> roles(Arguments arguments) throws Arguments.UsageException {
        List<String> roles = arguments.all("--role");
        if (roles.isEmpty()) throw new Arguments.UsageException("--role is missing.");
        return roles;
    }

    private static Optional<String> password(Arguments arguments)
            throws ConsoleClient.FailedException {
        Optional<String> file = arguments.value("--password-file");
        if (file.isEmpty()) return Optional.empty();
        try {
            return Optional.of(firstLine(Path.of(file.get())));
        } catch (IOException unreadable) {
            throw new ConsoleClient.FailedException(
                    "The password file %s cannot be read. Nothing was changed."
                            .formatted(file.get()));
        }
    }

    static String firstLine(Path file) throws IOException {
        try (var lines = Files.lines(file)) {
            return lines.findFirst().orElse("").strip();
        } catch (UncheckedIOException notText) {
            throw notText.getCause();
        }
    }

    private static JsonNode change(ConsoleClient console, String name, Map<String, Object> change)
            throws ConsoleClient.FailedException, InterruptedException {
        return console.call("PATCH", "/api/people/" + id(console, name), change);
    }

    private static String id(ConsoleClient console, String name)
            throws ConsoleClient.FailedException, InterruptedException {
        for (JsonNode person : console.call("GET", "/api/people", null).path("people"))
            if (person.path("name").asText().equalsIgnoreCase(name))
                return person.path("id").asText();
        throw new ConsoleClient.FailedException("There is nobody called %s.".formatted(name));
    }

    private static int seal(Arguments arguments)
            throws Arguments.UsageException, ConsoleClient.FailedException, InterruptedException {
        if (!arguments.word(0, "What to do (check)").equals("check"))
            throw new Arguments.UsageException("There is only `seal check`.");
        try (ConsoleClient console = ConsoleClient.open(arguments.home())) {
            JsonNode report = console.call("POST", "/api/seal-check", null);
            Output output = new Output(arguments);
            output.table(
                    report,
                    report.path("results"),
                    "process",
                    "name",
                    "outcome",
                    "layer",
                    "detail");
            output.remark("Entry %d of the record.".formatted(report.path("entry").asLong()));
            for (JsonNode line : report.path("results"))
                if (!Set.of("blocked", "allowed").contains(line.path("outcome").asText())) return 1;
            return 0;
        }
    }

    private static int replay(Arguments arguments)
            throws Arguments.UsageException, ConsoleClient.FailedException, InterruptedException {
        String id = arguments.word(0, "The answer's identifier (output_id of its receipt)");
        if (!id.matches("[0-9a-f]{32}"))
            throw new Arguments.UsageException("An answer's identifier is 32 hexadecimal digits.");
        try (ConsoleClient console = ConsoleClient.open(arguments.home())) {
            JsonNode report =
                    console.call("POST", "/api/outputs/" + id + "/replay", Map.of(), REPLAY_TIME);
            String verdict = report.path("verdict").asText();
            String difference = report.path("difference").asText();
            new Output(arguments)
                    .result(report, verdict + (difference.isEmpty() ? "" : ": " + difference));
            return verdict.equals("identical") ? 0 : 1;
        }
    }

    private static int status(Arguments arguments)
            throws ConsoleClient.FailedException, InterruptedException {
        try (ConsoleClient console = ConsoleClient.open(arguments.home())) {
            JsonNode status = console.call("GET", "/api/status", null);
            Output output = new Output(arguments);
            if (arguments.has("--json")) {
                output.result(status, "");
                return 0;
            }
            for (JsonNode section : status.path("sections")) {
                System.out.println(section.path("title").asText());
                for (JsonNode row : section.path("rows"))
                    System.out.printf(
                            "  %-26s %s%n", row.path("label").asText(), row.path("value").asText());
            }
            return 0;
        }
    }

    private static int stop(Arguments arguments)
            throws ConsoleClient.FailedException, InterruptedException {
        Output output = new Output(arguments);
        Optional<ProcessHandle> process = running(arguments.home());
        if (process.isEmpty()) {
            output.remark("No appliance is running with the home %s.".formatted(arguments.home()));
            return 0;
        }
        try (ConsoleClient console = ConsoleClient.open(arguments.home())) {
            console.call("POST", "/api/stop", null);
        } catch (ConsoleClient.FailedException notByApi) {
            process.get().destroy();
        }
        long until = System.currentTimeMillis() + STOP_WAIT_MS;
        while (process.get().isAlive()) {
            if (System.currentTimeMillis() > until) {
                System.err.println(
                        "redoubt: The appliance (process %d) is still closing its record after %d s. Look at run/gateway.log; ending it by force is safe for what was acknowledged."
                                .formatted(process.get().pid(), STOP_WAIT_MS / 1000));
                return 1;
            }
            Thread.sleep(50);
        }
        output.remark("The appliance has stopped.");
        return 0;
    }

    private static Optional<ProcessHandle> running(Path home) throws ConsoleClient.FailedException {
        try {
            OptionalLong owner = HomeLock.owner(home);
            return owner.isEmpty()
                    ? Optional.empty()
                    : ProcessHandle.of(owner.getAsLong()).filter(ProcessHandle::isAlive);
        } catch (IOException unreadable) {
            throw new ConsoleClient.FailedException(
                    "It cannot be seen whether an appliance runs with the home %s: %s. Nothing was stopped. Use the account that runs the appliance."
                            .formatted(home, unreadable.getMessage()));
        }
    }

    private static final String USAGE =
            """
            redoubt key create --role staff|compliance|administrator [--name NAME]
            redoubt key list | key revoke ID
            redoubt person create NAME --role ROLE… [--password-file F]
            redoubt person list | password NAME [--password-file F] | roles NAME --role ROLE… | disable NAME | enable NAME
            redoubt person erase NAME [--with-keys]   for good: who it was, their content; --with-keys: also what was asked with keys they made
            redoubt replay OUTPUT_ID
            redoubt seal check
            redoubt record …   the site's record; redoubt record --help
            redoubt status
            redoubt stop
            """;
    private static final String EACH = "each with: [--home DIR] [--json] [--quiet]\n";

    /// Of this command; of all for one that is not known.
    private static String usage(String command) {
        String all = ModelCommands.USAGE + BackupCommands.USAGE + RetentionCommands.USAGE + USAGE;
        String its =
                all.lines()
                        .filter(line -> (line + " ").startsWith("redoubt " + command + " "))
                        .map(line -> line + "\n")
                        .collect(Collectors.joining());
        return (its.isEmpty() ? all : its) + EACH;
    }
}
