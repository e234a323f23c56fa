package redoubt.appliance.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;

/// `redoubt record consistency`: what shows to the keeper of an old checkpoint, proof or receipt
/// that a later checkpoint only adds to it. Source: docs/audit-record.md section 8.1.
final class RecordConsistency implements RecordCommand {
    private static final String SIZE = "[1-9][0-9]{0,17}";

    @Override
    public String word() {
        return "consistency";
    }

    @Override
    public Set<String> withValue() {
        return Set.of("--from", "--to", "--out");
    }

    @Override
    public String summary() {
        return "lead from a checkpoint that somebody kept to a later one";
    }

    @Override
    public String usage() {
        return "redoubt record consistency --from N [--to M] [--out FILE]   N, M: second lines of checkpoints";
    }

    @Override
    public int run(Arguments arguments)
            throws Arguments.UsageException, ConsoleClient.FailedException, InterruptedException {
        String from = size(arguments.required("--from"));
        Optional<String> to = arguments.value("--to");
        if (to.isPresent()) size(to.get());
        Path file =
                Path.of(
                        arguments
                                .value("--out")
                                .orElse(
                                        to.map(m -> "from-%s-to-%s.consistency".formatted(from, m))
                                                .orElse("from-%s.consistency".formatted(from))));
        if (Files.exists(file))
            throw new Arguments.UsageException(
                    file + " is there already, and is not replaced. Name another with --out.");
        Output output = new Output(arguments);
        try (ConsoleClient console = ConsoleClient.open(arguments.home())) {
            byte[] found =
                    console.fetch("/v1/consistency/" + from + to.map(m -> "?to=" + m).orElse(""));
            Files.write(file, found, StandardOpenOption.CREATE_NEW);
            output.remark(
                    "%s leads on from %s entries. Whoever kept a checkpoint of %s checks with it: redoubt record verify --checkpoint KEPT --consistency %s --trust DIR"
                            .formatted(file, from, from, file));
            return 0;
        } catch (IOException unwritable) {
            throw new ConsoleClient.FailedException(
                    "%s cannot be written: %s.".formatted(file, unwritable.getMessage()));
        }
    }

    private static String size(String word) throws Arguments.UsageException {
        if (!word.matches(SIZE))
            throw new Arguments.UsageException(
                    "A checkpoint is named by its size, the number on its second line.");
        return word;
    }
}
