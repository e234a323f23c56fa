package redoubt.appliance.identity;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who makes a request, and how that was established. Immutable.
///
/// @param id stable identifier, the owner of conversations: a person's, a key's, or `console`
/// @param name for people
/// @param roles what they may do here
/// @param method how they were authenticated; the record says so with each act
/// @param session identifier of the sign-in or of the key; not a secret
/// @param csrf what unsafe requests of a cookie session must repeat, null for the others
public record Principal(
        String id,
        String name,
        Set<Role> roles,
        Method method,
        String session,
        @Nullable String csrf) {

    /// How somebody was authenticated.
    public enum Method {
        PASSWORD("password"),
        API_KEY("api-key"),
        CONSOLE("console"),
        NONE("none");

        private final String word;

        Method(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    public Principal {
        roles = Set.copyOf(roles);
    }

    /// Whoever can read the token in the home folder: the operator of this host.
    public static Principal console() {
        return new Principal(
                "console", "console", Set.of(Role.ADMINISTRATOR), Method.CONSOLE, "console", null);
    }

    /// Nobody yet: a sign-in that has not succeeded.
    public static Principal nobody() {
        return new Principal("nobody", "nobody", Set.of(), Method.NONE, "", null);
    }

    public boolean may(Permission permission) {
        return permission.allows(roles);
    }
}
