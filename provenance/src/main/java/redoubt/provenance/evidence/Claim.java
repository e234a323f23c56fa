package redoubt.provenance.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Refusal;

/// What a package says that it is: its `range.json`. Immutable. Source: docs/audit-record.md
/// section 11.2.
///
/// @param checkpointSize of the checkpoint that everything is proven under
public record Claim(Bytes logId, long checkpointSize, EvidenceRequest entries) {
    static final String FORMAT = "redoubt-evidence/1";
    private static final String NUMBER = "(0|[1-9][0-9]{0,15})";
    private static final Pattern LINE =
            Pattern.compile(
                    "\\{\"format\":\"redoubt-evidence/1\",\"kind\":\"(selection|range)\","
                            + "\"logId\":\"([0-9a-f]{64})\",\"checkpointSize\":"
                            + NUMBER
                            + ",(.*)\\}\n");
    private static final Pattern RANGE =
            Pattern.compile("\"first\":" + NUMBER + ",\"last\":" + NUMBER + ",\"count\":" + NUMBER);
    private static final Pattern SELECTION = Pattern.compile("\"entries\":\\[([0-9,]{1,20000})]");

    String text() {
        String head =
                "{\"format\":\"%s\",\"kind\":\"%s\",\"logId\":\"%s\",\"checkpointSize\":%d,"
                        .formatted(
                                FORMAT,
                                entries instanceof EvidenceRequest.Range ? "range" : "selection",
                                logId.hex(),
                                checkpointSize);
        return switch (entries) {
            case EvidenceRequest.Range range ->
                    head
                            + "\"first\":%d,\"last\":%d,\"count\":%d}\n"
                                    .formatted(range.first(), range.last(), range.count());
            case EvidenceRequest.Selection selection ->
                    head
                            + "\"entries\":["
                            + String.join(
                                    ",", selection.entries().stream().map(String::valueOf).toList())
                            + "]}\n";
        };
    }

    static Claim parse(String text) throws Refusal {
        Matcher line = LINE.matcher(text);
        if (!line.matches()) throw malformed();
        Claim claim;
        try {
            claim =
                    new Claim(
                            Bytes.ofHex(line.group(2)),
                            Long.parseLong(line.group(3)),
                            line.group(1).equals("range")
                                    ? range(line.group(4))
                                    : selection(line.group(4)));
        } catch (IllegalArgumentException outOfBounds) {
            throw malformed();
        }
        // Whatever was read too kindly does not come out again as it went in.
        if (!claim.text().equals(text)) throw malformed();
        if (claim.entries().last() >= claim.checkpointSize())
            throw new Refusal(
                    "range", "range.json names entries that its checkpoint does not cover.");
        return claim;
    }

    private static EvidenceRequest range(String fields) throws Refusal {
        Matcher range = RANGE.matcher(fields);
        if (!range.matches()) throw malformed();
        return new EvidenceRequest.Range(
                Long.parseLong(range.group(1)), Long.parseLong(range.group(2)));
    }

    private static EvidenceRequest selection(String fields) throws Refusal {
        Matcher selection = SELECTION.matcher(fields);
        if (!selection.matches()) throw malformed();
        List<Long> entries = new ArrayList<>();
        for (String entry : selection.group(1).split(",", -1)) entries.add(Long.parseLong(entry));
        return new EvidenceRequest.Selection(entries);
    }

    private static Refusal malformed() {
        return new Refusal(
                "range", "range.json does not say in its one form what this package holds.");
    }
}
