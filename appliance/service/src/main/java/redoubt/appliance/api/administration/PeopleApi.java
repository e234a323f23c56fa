package redoubt.appliance.api.administration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import redoubt.appliance.http.Exchange;
import redoubt.appliance.http.Fields;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.http.StrictJson;
import redoubt.appliance.identity.People;
import redoubt.appliance.identity.Role;
import redoubt.appliance.record.SiteRecord;
import redoubt.provenance.record.Event;

/// People: listed, added, changed.
public final class PeopleApi {
    private static final int PASSWORD_CHARACTERS_MAX = 1000;

    private final People people;
    private final SiteRecord record;

    public PeopleApi(People people, SiteRecord record) {
        this.people = people;
        this.record = record;
    }

    public void list(Exchange exchange) {
        ObjectNode body = StrictJson.MAPPER.createObjectNode();
        ArrayNode list = body.putArray("people");
        people.all().forEach(person -> list.add(json(person)));
        exchange.json(200, body);
    }

    public void create(Exchange exchange) {
        Fields fields = exchange.fields();
        String name = fields.requiredText("name", 200).strip();
        String password = fields.requiredText("password", PASSWORD_CHARACTERS_MAX);
        Set<Role> roles = fields.any("roles").map(PeopleApi::roles).orElse(Set.of());
        fields.end();
        try {
            People.Person person = people.create(name, password, roles);
            record.note(new Event.PersonCreated(person.id(), words(roles)), exchange.principal());
            exchange.json(201, json(person));
        } catch (People.RefusedException refused) {
            throw refusal(refused);
        }
    }

    public void change(Exchange exchange) {
        People.Person person = person(exchange.part("id"));
        Fields fields = exchange.fields();
        Optional<Set<Role>> roles = fields.any("roles").map(PeopleApi::roles);
        Optional<Boolean> disabled = fields.flag("disabled");
        Optional<String> password = fields.text("password", PASSWORD_CHARACTERS_MAX);
        fields.end();
        try {
            if (password.isPresent()) {
                people.changePassword(person.id(), password.get());
                changed(exchange, person.id(), "password");
            }
            if (roles.isPresent()) {
                people.changeRoles(person.id(), roles.get());
                changed(exchange, person.id(), "roles");
            }
            if (disabled.isPresent()) {
                people.disable(person.id(), disabled.get());
                changed(exchange, person.id(), disabled.get() ? "disabled" : "enabled");
            }
        } catch (People.RefusedException refused) {
            throw refusal(refused);
        }
        exchange.json(200, json(person(person.id())));
    }

    private void changed(Exchange exchange, String id, String what) {
        record.note(
                new Event.PersonChanged(id, what, words(person(id).roles())), exchange.principal());
    }

    private People.Person person(String id) {
        return people.find(id)
                .orElseThrow(() ->
                        RefusedException.notFound(
                                "person_not_found", "There is nobody with this identifier."));
    }

    private static Set<Role> roles(JsonNode value) {
        if (!value.isArray()) throw Fields.wrong("roles", "must be a list of roles");
        EnumSet<Role> roles = EnumSet.noneOf(Role.class);
        value.forEach(word -> roles.add(KeysApi.role(Fields.text(word, "roles", 100))));
        return roles;
    }

    private static List<String> words(Set<Role> roles) {
        return roles.stream().map(Role::word).sorted().toList();
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
        ArrayNode roles = json.putArray("roles");
        words(person.roles()).forEach(roles::add);
        return json;
    }
}
