package redoubt.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Cosignature;
import redoubt.provenance.record.MalformedRecordException;
import redoubt.provenance.record.WitnessPolicy;
import redoubt.provenance.witness.Growth;
import redoubt.provenance.witness.Medium;
import redoubt.provenance.witness.VisitFiles;
import redoubt.provenance.witness.WitnessException;

/// `redoubt record witness`: media out to witnesses and in again, and whom the site counts. The
/// medium is read and written here, by the operator's account; the appliance never touches it.
final class WitnessCommands implements RecordCommand {
    private static final String PATH = "/api/record/witnesses";
    private static final Duration TIME = Duration.ofMinutes(10);

    @Override
    public String word() {
        return "witness";
    }

    @Override
    public String summary() {
        return "media out to witnesses and in again; whom the site counts";
    }

    @Override
    public Set<String> withValue() {
        return Set.of("--to", "--from", "--witness");
    }

    @Override
    public String usage() {
        return """
        redoubt record witness out --to DIR [--witness NAME]   what all of them, or one, need to see
        redoubt record witness in --from DIR                   what they countersigned
        redoubt record witness list                            who saw how much
        redoubt record witness policy set FILE                 whom the site counts, and how many of them
        """;
    }

    @Override
    public int run(Arguments arguments)
            throws Arguments.UsageException, ConsoleClient.FailedException, InterruptedException {
        Output output = new Output(arguments);
        String act = arguments.word(1, "What to do (out, in, list, policy set)");
        try (ConsoleClient console = ConsoleClient.open(arguments.home())) {
            return switch (act) {
                case "out" -> out(console, arguments, output);
                case "in" -> in(console, arguments, output);
                case "list" -> {
                    JsonNode standing = console.call("GET", PATH, null);
                    output.table(
                            standing,
                            standing.path("witnesses"),
                            "name",
                            "key",
                            "keyId",
                            "entries",
                            "at");
                    output.remark(sentence(standing));
                    yield 0;
                }
                case "policy" -> policy(console, arguments, output);
                default ->
                        throw new Arguments.UsageException(
                                "There is no `record witness " + act + "`.");
            };
        } catch (WitnessException refused) {
            throw new ConsoleClient.FailedException(refused.sentence());
        } catch (MalformedRecordException bug) {
            throw new ConsoleClient.FailedException(
                    "The appliance's answer is not well formed: " + bug.getMessage());
        }
    }

    private static int out(ConsoleClient console, Arguments arguments, Output output)
            throws Arguments.UsageException,
                    ConsoleClient.FailedException,
                    InterruptedException,
                    WitnessException,
                    MalformedRecordException {
        Medium medium = new Medium(Path.of(arguments.required("--to")));
        Map<String, Object> wanted = new TreeMap<>();
        arguments.value("--witness").ifPresent(name -> wanted.put("witness", name));
        wanted.put("from", VisitFiles.wished(medium));
        output.remark("Collecting the checkpoint, its keys and the consistency proofs …");
        JsonNode packet = console.call("POST", PATH + "/out", wanted, TIME);
        List<Growth> growths = new ArrayList<>();
        for (JsonNode growth : packet.path("growths")) {
            List<Bytes> hashes = new ArrayList<>();
            growth.path("hashes").forEach(hash -> hashes.add(Bytes.ofHex(hash.asText())));
            growths.add(new Growth(growth.path("from").asLong(), hashes));
        }
        VisitFiles.give(medium, Base64.getDecoder().decode(packet.path("keys").asText()), growths);
        output.result(
                packet,
                "%s holds the checkpoint of %d entries, and how it grew from %d sizes before."
                        .formatted(medium.folder(), packet.path("size").asLong(), growths.size()));
        return 0;
    }

    private static int in(ConsoleClient console, Arguments arguments, Output output)
            throws Arguments.UsageException,
                    ConsoleClient.FailedException,
                    InterruptedException,
                    WitnessException {
        Medium medium = new Medium(Path.of(arguments.required("--from")));
        List<VisitFiles.Brought> brought = VisitFiles.brought(medium);
        if (brought.isEmpty())
            throw new ConsoleClient.FailedException(
                    "%s holds no line of a witness. Nothing was taken.".formatted(medium.folder()));
        List<VisitFiles.Brought> readable = new ArrayList<>();
        List<Map<String, Object>> lines = new ArrayList<>();
        boolean allGood = true;
        for (VisitFiles.Brought one : brought) {
            try {
                // Only what parses is carried further, so that all of it is text.
                String line = Cosignature.parse(one.line().toArray()).text();
                if (one.size() < 1) throw new MalformedRecordException("It is about no entries.");
                lines.add(Map.of("size", one.size(), "line", line));
                readable.add(one);
            } catch (MalformedRecordException malformed) {
                output.remark("%s: REFUSED. %s".formatted(one.file(), malformed.getMessage()));
                allGood = false;
            }
        }
        JsonNode taken = console.call("POST", PATH + "/in", Map.of("lines", lines), TIME);
        for (int i = 0; i < readable.size(); i++) {
            JsonNode outcome = taken.path("lines").path(i);
            boolean good = outcome.path("good").asBoolean();
            allGood &= good;
            output.remark(
                    "%s: %s%s"
                            .formatted(
                                    readable.get(i).file(),
                                    good ? "" : "REFUSED. ",
                                    outcome.path("sentence").asText()));
        }
        output.result(taken, sentence(taken.path("standing")));
        return allGood ? 0 : 1;
    }

    private static int policy(ConsoleClient console, Arguments arguments, Output output)
            throws Arguments.UsageException, ConsoleClient.FailedException, InterruptedException {
        if (!arguments.word(2, "What to do with the policy (set FILE)").equals("set"))
            throw new Arguments.UsageException("There is only `record witness policy set FILE`.");
        Path file = Path.of(arguments.word(3, "The file of the policy"));
        String text;
        try {
            if (Files.size(file) > WitnessPolicy.FILE_BYTES_MAX)
                throw new IOException("it is longer than 256 KiB");
            text = Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new ConsoleClient.FailedException(
                    "%s cannot be read: %s. The policy was not changed."
                            .formatted(file, unreadable.getMessage()));
        }
        JsonNode standing = console.call("POST", PATH + "/policy", Map.of("text", text));
        output.result(standing, "From now on this site counts %s.".formatted(demand(standing)));
        return 0;
    }

    private static String demand(JsonNode standing) {
        return standing.path("demand").asText();
    }

    private static String sentence(JsonNode standing) {
        long witnessed = standing.path("witnessedEntries").asLong();
        long entries = standing.path("entries").asLong();
        if (demand(standing).isEmpty()) return "No witness policy is set; nobody's line counts.";
        return witnessed == 0
                ? "Nothing is witnessed yet; needed: %s.".formatted(demand(standing))
                : "Witnessed up to entry %d of %d; needed: %s."
                        .formatted(witnessed, entries, demand(standing));
    }
}
