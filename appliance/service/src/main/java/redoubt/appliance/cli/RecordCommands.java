package redoubt.appliance.cli;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// `redoubt record`: finds who does what was asked of the record. The checks that a stranger makes
/// (`redoubt record verify`) are in the verifier's jar instead.
final class RecordCommands {
    static final Set<String> WITH_VALUE =
            all(
                    Stream.of(
                            RecordRootCommand.WITH_VALUE,
                            EvidenceCommand.WITH_VALUE,
                            WitnessCommands.WITH_VALUE,
                            CheckpointCommand.WITH_VALUE,
                            AnchorCommands.WITH_VALUE));
    static final Set<String> SWITCHES =
            all(
                    Stream.of(
                            RecordRootCommand.SWITCHES,
                            EvidenceCommand.SWITCHES,
                            CheckpointCommand.SWITCHES));
    static final String USAGE =
            RecordRootCommand.USAGE
                    + EvidenceCommand.USAGE
                    + CheckpointCommand.USAGE
                    + WitnessCommands.USAGE
                    + AnchorCommands.USAGE;

    private RecordCommands() {}

    static int run(Arguments arguments)
            throws Arguments.UsageException, ConsoleClient.FailedException, InterruptedException {
        String what =
                arguments.word(
                        0,
                        "What to do with the record (anchor, checkpoint, evidence, root, witness)");
        return switch (what) {
            case "anchor" -> AnchorCommands.run(arguments);
            case "checkpoint" -> CheckpointCommand.run(arguments);
            case "evidence" -> EvidenceCommand.run(arguments);
            case "root" -> RecordRootCommand.run(arguments);
            case "witness" -> WitnessCommands.run(arguments);
            default -> throw new Arguments.UsageException("There is no `record " + what + "`.");
        };
    }

    private static Set<String> all(Stream<Set<String>> sets) {
        return sets.flatMap(Set::stream).collect(Collectors.toUnmodifiableSet());
    }
}
