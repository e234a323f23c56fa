package redoubt.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import redoubt.appliance.backup.BackupException;
import redoubt.appliance.backup.Restore;
import redoubt.appliance.site.SiteException;

/// `redoubt backup` asks the running appliance; `redoubt restore` and `backup check` work on the
/// media themselves.
final class BackupCommands {
    static final Set<String> WITH_VALUE =
            Set.of(
                    "--to",
                    "--keys-to",
                    "--from",
                    "--keys-from",
                    "--backup",
                    "--record",
                    "--trust",
                    "--checkpoint",
                    "--erased");
    static final String USAGE =
            """
            redoubt backup --to DIR [--keys-to DIR]      of the running appliance; the keys on a medium of their own
            redoubt backup --keys-to DIR                 write only the file of keys anew, without what was erased
            redoubt backup check --from DIR [--backup NAME]   read all of it again
            redoubt restore --from DIR --home DIR [--backup NAME] [--keys-from DIR] [--record DIR] [--trust DIR] [--checkpoint FILE…] [--erased FILE]   into an empty home
            """;

    private static final long LOOK_MS = 200;
    private static final int ERASED_LINES_MAX = 1_000_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private BackupCommands() {}

    static int backup(Arguments arguments)
            throws Arguments.UsageException, ConsoleClient.FailedException, InterruptedException {
        if (arguments.words().equals(List.of("check"))) return check(arguments);
        if (!arguments.words().isEmpty())
            throw new Arguments.UsageException("There is only `backup` and `backup check`.");
        Map<String, Object> wanted = new TreeMap<>();
        arguments.value("--to").ifPresent(to -> wanted.put("to", absolute(to)));
        arguments.value("--keys-to").ifPresent(to -> wanted.put("keysTo", absolute(to)));
        if (wanted.isEmpty()) throw new Arguments.UsageException("--to is missing.");
        Output output = new Output(arguments);
        try (ConsoleClient console = ConsoleClient.open(arguments.home())) {
            JsonNode state = console.call("POST", "/api/backups", wanted);
            String said = "";
            while (state.path("state").asText().equals("running")) {
                String now = sentence(state);
                if (!now.equals(said)) output.remark(now);
                said = now;
                Thread.sleep(LOOK_MS);
                state = console.call("GET", "/api/backups", null);
            }
            if (!state.path("state").asText().equals("done"))
                throw new ConsoleClient.FailedException(state.path("message").asText());
            output.result(state, made(state));
            for (JsonNode folder : state.path("sameDisk"))
                output.remark(
                        "ATTENTION: %s is on the same disk as the home %s, and would be lost with it. If it was to be a medium, it is not mounted: mount it, remove what was written there, and begin again."
                                .formatted(folder.asText(), arguments.home()));
            if (wanted.containsKey("to") && !wanted.containsKey("keysTo"))
                output.remark(
                        "Without --keys-to no keys were written: this backup alone brings back the record, and neither content nor people.");
            return 0;
        }
    }

    private static String sentence(JsonNode state) {
        long all = state.path("all").asLong();
        return all == 0
                ? "Backup: " + state.path("what").asText() + " …"
                : "Backup: %s, %d %% …"
                        .formatted(
                                state.path("what").asText(),
                                100 * state.path("done").asLong() / all);
    }

    private static String made(JsonNode state) {
        String keys = "%d keys written.".formatted(state.path("keys").asLong());
        if (state.path("name").asText().isEmpty()) return keys;
        return "Backup %s is whole and was read again: %d entries, %d files, %d bytes, of which %d were new. %s"
                .formatted(
                        state.path("name").asText(),
                        state.path("size").asLong(),
                        state.path("files").asLong(),
                        state.path("bytes").asLong(),
                        state.path("written").asLong(),
                        state.path("keys").asLong() > 0 ? keys : "");
    }

    private static String absolute(String path) {
        return Path.of(path).toAbsolutePath().normalize().toString();
    }

