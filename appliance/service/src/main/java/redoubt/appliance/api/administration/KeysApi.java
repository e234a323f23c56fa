package redoubt.appliance.api.administration;

import com.fasterxml.jackson.databind.node.ObjectNode;
import redoubt.appliance.http.Exchange;
import redoubt.appliance.http.Fields;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.http.StrictJson;
import redoubt.appliance.identity.ApiKeys;
import redoubt.appliance.identity.Role;
import redoubt.appliance.record.SiteRecord;
import redoubt.provenance.record.RecordException;

/// API keys: listed, made, revoked.
public final class KeysApi {
    private static final int NAME_CHARACTERS_MAX = 100;

    private final ApiKeys keys;

    public KeysApi(ApiKeys keys) {
        this.keys = keys;
    }

    public void list(Exchange exchange) {
        exchange.json(200, StrictJson.list("keys", keys.all(), KeysApi::json));
    }

    public void create(Exchange exchange) throws RecordException {
        Fields fields = exchange.fields();
        String name = fields.requiredText("name", NAME_CHARACTERS_MAX).strip();
        Role role = RoleWords.role(fields.requiredText("role", RoleWords.CHARACTERS_MAX));
        fields.end();
        if (name.isEmpty()) throw Fields.wrong("name", "must not be empty");
        ApiKeys.Created created =
                keys.create(
                        name,
                        role,
                        exchange.principal().name(),
                        SiteRecord.actor(exchange.principal()));
        exchange.json(
                201,
                StrictJson.MAPPER
                        .createObjectNode()
                        .put("id", created.key().id())
                        .put("name", name)
                        .put("role", role.word())
                        .put("secret", created.secret()));
    }

    public void revoke(Exchange exchange) throws RecordException {
        if (!keys.revoke(exchange.part("id"), SiteRecord.actor(exchange.principal())))
            throw RefusedException.notFound(
                    "key_not_found", "There is no live key with this identifier.");
        exchange.noContent();
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
