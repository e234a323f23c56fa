package redoubt.appliance.api.administration;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import redoubt.appliance.http.Exchange;
import redoubt.appliance.http.Fields;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.identity.Principal;
import redoubt.appliance.record.SiteRecord;
import redoubt.appliance.site.Secrets;
import redoubt.provenance.record.Appended;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordException;
import redoubt.provenance.record.RecordProver;
import redoubt.provenance.record.RootRefusedException;
import redoubt.provenance.record.RootVisit;

/// A visit of the record root at the running appliance, at its own console only: the request that
/// goes out on media, and what comes back. Source: docs/audit-record.md section 6.2.
public final class RecordRootApi {
    private static final int FILE_CHARACTERS_MAX = 64 << 10;
    private static final int DETAIL_CHARACTERS_MAX = 4_000;
    private static final Set<String> ACTS = Set.of("root-carried-away", "root-copied");

    private final SiteRecord record;
    private final Path trust;

    public RecordRootApi(SiteRecord record, Path trust) {
        this.record = record;
        this.trust = trust;
    }

    public void request(Exchange exchange) {
        requireConsole(exchange);
        Fields fields = exchange.fields();
        long since = fields.whole("since", 0, Long.MAX_VALUE).orElse(0L);
        fields.end();
        long size = record.prover().checkpoint().size();
        byte[] request = accepted(() -> RootVisit.request(record.prover(), since));
        record.note(
                new Event.Exported(
                        "record-root-request", "media", Bytes.of(Secrets.sha256(request))),
                exchange.principal());
        exchange.json(
                200, Map.of("request", Base64.getEncoder().encodeToString(request), "size", size));
    }

    public void answer(Exchange exchange) {
        take(exchange, RootVisit::countersigned);
    }

    public void revocation(Exchange exchange) {
        take(exchange, RootVisit::revoked);
    }

    /// Says which entry a file from the root makes.
    private interface Checking {
        Event check(RecordProver record, Path trust, byte[] file) throws IOException;
    }

    private void take(Exchange exchange, Checking checking) {
        requireConsole(exchange);
        byte[] file = file(exchange);
        entry(
                exchange,
                accepted(() ->
                        record.noteCovered(
                                checking.check(record.prover(), trust, file),
                                exchange.principal())));
    }

    public void ceremony(Exchange exchange) {
        requireConsole(exchange);
        Fields fields = exchange.fields();
        String act = fields.requiredText("act", 100);
        String detail = fields.requiredText("detail", DETAIL_CHARACTERS_MAX);
        fields.end();
        if (!ACTS.contains(act)) throw Fields.wrong("act", "is not an act with the record root");
        entry(exchange, record.note(new Event.Ceremony(act, detail), exchange.principal()));
    }

    private static void requireConsole(Exchange exchange) {
        if (exchange.principal().method() != Principal.Method.CONSOLE)
            throw RefusedException.forbidden(
                    "console_only",
                    "The record root is dealt with at the appliance's own console only: redoubt record root.");
    }

    private static byte[] file(Exchange exchange) {
        Fields fields = exchange.fields();
        String encoded = fields.requiredText("file", FILE_CHARACTERS_MAX);
        fields.end();
        try {
            return Base64.getDecoder().decode(encoded);
        } catch (IllegalArgumentException malformed) {
            throw Fields.wrong("file", "must be base64");
        }
    }

    private static void entry(Exchange exchange, Appended appended) {
        exchange.json(200, Map.of("entry", appended.sequence()));
    }

    private interface Act<T> {
        T act() throws IOException;
    }

    private static <T> T accepted(Act<T> act) {
        try {
            return act.act();
        } catch (RootRefusedException refused) {
            throw RefusedException.conflict(
                    "record_root_refused", String.valueOf(refused.getMessage()));
        } catch (RecordException closed) {
            throw SiteRecord.unavailable(closed);
        } catch (IOException failed) {
            throw RefusedException.unavailable(
                    "record_root_unreadable",
                    "The trust folder or the record could not be read: " + failed.getMessage());
        }
    }
}