    private static int check(Arguments arguments)
            throws Arguments.UsageException, ConsoleClient.FailedException {
        Output output = new Output(arguments);
        try {
            String name =
                    Restore.check(
                            Path.of(arguments.required("--from")),
                            arguments.value("--backup"),
                            output::remark);
            output.result(
                    JSON.createObjectNode().put("backup", name).put("whole", true),
                    "Backup %s is whole.".formatted(name));
            return 0;
        } catch (BackupException broken) {
            throw new ConsoleClient.FailedException(String.valueOf(broken.getMessage()));
        } catch (IOException unreadable) {
            throw new ConsoleClient.FailedException(
                    "The medium cannot be read: %s.".formatted(unreadable));
        }
    }

    static int restore(Arguments arguments)
            throws Arguments.UsageException, ConsoleClient.FailedException {
        Output output = new Output(arguments);
        if (!arguments.words().isEmpty())
            throw new Arguments.UsageException("`restore` takes options only.");
        arguments.required("--home");
        Optional<Path> keys = arguments.value("--keys-from").map(Path::of);
        try {
            Restore.Done done =
                    Restore.run(
                            new Restore.Asked(
                                    arguments.home(),
                                    Path.of(arguments.required("--from")),
                                    arguments.value("--backup"),
                                    keys,
                                    arguments.value("--record").map(Path::of),
                                    arguments.value("--trust").map(Path::of),
                                    arguments.all("--checkpoint").stream().map(Path::of).toList(),
                                    erased(arguments.value("--erased"))),
                            output::remark);
            output.result(
                    JSON.createObjectNode()
                            .put("backup", done.name())
                            .put("size", done.size())
                            .put("verdict", done.verdict().name())
                            .put("items", done.items())
                            .put("erasedAgain", done.erasedAgain())
                            .put("withoutKey", done.withoutKey()),
                    "Restored %s: %d entries (%s), %d items of content; %d were erased since and stay erased, %d have no key."
                            .formatted(
                                    done.name(),
                                    done.size(),
                                    done.verdict(),
                                    done.items(),
                                    done.erasedAgain(),
                                    done.withoutKey()));
            if (keys.isEmpty())
                output.remark(
                        "Without --keys-from there is the record, and neither content nor people: the first start makes an administrator.");
            output.remark(
                    "No key of an epoch is in a backup. Before the appliance can start here, the root opens a new epoch: see docs/record-use.md.");
            return 0;
        } catch (BackupException refused) {
            throw new ConsoleClient.FailedException(String.valueOf(refused.getMessage()));
        } catch (SiteException refused) {
            System.err.println("redoubt: " + refused.getMessage());
            return refused.exitCode();
        } catch (IOException failed) {
            throw new ConsoleClient.FailedException(
                    "The restore failed: %s. The folder %s is no home; remove it and begin again."
                            .formatted(failed, arguments.home()));
        }
    }

    private static Set<String> erased(Optional<String> file)
            throws ConsoleClient.FailedException, IOException {
        Set<String> erased = new LinkedHashSet<>();
        if (file.isEmpty()) return erased;
        try (var lines = Files.newBufferedReader(Path.of(file.get()))) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (++number > ERASED_LINES_MAX)
                    throw new ConsoleClient.FailedException(
                            "%s has more than %d lines. Nothing was restored, because what the rest names would come back. Give a newer copy of the record instead (--record)."
                                    .formatted(file.get(), ERASED_LINES_MAX));
                String word = line.strip();
                if (word.isEmpty() || word.startsWith("#")) continue;
                if (!word.matches("(key-)?[0-9a-f]{32}"))
                    throw new ConsoleClient.FailedException(
                            "%s: '%s' is no identifier. One a line, 32 hexadecimal digits, as ERASED entries name what was erased. Nothing was restored."
                                    .formatted(file.get(), Printable.of(word)));
                erased.add(word);
            }
        } catch (CharacterCodingException noText) {
            throw new ConsoleClient.FailedException(
                    "%s is no text in UTF-8, so nobody knows what it names. Nothing was restored. Write one identifier a line."
                            .formatted(file.get()));
        }
        return erased;
    }
}
