package redoubt.provenance.record;

import java.util.List;

/// On whose authority an entry was made. A person appears as a pseudonym whose mapping to a name is
/// kept outside the record and can be erased.
///
/// @param pseudonym stable for a person, means nothing by itself; `system` for the appliance's own
///   acts, `console` for the operator at the host
/// @param method how the actor was authenticated: `password`, `api-key`, `console`, `none`
/// @param session a name of the session or key that cannot be used to enter, empty when there is
///   none
/// @param roles the roles held at that moment, in alphabetical order
public record Actor(String pseudonym, String method, String session, List<String> roles) {
    /// The appliance itself: start, stop, recovery, crash.
    public static final Actor SYSTEM = new Actor("system", "none", "", List.of());

    public Actor {
        roles = roles.stream().sorted().toList();
    }
}
