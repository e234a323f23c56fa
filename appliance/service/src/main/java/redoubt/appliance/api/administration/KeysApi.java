package redoubt.appliance.api.administration;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import redoubt.appliance.http.Exchange;
import redoubt.appliance.http.Fields;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.http.StrictJson;
import redoubt.appliance.identity.ApiKeys;
import redoubt.appliance.identity.Role;
import redoubt.appliance.record.SiteRecord;
import redoubt.provenance.record.Event;

/// API keys: listed, made, revoked.
public final class KeysApi {
    private final ApiKeys keys;
    private final SiteRecord record;

    public KeysApi(ApiKeys keys, SiteRecord record) {
        this.keys = keys;
        this.record = record;
    }

    public void list(Exchange exchange) {
        ObjectNode body = StrictJson.MAPPER.createObjectNode();
        ArrayNode list = body.putArray("keys");
        keys.all().forEach(key -> list.add(json(key)));
        exchange.json(200, body);
    }

    public void create(Exchange exchange) {
        Fields fields = exchange.fields();
        String name = fields.requiredText("name", 100).strip();
        Role role = role(fields.requiredText("role", 100));
        fields.end();
        if (name.isEmpty()) throw Fields.wrong("name", "must not be empty");
        ApiKeys.Created created = keys.create(name, role, exchange.principal().name());
        try {
            record.note(
                    new Event.KeyCreated(
                            created.key().id(), exchange.principal().id(), role.word()),
                    exchange.principal());
        } catch (RefusedException notRecorded) {
            keys.revoke(created.key().id());
            throw notRecorded;
        }
        exchange.json(
                201,
                StrictJson.MAPPER
                        .createObjectNode()
                        .put("id", created.key().id())
                        .put("name", name)
                        .put("role", role.word())
                        .put("secret", created.secret()));
    }

    public void revoke(Exchange exchange) {
        String id = exchange.part("id");
        if (!keys.revoke(id))
            throw RefusedException.notFound(
                    "key_not_found", "There is no live key with this identifier.");
        record.note(new Event.KeyRevoked(id, exchange.principal().id()), exchange.principal());
        exchange.noContent();
    }

    static Role role(String word) {
        return Role.of(word)
                .orElseThrow(
                        () -> Fields.wrong("role", "must be staff, compliance or administrator"));
    }

    private static ObjectNode json(ApiKeys.ApiKey key) {
        ObjectNode json =
                StrictJson.MAPPER
                        .createObjectNode()
                        .put("id", key.id())
                        .put("name", key.name())
                        .put("role", key.role().word())
                        .put("createdAt", key.createdAt().toString())
                        .put("createdBy", key.createdBy());
        if (key.lastUsedAt() != null) json.put("lastUsedAt", String.valueOf(key.lastUsedAt()));
        if (key.revokedAt() != null) json.put("revokedAt", String.valueOf(key.revokedAt()));
        return json;
    }
}
