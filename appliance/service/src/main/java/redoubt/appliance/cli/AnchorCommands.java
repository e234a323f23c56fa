package redoubt.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import redoubt.provenance.anchor.Anchor;
import redoubt.provenance.anchor.AnchorFile;

/// `redoubt record anchor`: requests out to a machine that has a network, proofs in again. The
/// medium is read and written here, by the operator's account; the appliance never touches it.
final class AnchorCommands implements RecordCommand {
    private static final String PATH = "/api/record/anchors";
    private static final String CHECKPOINT = "checkpoint.txt";
    private static final int CHECKPOINT_BYTES_MAX = 512;

    @Override
    public String word() {
        return "anchor";
    }

    @Override
    public String summary() {
        return "requests out to where there is a network, proofs in again";
    }

    @Override
    public Set<String> withValue() {
        return Set.of("--to", "--from");
    }

    @Override
    public String usage() {
        return """
        redoubt record anchor out --to DIR     what is to be anchored
        redoubt record anchor in --from DIR    what came back
        redoubt record anchor list             what lies with the record
        """;
    }

    @Override
    public int run(Arguments arguments)
            throws Arguments.UsageException, ConsoleClient.FailedException, InterruptedException {
        Output output = new Output(arguments);
        String act = arguments.word(1, "What to do (out, in, list)");
        try (ConsoleClient console = ConsoleClient.open(arguments.home())) {
            return switch (act) {
                case "out" -> out(console, Path.of(arguments.required("--to")), output);
                case "in" -> in(console, Path.of(arguments.required("--from")), output);
                case "list" -> {
                    JsonNode body = console.call("GET", PATH, null);
                    output.table(body, body.path("anchors"), "entries", "kind", "sentence");
                    yield 0;
                }
                default ->
                        throw new Arguments.UsageException(
                                "There is no `record anchor " + act + "`.");
            };
        } catch (IOException failed) {
            throw new ConsoleClient.FailedException(
                    "The medium cannot be used: %s (%s)."
                            .formatted(failed.getMessage(), failed.getClass().getSimpleName()));
        }
    }

    private static int out(ConsoleClient console, Path medium, Output output)
            throws IOException, ConsoleClient.FailedException, InterruptedException {
        JsonNode packet = console.call("GET", PATH + "/request", null);
        Files.createDirectories(medium);
        Files.writeString(medium.resolve(CHECKPOINT), packet.path("text").asText());
        for (JsonNode request : packet.path("requests")) {
            Files.write(
                    medium.resolve(request.path("name").asText()),
                    Base64.getDecoder().decode(request.path("content").asText()));
            output.remark("%s: %s.".formatted(request.path("name").asText(), advice(request)));
        }
        output.result(
                packet,
                "%s holds the requests to anchor %d entries. Bring checkpoint.txt back with the proofs."
                        .formatted(medium, packet.path("size").asLong()));
        return 0;
    }

    private static String advice(JsonNode request) {
        return request.path("advice").asText();
    }

    private static int in(ConsoleClient console, Path medium, Output output)
            throws IOException, ConsoleClient.FailedException, InterruptedException {
        Path checkpoint = medium.resolve(CHECKPOINT);
        if (!isFile(checkpoint) || Files.size(checkpoint) > CHECKPOINT_BYTES_MAX)
            throw new ConsoleClient.FailedException(
                    "%s lacks the checkpoint.txt that was carried out, so it is not known what the proofs are about. Nothing was taken."
                            .formatted(medium));
        String text = Files.readString(checkpoint, StandardCharsets.ISO_8859_1);
        boolean any = false;
        boolean allGood = true;
        for (Path file : files(medium)) {
            for (Anchor anchor : Anchor.KINDS) {
                String name = String.valueOf(file.getFileName());
                if (!name.endsWith("." + anchor.suffix())) continue;
                any = true;
                allGood &= take(console, text, anchor, file, output);
            }
        }
        if (!any)
            throw new ConsoleClient.FailedException(
                    "%s holds no proof: neither a file .ots nor one .tsr. Nothing was taken."
                            .formatted(medium));
        return allGood ? 0 : 1;
    }

    private static boolean take(
            ConsoleClient console, String text, Anchor anchor, Path file, Output output)
            throws IOException, InterruptedException {
        try {
            if (Files.size(file) > AnchorFile.BYTES_MAX)
                throw new ConsoleClient.FailedException("It is longer than 1 MiB.");
            String proof = Base64.getEncoder().encodeToString(Files.readAllBytes(file));
            JsonNode taken =
                    console.call(
                            "POST",
                            PATH,
                            Map.of("text", text, "kind", anchor.kind(), "proof", proof));
            output.result(
                    taken,
                    "%s: the checkpoint of %d entries %s."
                            .formatted(
                                    Printable.of(String.valueOf(file.getFileName())),
                                    taken.path("entries").asLong(),
                                    taken.path("sentence").asText()));
            return true;
        } catch (ConsoleClient.FailedException refused) {
            output.remark(
                    "%s: REFUSED. %s"
                            .formatted(
                                    Printable.of(String.valueOf(file.getFileName())),
                                    refused.getMessage()));
            return false;
        }
    }

    private static List<Path> files(Path medium) throws IOException {
        try (var files = Files.list(medium)) {
            return files.filter(AnchorCommands::isFile).limit(64).sorted().toList();
        }
    }

    /// A link on a medium may point anywhere.
    private static boolean isFile(Path path) {
        return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
    }
}
