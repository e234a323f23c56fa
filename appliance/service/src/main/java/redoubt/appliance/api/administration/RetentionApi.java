package redoubt.appliance.api.administration;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.InstantSource;
import redoubt.appliance.conversations.Retention;
import redoubt.appliance.conversations.RetentionRules;
import redoubt.appliance.http.Exchange;
import redoubt.appliance.http.Fields;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.http.StrictJson;
import redoubt.appliance.identity.Holds;
import redoubt.appliance.record.SiteRecord;
import redoubt.provenance.record.RecordException;

/// How long content is kept, and what is under a legal hold: seen and decided by compliance.
public final class RetentionApi {
    private static final int REASON_CHARACTERS_MAX = 1000;

    private final Retention retention;
    private final Holds holds;
    private final InstantSource clock;

    public RetentionApi(Retention retention, Holds holds, InstantSource clock) {
        this.retention = retention;
        this.holds = holds;
        this.clock = clock;
    }

    public void show(Exchange exchange) {
        exchange.json(
                200, StrictJson.MAPPER.createObjectNode().put("rules", retention.rules().text()));
    }

    public void set(Exchange exchange) throws IOException, RecordException {
        Fields fields = exchange.fields();
        String text = fields.requiredText("rules", RetentionRules.CHARACTERS_MAX);
        fields.end();
        RetentionRules rules;
        try {
            rules = RetentionRules.parse(text);
        } catch (IllegalArgumentException none) {
            throw RefusedException.invalid(
                    "invalid_rules", "rules", none.getMessage() + " Nothing was changed.");
        }
        retention.set(rules, SiteRecord.actor(exchange.principal()));
        show(exchange);
    }

    public void holds(Exchange exchange) {
        exchange.json(200, StrictJson.list("holds", holds.all(), RetentionApi::json));
    }

    public void hold(Exchange exchange) throws RecordException {
        Fields fields = exchange.fields();
        String item = fields.requiredText("item", 40);
        String reason = fields.requiredText("reason", REASON_CHARACTERS_MAX).strip();
        fields.end();
        if (!item.matches("(key-)?[0-9a-f]{32}"))
            throw Fields.wrong("item", "must be an identifier of 32 hexadecimal digits");
        if (reason.isEmpty()) throw Fields.wrong("reason", "must not be empty");
        if (!holds.set(item, reason, clock.instant(), SiteRecord.actor(exchange.principal())))
            throw RefusedException.notFound(
                    "item_not_found",
                    "There is neither content nor anybody with this identifier, so there is nothing to hold. It may have been erased already; an ERASED entry of the record names it then.");
        exchange.noContent();
    }

    public void lift(Exchange exchange) throws RecordException {
        if (!holds.lift(exchange.part("id"), SiteRecord.actor(exchange.principal())))
            throw RefusedException.notFound(
                    "hold_not_found", "There is no hold on this identifier.");
        exchange.noContent();
    }

    private static ObjectNode json(Holds.Hold hold) {
        return StrictJson.MAPPER
                .createObjectNode()
                .put("item", hold.item())
                .put("reason", hold.reason())
                .put("setAt", hold.setAt().toString());
    }
}
