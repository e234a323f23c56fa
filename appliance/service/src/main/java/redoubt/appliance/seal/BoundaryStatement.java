package redoubt.appliance.seal;

import java.util.Optional;

/// What this appliance can and cannot reach, in Markdown, made from the last seal check on this
/// host and from nothing else.
public final class BoundaryStatement {
    private BoundaryStatement() {}

    /// @param address where the appliance listens
    /// @param gatewayFilter what took hold in the gateway
    public static String of(Optional<SealCheck.Report> last, String address, String gatewayFilter) {
        StringBuilder text = new StringBuilder("# Boundary of this appliance\n\n");
        text.append("It listens at ").append(address).append(" (TLS). That is its one way in.\n\n");
        text.append(gatewayFilter).append("\n\n");
        if (last.isEmpty()) {
            text.append(
                    "The seal has not been checked since the last start, so nothing more is claimed. Run the seal check, or `redoubt seal check`.\n");
            return text.toString();
        }
        SealCheck.Report report = last.get();
        text.append(
                "Checked on %s on this host, entry %d of the record: %d ways out refused, %d open, %d open by design, %d untested.\n\n"
                        .formatted(
                                report.checkedAt(),
                                report.entry(),
                                report.count("blocked"),
                                report.count("open"),
                                report.count("allowed"),
                                report.count("untested")));
        text.append(
                "| process | way out | outcome | what happened | layer |\n|---|---|---|---|---|\n");
        for (SealCheck.Line line : report.lines())
            text.append(
                    "| %s | %s | %s | %s | %s |\n"
                            .formatted(
                                    cell(line.process()),
                                    cell(line.name()),
                                    cell(line.outcome()),
                                    cell(line.detail()),
                                    cell(line.layer())));
        text.append(
                """

                What this does not cover: the operating system, its administrator and other programs on this host, side channels, and a person who carries data out. The filter holds from the moment the listener is open; docs/seal.md says what such a filter cannot see.
                """);
        return text.toString();
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replaceAll("\\s+", " ");
    }
}
