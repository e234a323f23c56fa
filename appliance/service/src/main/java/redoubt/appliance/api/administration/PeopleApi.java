package redoubt.appliance.api.administration;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Set;
import redoubt.appliance.conversations.PersonErasures;
import redoubt.appliance.http.Exchange;
import redoubt.appliance.http.Fields;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.http.StrictJson;
import redoubt.appliance.identity.People;
import redoubt.appliance.identity.Role;
import redoubt.appliance.record.SiteRecord;
import redoubt.provenance.record.RecordException;

/// People: listed, added, changed.
public final class PeopleApi {
    private static final int NAME_CHARACTERS_MAX = 200;
    private static final int PASSWORD_CHARACTERS_MAX = 1000;

    private final People people;
    private final PersonErasures erasures;

    public PeopleApi(People people, PersonErasures erasures) {
        this.people = people;
        this.erasures = erasures;
    }

    public void list(Exchange exchange) {
        exchange.json(200, StrictJson.list("people", people.all(), PeopleApi::json));
    }

    public void create(Exchange exchange) throws RecordException {
        Fields fields = exchange.fields();
        String name = fields.requiredText("name", NAME_CHARACTERS_MAX).strip();
        String password = fields.requiredText("password", PASSWORD_CHARACTERS_MAX);
        Set<Role> roles = fields.any("roles").map(RoleWords::roles).orElse(Set.of());
        fields.end();
        try {
            exchange.json(
                    201,
                    json(
                            people.create(
                                    name,
                                    password,
                                    roles,
                                    SiteRecord.actor(exchange.principal()))));
        } catch (People.RefusedException refused) {
            throw refusal(refused);
        }
    }

    public void change(Exchange exchange) throws RecordException {
        String id = person(exchange.part("id")).id();
        Fields fields = exchange.fields();
        People.Wanted wanted =
                new People.Wanted(
                        fields.text("password", PASSWORD_CHARACTERS_MAX),
                        fields.any("roles").map(RoleWords::roles),
                        fields.flag("disabled"));
        fields.end();
        try {
            people.change(id, wanted, SiteRecord.actor(exchange.principal()));
        } catch (People.RefusedException refused) {
            throw refusal(refused);
        }
        exchange.json(200, json(person(id)));
    }

    /// Erases somebody: who it was, their content, their keys and sessions. What the record says of
    /// the pseudonym stays.
    public void erase(Exchange exchange) throws IOException, RecordException {
        String id = exchange.part("id");
        Fields fields = exchange.fields();
        boolean withKeys = fields.flag("contentOfKeys").orElse(false);
        fields.end();
        // Also what an earlier attempt could not bring to its end.
        if (!erasures.begun(id)) person(id);
        try {
            int erased =
                    erasures.erase(people, id, withKeys, SiteRecord.actor(exchange.principal()));
            exchange.json(
                    200,
                    StrictJson.MAPPER.createObjectNode().put("id", id).put("itemsErased", erased));
        } catch (People.RefusedException refused) {
            throw refusal(refused);
        }
    }

    private People.Person person(String id) {
        return people.find(id)
                .orElseThrow(() ->
                        RefusedException.notFound(
                                "person_not_found", "There is nobody with this identifier."));
    }

    private static RefusedException refusal(People.RefusedException refused) {
        return RefusedException.invalid(refused.code(), null, String.valueOf(refused.getMessage()));
    }

    private static ObjectNode json(People.Person person) {
        ObjectNode json =
                StrictJson.MAPPER
                        .createObjectNode()
                        .put("id", person.id())
                        .put("name", person.name())
                        .put("createdAt", person.createdAt().toString())
                        .put("disabled", person.disabled());
        json.set("roles", RoleWords.json(person.roles()));
        return json;
    }
}
