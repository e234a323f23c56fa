package redoubt.appliance.api.administration;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import redoubt.appliance.answers.Evidence;
import redoubt.appliance.http.Exchange;
import redoubt.appliance.http.Fields;
import redoubt.provenance.evidence.EvidenceRequest;

/// Evidence packages to take away. Source: docs/audit-record.md section 11.
public final class EvidenceApi {
    private static final long SEQUENCE_MAX = 9_999_999_999_999_999L;

    private final Evidence evidence;

    public EvidenceApi(Evidence evidence) {
        this.evidence = evidence;
    }

    /// `entries`, `first` and `last`, or `request`; and `disclose`.
    public void export(Exchange exchange) throws IOException {
        Fields fields = exchange.fields();
        Optional<JsonNode> entries = fields.any("entries");
        Optional<Long> first = fields.whole("first", 0, SEQUENCE_MAX);
        Optional<Long> last = fields.whole("last", 0, SEQUENCE_MAX);
        Optional<String> request = fields.text("request", 200);
        boolean discloses = fields.flag("disclose").orElse(false);
        fields.end();
        if ((entries.isPresent() ? 1 : 0)
                        + (first.isPresent() || last.isPresent() ? 1 : 0)
                        + (request.isPresent() ? 1 : 0)
                != 1)
            throw Fields.wrong(
                    "entries", "or 'first' and 'last', or 'request' must be there, and only one");
        EvidenceRequest wanted =
                entries.isPresent()
                        ? selection(entries.get())
                        : request.isPresent()
                                ? evidence.inference(request.get())
                                : range(fields, first, last);
        Evidence.Recorded recorded = evidence.export(wanted, discloses, exchange.principal());
        exchange.setHeader("X-Redoubt-SHA256", recorded.sha256().hex());
        try (OutputStream out =
                exchange.stream("application/zip", "evidence.zip", recorded.bytes())) {
            recorded.writeTo(out);
        }
    }

    private static EvidenceRequest range(Fields fields, Optional<Long> first, Optional<Long> last) {
        long from = first.orElseThrow(() -> fields.missing("first"));
        long to = last.orElseThrow(() -> fields.missing("last"));
        if (to < from) throw Fields.wrong("last", "must not be before 'first'");
        return new EvidenceRequest.Range(from, to);
    }

    private static EvidenceRequest selection(JsonNode entries) {
        if (!entries.isArray()
                || entries.isEmpty()
                || entries.size() > EvidenceRequest.SELECTION_MAX)
            throw Fields.wrong(
                    "entries",
                    "must be a list of 1 to " + EvidenceRequest.SELECTION_MAX + " numbers");
        List<Long> wanted = new ArrayList<>();
        for (JsonNode entry : entries) {
            if (!entry.isIntegralNumber()
                    || !entry.canConvertToLong()
                    || entry.longValue() < 0
                    || entry.longValue() > SEQUENCE_MAX)
                throw Fields.wrong("entries", "must be numbers of entries");
            wanted.add(entry.longValue());
        }
        return new EvidenceRequest.Selection(wanted);
    }
}
