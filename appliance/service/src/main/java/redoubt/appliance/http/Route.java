package redoubt.appliance.http;

import static redoubt.appliance.identity.Permission.ADMINISTER_KEYS;
import static redoubt.appliance.identity.Permission.ADMINISTER_PEOPLE;
import static redoubt.appliance.identity.Permission.ASK;
import static redoubt.appliance.identity.Permission.CHECK_SEAL;
import static redoubt.appliance.identity.Permission.READ_METRICS;
import static redoubt.appliance.identity.Permission.READ_STATUS;
import static redoubt.appliance.identity.Permission.READ_TRUST;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.identity.Permission;

/// Everything that can be asked of the service: the one table from a route to the permission it
/// needs and to the entries of the record that it makes. What is not in it does not exist.
public enum Route {
    HEALTH("GET", "/health", null),
    METRICS("GET", "/metrics", READ_METRICS),
    SITE("GET", "/api/site", null),

    SIGN_IN("POST", "/api/session", null, "SignIn", "SignInFailed"),
    SESSION("GET", "/api/session", null),
    SIGN_OUT("DELETE", "/api/session", null, "SignOut"),

    MODELS("GET", "/api/models", ASK),
    CONVERSATIONS("GET", "/api/conversations", ASK),
    CONVERSATION_NEW("POST", "/api/conversations", ASK),
    CONVERSATION("GET", "/api/conversations/{id}", ASK),
    CONVERSATION_RENAME("PATCH", "/api/conversations/{id}", ASK),
    CONVERSATION_ERASE("DELETE", "/api/conversations/{id}", ASK, "Erased"),
    TURN("POST", "/api/conversations/{id}/turns", ASK, "Intent", "Output", "Seal"),
    OUTPUT("GET", "/api/outputs/{id}", ASK),
    OUTPUT_DOWNLOAD("GET", "/api/outputs/{id}/download/{form}", ASK, "Exported"),
    TRUST("GET", "/api/trust", READ_TRUST),

    KEYS("GET", "/api/keys", ADMINISTER_KEYS),
    KEY_CREATE("POST", "/api/keys", ADMINISTER_KEYS, "KeyCreated"),
    KEY_REVOKE("DELETE", "/api/keys/{id}", ADMINISTER_KEYS, "KeyRevoked"),
    PEOPLE("GET", "/api/people", ADMINISTER_PEOPLE),
    PERSON_CREATE("POST", "/api/people", ADMINISTER_PEOPLE, "PersonCreated"),
    PERSON_CHANGE("PATCH", "/api/people/{id}", ADMINISTER_PEOPLE, "PersonChanged"),
    STATUS("GET", "/api/status", READ_STATUS),
    SEAL_CHECK("POST", "/api/seal-check", CHECK_SEAL, "SealChecked"),
    BOUNDARY("GET", "/api/boundary", CHECK_SEAL),
    STOP("POST", "/api/stop", Permission.STOP, "Stopped"),

    V1_MODELS("GET", "/v1/models", ASK),
    V1_MODEL("GET", "/v1/models/{id}", ASK),
    V1_CHAT("POST", "/v1/chat/completions", ASK, "Intent", "Output", "Seal"),
    V1_COMPLETIONS("POST", "/v1/completions", ASK, "Intent", "Output", "Seal"),
    V1_CREDENTIAL("GET", "/v1/outputs/{id}/credential", ASK, "Exported"),
    V1_PROOF("GET", "/v1/outputs/{id}/proof", ASK, "Exported");

    private final String method;
    private final String path;
    private final @Nullable Permission permission;
    private final Set<String> entries;

    Route(String method, String path, @Nullable Permission permission, String... entries) {
        this.method = method;
        this.path = path;
        this.permission = permission;
        this.entries = Set.of(entries);
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

    /// Names of the record's events that it may append.
    public Set<String> entries() {
        return entries;
    }

    /// Whether it changes something, so that a cookie alone is not enough.
    public boolean unsafe() {
        return !method.equals("GET");
    }
}
