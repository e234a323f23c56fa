package redoubt.appliance.http;

import static redoubt.appliance.identity.Permission.ADMINISTER_KEYS;
import static redoubt.appliance.identity.Permission.ADMINISTER_PEOPLE;
import static redoubt.appliance.identity.Permission.ASK;
import static redoubt.appliance.identity.Permission.CHECK_SEAL;
import static redoubt.appliance.identity.Permission.READ_METRICS;
import static redoubt.appliance.identity.Permission.READ_STATUS;
import static redoubt.appliance.identity.Permission.READ_TRUST;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.identity.Permission;
import redoubt.provenance.record.Event;

/// Everything that can be asked of the service: the one table from a route to the permission it
/// needs and to the entries of the record that it makes. What is not in it does not exist.
public enum Route {
    HEALTH("GET", "/health", null),
    METRICS("GET", "/metrics", READ_METRICS),
    SITE("GET", "/api/site", null),

    SIGN_IN("POST", "/api/session", null, Event.SignedIn.class, Event.SignInFailed.class),
    SESSION("GET", "/api/session", null),
    SIGN_OUT("DELETE", "/api/session", null, Event.SignedOut.class),

    MODELS("GET", "/api/models", ASK),
    CONVERSATIONS("GET", "/api/conversations", ASK),
    CONVERSATION_NEW("POST", "/api/conversations", ASK),
    CONVERSATION("GET", "/api/conversations/{id}", ASK),
    CONVERSATION_RENAME("PATCH", "/api/conversations/{id}", ASK),
    CONVERSATION_ERASE("DELETE", "/api/conversations/{id}", ASK, Event.Erased.class),
    TURN(
            "POST",
            "/api/conversations/{id}/turns",
            ASK,
            Event.Intent.class,
            Event.Output.class,
            Event.Seal.class),
    OUTPUT("GET", "/api/outputs/{id}", ASK),
    OUTPUT_DOWNLOAD("GET", "/api/outputs/{id}/download/{form}", ASK, Event.Exported.class),
    TRUST("GET", "/api/trust", READ_TRUST),

    KEYS("GET", "/api/keys", ADMINISTER_KEYS),
    KEY_CREATE("POST", "/api/keys", ADMINISTER_KEYS, Event.KeyCreated.class),
    KEY_REVOKE("DELETE", "/api/keys/{id}", ADMINISTER_KEYS, Event.KeyRevoked.class),
    PEOPLE("GET", "/api/people", ADMINISTER_PEOPLE),
    PERSON_CREATE("POST", "/api/people", ADMINISTER_PEOPLE, Event.PersonCreated.class),
    PERSON_CHANGE("PATCH", "/api/people/{id}", ADMINISTER_PEOPLE, Event.PersonChanged.class),
    STATUS("GET", "/api/status", READ_STATUS),
    SEAL_CHECK("POST", "/api/seal-check", CHECK_SEAL, Event.SealChecked.class),
    BOUNDARY("GET", "/api/boundary", CHECK_SEAL),
    STOP("POST", "/api/stop", Permission.STOP, Event.Stopped.class),

    V1_MODELS("GET", "/v1/models", ASK),
    V1_MODEL("GET", "/v1/models/{id}", ASK),
    V1_CHAT(
            "POST",
            "/v1/chat/completions",
            ASK,
            Event.Intent.class,
            Event.Output.class,
            Event.Seal.class),
    V1_COMPLETIONS(
            "POST",
            "/v1/completions",
            ASK,
            Event.Intent.class,
            Event.Output.class,
            Event.Seal.class),
    V1_CREDENTIAL("GET", "/v1/outputs/{id}/credential", ASK, Event.Exported.class),
    V1_PROOF("GET", "/v1/outputs/{id}/proof", ASK, Event.Exported.class);

    private final String method;
    private final String path;
    private final @Nullable Permission permission;

    @SuppressWarnings("ImmutableEnumChecker") // an unmodifiable set of classes
    private final Set<Class<? extends Event>> entries;

    Route(String method, String path, @Nullable Permission permission, Class<?>... entries) {
        this.method = method;
        this.path = path;
        this.permission = permission;
        this.entries =
                Stream.of(entries)
                        .<Class<? extends Event>>map(entry -> entry.asSubclass(Event.class))
                        .collect(Collectors.toUnmodifiableSet());
    }

    public String method() {
        return method;
    }

    /// The path, with `{name}` for a part that varies.
    public String path() {
        return path;
    }

    /// What the caller must be allowed; null where nobody needs to be known.
    public @Nullable Permission permission() {
        return permission;
    }

    /// The record's events that it may append.
    public Set<Class<? extends Event>> entries() {
        return entries;
    }

    /// Whether it changes something, so that a cookie alone is not enough.
    public boolean unsafe() {
        return !method.equals("GET");
    }
}
