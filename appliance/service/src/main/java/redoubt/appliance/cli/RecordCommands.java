package redoubt.appliance.cli;

/// `redoubt record …` at the appliance: finds the command; each has a file of its own. What needs
/// no appliance (`verify`, `root make`, `root sign`, `root revoke`) is in the verifier's jar.
final class RecordCommands {
    private RecordCommands() {}

    static int run(Arguments arguments)
            throws Arguments.UsageException, ConsoleClient.FailedException, InterruptedException {
        String what = arguments.word(0, "What to do with the record (root, evidence)");
        return switch (what) {
            case "root" -> RecordRootCommand.run(arguments);
            case "evidence" -> EvidenceCommand.run(arguments);
            default -> throw new Arguments.UsageException("There is no `record " + what + "`.");
        };
    }
}
