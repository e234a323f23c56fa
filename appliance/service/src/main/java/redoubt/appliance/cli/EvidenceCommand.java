package redoubt.appliance.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redoubt.provenance.evidence.PackageFiles;
import redoubt.provenance.evidence.PackageSink;
import redoubt.provenance.record.Refusal;

/// `redoubt record evidence`: fetches an evidence package from the running appliance, as a ZIP or
/// as a folder.
final class EvidenceCommand implements RecordCommand {
    private static final Pattern RANGE = Pattern.compile("([0-9]{1,16})\\.\\.([0-9]{1,16})");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,16}");

    @Override
    public String word() {
        return "evidence";
    }

    @Override
    public String summary() {
        return "take entries away, with all that it takes to check them";
    }

    @Override
    public Set<String> withValue() {
        return Set.of("--entry", "--range", "--request", "--to", "--key-file");
    }

    @Override
    public Set<String> switches() {
        return Set.of("--disclose");
    }

    @Override
    public String usage() {
        return """
        redoubt record evidence --entry N… | --range A..B | --request ID  --to FILE.zip|DIR
               [--disclose --key-file F]
               --disclose: with questions and answers and what opens their commitments; the file has
               an API key of the role compliance
        """;
    }

    @Override
    public int run(Arguments arguments)
            throws Arguments.UsageException, ConsoleClient.FailedException, InterruptedException {
        ObjectNode wanted = wanted(arguments);
        Path to = Path.of(arguments.required("--to"));
        if (Files.exists(to))
            throw new Arguments.UsageException(
                    to + " is there already. Name a file or folder that is not.");
        Output output = new Output(arguments);
        boolean asFolder = !to.toString().endsWith(".zip");
        Path part = to.resolveSibling(to.getFileName() + ".part");
        try (ConsoleClient console = ConsoleClient.open(arguments.home(), key(arguments));
                Patience patience = new Patience(output, "gathering")) {
            output.remark("The appliance gathers and records the package ...");
            long bytes =
                    console.download(
                            "/api/record/evidence",
                            wanted,
                            part,
                            (done, of) -> {
                                patience.end();
                                output.progress("%d of %d MiB".formatted(done >> 20, of >> 20));
                            });
            if (asFolder) unpack(part, to);
            else Files.move(part, to, StandardCopyOption.ATOMIC_MOVE);
            output.remark(
                    "%s: %d bytes as a ZIP, which is what the EXPORTED entry names. Check it with: redoubt verify %s --trust DIR"
                            .formatted(to, bytes, to));
            return 0;
        } catch (IOException failed) {
            throw new ConsoleClient.FailedException(
                    "The package could not be written to %s: %s. The record says that it was exported; what is there is not whole."
                            .formatted(to, failed.getMessage()));
        } finally {
            try {
                Files.deleteIfExists(part);
            } catch (IOException left) {
                output.remark("%s could not be removed: %s.".formatted(part, left.getMessage()));
            }
        }
    }

    private static void unpack(Path zip, Path folder)
            throws IOException, ConsoleClient.FailedException {
        try (PackageFiles files = PackageFiles.open(zip)) {
            PackageSink sink = PackageSink.folder(folder);
            for (String name : files.sizes().keySet()) sink.file(name, files.read(name));
            sink.end();
        } catch (Refusal damaged) {
            throw new ConsoleClient.FailedException(
                    "What arrived is not whole: " + damaged.getMessage());
        }
    }

    private static ObjectNode wanted(Arguments arguments) throws Arguments.UsageException {
        ObjectNode wanted = new ObjectMapper().createObjectNode();
        List<String> entries = arguments.all("--entry");
        Optional<String> range = arguments.value("--range");
        Optional<String> request = arguments.value("--request");
        if ((entries.isEmpty() ? 0 : 1)
                        + (range.isPresent() ? 1 : 0)
                        + (request.isPresent() ? 1 : 0)
                != 1)
            throw new Arguments.UsageException(
                    "Say what to show: --entry N (several times for several), --range A..B, or --request ID.");
        if (!entries.isEmpty()) {
            var list = wanted.putArray("entries");
            for (String entry : entries) {
                if (!NUMBER.matcher(entry).matches())
                    throw new Arguments.UsageException("An entry is named by its number.");
                list.add(Long.parseLong(entry));
            }
        } else if (range.isPresent()) {
            Matcher numbers = RANGE.matcher(range.get());
            if (!numbers.matches())
                throw new Arguments.UsageException("A range is two numbers: --range 100..250.");
            wanted.put("first", Long.parseLong(numbers.group(1)));
            wanted.put("last", Long.parseLong(numbers.group(2)));
        } else {
            wanted.put("request", request.orElseThrow());
        }
        if (arguments.has("--disclose")) wanted.put("disclose", true);
        return wanted;
    }

    /// The console may not disclose content; a key of the role compliance may.
    private static Optional<String> key(Arguments arguments) throws Arguments.UsageException {
        Optional<String> file = arguments.value("--key-file");
        if (file.isEmpty()) return Optional.empty();
        try {
            return Optional.of(Files.readString(Path.of(file.get())).strip());
        } catch (IOException unreadable) {
            throw new Arguments.UsageException(
                    "The key file %s cannot be read: %s."
                            .formatted(file.get(), unreadable.getMessage()));
        }
    }
}
