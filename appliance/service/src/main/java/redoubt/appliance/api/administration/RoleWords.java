package redoubt.appliance.api.administration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.EnumSet;
import java.util.Set;
import redoubt.appliance.http.Fields;
import redoubt.appliance.http.StrictJson;
import redoubt.appliance.identity.Role;

/// Roles as requests and answers about people and keys write them.
final class RoleWords {
    static final int CHARACTERS_MAX = 100;

    private RoleWords() {}

    static Role role(String word) {
        return Role.of(word)
                .orElseThrow(
                        () -> Fields.wrong("role", "must be staff, compliance or administrator"));
    }

    static Set<Role> roles(JsonNode value) {
        if (!value.isArray()) throw Fields.wrong("roles", "must be a list of roles");
        EnumSet<Role> roles = EnumSet.noneOf(Role.class);
        value.forEach(word -> roles.add(role(Fields.text(word, "roles", CHARACTERS_MAX))));
        return roles;
    }

    static ArrayNode json(Set<Role> roles) {
        ArrayNode words = StrictJson.MAPPER.createArrayNode();
        roles.stream().map(Role::word).sorted().forEach(words::add);
        return words;
    }
}
