package redoubt.appliance.identity;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// What a person or a key is here for. [Permission] says what each may do.
public enum Role {
    STAFF,
    COMPLIANCE,
    ADMINISTRATOR;

    /// The word that people and programs use.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Role> of(String word) {
        for (Role role : values()) if (role.word().equals(word)) return Optional.of(role);
        return Optional.empty();
    }

    static String text(Set<Role> roles) {
        return String.join(" ", roles.stream().map(Role::word).sorted().toList());
    }

    /// The roles that a column names; words that are none are left out.
    public static Set<Role> parse(String text) {
        EnumSet<Role> roles = EnumSet.noneOf(Role.class);
        for (String word : text.split(" ", -1)) of(word).ifPresent(roles::add);
        return roles;
    }
}
