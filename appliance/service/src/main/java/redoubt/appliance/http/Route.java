package redoubt.appliance.http;

import static redoubt.appliance.identity.Permission.ADMINISTER_KEYS;
import static redoubt.appliance.identity.Permission.ADMINISTER_MODELS;
import static redoubt.appliance.identity.Permission.ADMINISTER_PEOPLE;
import static redoubt.appliance.identity.Permission.ADMINISTER_RECORD_ROOT;
import static redoubt.appliance.identity.Permission.ASK;
import static redoubt.appliance.identity.Permission.BACK_UP;
import static redoubt.appliance.identity.Permission.CARRY_TO_WITNESSES;
import static redoubt.appliance.identity.Permission.CHECK_SEAL;
import static redoubt.appliance.identity.Permission.DECIDE_ON_WITNESSES;
import static redoubt.appliance.identity.Permission.DECIDE_RETENTION;
import static redoubt.appliance.identity.Permission.ERASE;
import static redoubt.appliance.identity.Permission.EXPORT_EVIDENCE;
import static redoubt.appliance.identity.Permission.READ_METRICS;
import static redoubt.appliance.identity.Permission.READ_STATUS;
import static redoubt.appliance.identity.Permission.READ_TRUST;
import static redoubt.appliance.identity.Permission.REPLAY;
import static redoubt.appliance.identity.Permission.SEARCH_RECORD;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.identity.Permission;
import redoubt.provenance.record.Event;

/// Everything that can be asked of the service: the one table from a route to the permission it
/// needs, and to the entries of the record that it makes or the reason why it makes none. What is
/// not in it does not exist.
public enum Route {
    HEALTH("GET", "/health", null, nothing(Reasons.READS)),
    METRICS("GET", "/metrics", READ_METRICS, nothing(Reasons.READS)),
    SITE("GET", "/api/site", null, nothing(Reasons.READS)),

    SIGN_IN("POST", "/api/session", null, entries(Event.SignedIn.class, Event.SignInFailed.class)),
    SESSION("GET", "/api/session", null, nothing(Reasons.READS)),
    SIGN_OUT("DELETE", "/api/session", null, entries(Event.SignedOut.class)),

    MODELS("GET", "/api/models", ASK, nothing(Reasons.READS)),
    CONVERSATIONS("GET", "/api/conversations", ASK, nothing(Reasons.READS)),
    CONVERSATION_NEW("POST", "/api/conversations", ASK, nothing(Reasons.OWN_LIST)),
    CONVERSATION("GET", "/api/conversations/{id}", ASK, nothing(Reasons.READS)),
    CONVERSATION_RENAME("PATCH", "/api/conversations/{id}", ASK, nothing(Reasons.OWN_LIST)),
    CONVERSATION_ERASE("DELETE", "/api/conversations/{id}", ASK, entries(Event.Erased.class)),
    TURN(
            "POST",
            "/api/conversations/{id}/turns",
            ASK,
            entries(Event.Intent.class, Event.Output.class, Event.Seal.class)),
    OUTPUT("GET", "/api/outputs/{id}", ASK, nothing(Reasons.READS)),
    OUTPUT_ERASE("DELETE", "/api/outputs/{id}", ASK, entries(Event.Erased.class)),
    OUTPUT_DOWNLOAD(
            "GET",
            "/api/outputs/{id}/download/{form}",
            ASK,
            entries(Event.Exported.class, Event.Seal.class)),
    OUTPUT_TRACE("GET", "/api/outputs/{id}/trace", ASK, nothing(Reasons.READS)),
    OUTPUT_REPLAY("POST", "/api/outputs/{id}/replay", REPLAY, entries(Event.Replayed.class)),
    EVIDENCE("POST", "/api/record/evidence", EXPORT_EVIDENCE, entries(Event.Exported.class)),
    TRUST("GET", "/api/trust", READ_TRUST, entries(Event.Exported.class)),

    RECORD_ENTRIES("GET", "/api/record/entries", SEARCH_RECORD, entries(Event.Searched.class)),
    RECORD_ENTRY(
            "GET", "/api/record/entries/{sequence}", SEARCH_RECORD, entries(Event.Searched.class)),
    RECORD_INDEX("GET", "/api/record/index", SEARCH_RECORD, nothing(Reasons.READS)),
    RECORD_INDEX_REBUILD(
            "POST", "/api/record/index/rebuild", SEARCH_RECORD, entries(Event.Administered.class)),

    KEYS("GET", "/api/keys", ADMINISTER_KEYS, nothing(Reasons.READS)),
    KEY_CREATE("POST", "/api/keys", ADMINISTER_KEYS, entries(Event.KeyCreated.class)),
    KEY_REVOKE("DELETE", "/api/keys/{id}", ADMINISTER_KEYS, entries(Event.KeyRevoked.class)),
    PEOPLE("GET", "/api/people", ADMINISTER_PEOPLE, nothing(Reasons.READS)),
    PERSON_CREATE("POST", "/api/people", ADMINISTER_PEOPLE, entries(Event.PersonCreated.class)),
    PERSON_CHANGE(
            "PATCH", "/api/people/{id}", ADMINISTER_PEOPLE, entries(Event.PersonChanged.class)),
    PERSON_ERASE("DELETE", "/api/people/{id}", ERASE, entries(Event.Erased.class)),
    MODELS_PLAN("GET", "/api/models/plan", ADMINISTER_MODELS, nothing(Reasons.READS)),
    MODELS_SETTINGS("PATCH", "/api/models", ADMINISTER_MODELS, entries(Event.Administered.class)),
    MODEL_SETTINGS(
            "PATCH", "/api/models/{id}", ADMINISTER_MODELS, entries(Event.Administered.class)),
    MODEL_LOAD(
            "POST",
            "/api/models/{id}/load",
            ADMINISTER_MODELS,
            entries(Event.Administered.class, Event.ModelLoaded.class)),
    ADAPTER_LOAD(
            "POST",
            "/api/models/{id}/adapters/{adapter}/load",
            ADMINISTER_MODELS,
            entries(Event.Administered.class, Event.AdapterLoaded.class)),
    ADAPTER_UNLOAD(
            "POST",
            "/api/models/{id}/adapters/{adapter}/unload",
            ADMINISTER_MODELS,
            entries(Event.Administered.class, Event.AdapterUnloaded.class)),
    MODEL_UNLOAD(
            "POST",
            "/api/models/{id}/unload",
            ADMINISTER_MODELS,
            entries(Event.Administered.class, Event.ModelUnloaded.class)),
    RETENTION("GET", "/api/retention", DECIDE_RETENTION, nothing(Reasons.READS)),
    RETENTION_SET("PUT", "/api/retention", DECIDE_RETENTION, entries(Event.PolicyChanged.class)),
    HOLDS("GET", "/api/holds", DECIDE_RETENTION, nothing(Reasons.READS)),
    HOLD_SET("POST", "/api/holds", DECIDE_RETENTION, entries(Event.Administered.class)),
    HOLD_LIFT("DELETE", "/api/holds/{id}", DECIDE_RETENTION, entries(Event.Administered.class)),
    BACKUP_NEW(
            "POST",
            "/api/backups",
            BACK_UP,
            entries(Event.BackedUp.class, Event.Administered.class)),
    BACKUPS("GET", "/api/backups", BACK_UP, nothing(Reasons.READS)),
    STATUS("GET", "/api/status", READ_STATUS, nothing(Reasons.READS)),
    RECORD_CHECKPOINT("GET", "/api/record/checkpoint", READ_STATUS, nothing(Reasons.READS)),
    ANCHORS("GET", "/api/record/anchors", READ_STATUS, nothing(Reasons.READS)),
    ANCHOR_REQUEST("GET", "/api/record/anchors/request", READ_STATUS, nothing(Reasons.READS)),
    ANCHOR_IN("POST", "/api/record/anchors", CARRY_TO_WITNESSES, entries(Event.Anchored.class)),
    WITNESSES("GET", "/api/record/witnesses", READ_STATUS, nothing(Reasons.READS)),
    WITNESS_POLICY(
            "POST",
            "/api/record/witnesses/policy",
            DECIDE_ON_WITNESSES,
            entries(Event.PolicyChanged.class)),
    WITNESS_OUT(
            "POST", "/api/record/witnesses/out", CARRY_TO_WITNESSES, entries(Event.Exported.class)),
    WITNESS_IN(
            "POST", "/api/record/witnesses/in", CARRY_TO_WITNESSES, entries(Event.Witnessed.class)),
    SEAL_CHECK("POST", "/api/seal-check", CHECK_SEAL, entries(Event.SealChecked.class)),
    BOUNDARY("GET", "/api/boundary", CHECK_SEAL, nothing(Reasons.READS)),
    RECORD_ROOT_REQUEST(
            "POST",
            "/api/record/root-request",
            ADMINISTER_RECORD_ROOT,
            entries(Event.Exported.class)),
    RECORD_ROOT_ANSWER(
            "POST",
            "/api/record/root-answer",
            ADMINISTER_RECORD_ROOT,
            entries(Event.Countersigned.class)),
    RECORD_ROOT_REVOCATION(
            "POST",
            "/api/record/root-revocation",
            ADMINISTER_RECORD_ROOT,
            entries(Event.EpochRevoked.class)),
    RECORD_ROOT_CEREMONY(
            "POST",
            "/api/record/root-ceremony",
            ADMINISTER_RECORD_ROOT,
            entries(Event.Ceremony.class)),
    STOP(
            "POST",
            "/api/stop",
            Permission.STOP,
            entries(Event.Administered.class, Event.Stopped.class)),

    V1_MODELS("GET", "/v1/models", ASK, nothing(Reasons.READS)),
    V1_MODEL("GET", "/v1/models/{id}", ASK, nothing(Reasons.READS)),
    V1_CHAT("POST", "/v1/chat/completions", ASK, answersWithTools()),
    V1_COMPLETIONS(
            "POST",
            "/v1/completions",
            ASK,
            entries(Event.Intent.class, Event.Output.class, Event.Seal.class)),
    V1_RESPONSE_NEW("POST", "/v1/responses", ASK, answersWithTools()),
    V1_RESPONSE("GET", "/v1/responses/{id}", ASK, nothing(Reasons.READS)),
    V1_RESPONSE_CANCEL("POST", "/v1/responses/{id}/cancel", ASK, nothing(Reasons.SAID_BEFORE)),
    V1_RESPONSE_DELETE("DELETE", "/v1/responses/{id}", ASK, entries(Event.Erased.class)),
    V1_MESSAGES("POST", "/v1/messages", ASK, answersWithTools()),
    V1_STREAM("GET", "/v1/streams/{id}", ASK, nothing(Reasons.SAID_BEFORE)),
    V1_STREAM_STOP("DELETE", "/v1/streams/{id}", ASK, nothing(Reasons.SAID_BEFORE)),
    V1_EMBEDDINGS("POST", "/v1/embeddings", ASK, entries(Event.Vectors.class)),
    V1_RERANK("POST", "/v1/rerank", ASK, entries(Event.Vectors.class)),
    V1_TOKENIZE("POST", "/v1/tokenize", ASK, nothing(Reasons.GENERATES_NOTHING)),
    V1_DETOKENIZE("POST", "/v1/detokenize", ASK, nothing(Reasons.GENERATES_NOTHING)),
    V1_APPLY_TEMPLATE("POST", "/v1/apply-template", ASK, nothing(Reasons.GENERATES_NOTHING)),
    V1_COUNT_TOKENS("POST", "/v1/messages/count_tokens", ASK, nothing(Reasons.GENERATES_NOTHING)),
    V1_CREDENTIAL("GET", "/v1/outputs/{id}/credential", ASK, entries(Event.Exported.class)),
    V1_PROOF("GET", "/v1/outputs/{id}/proof", ASK, entries(Event.Exported.class)),
    V1_CONSISTENCY("GET", "/v1/consistency/{size}", ASK, nothing(Reasons.READS));

    /// What a route leaves in the record, or why it leaves nothing.
    private record Entries(Set<Class<? extends Event>> types, String whyNone) {}

    /// Why a route makes no entry.
    private static final class Reasons {
        private static final String READS =
                "It changes nothing, and nothing leaves by it but what its reader has a right to see.";
        private static final String GENERATES_NOTHING =
                "No model says anything, nothing is stored, and what is answered is only another form of what the caller sent.";
        private static final String SAID_BEFORE =
                "It belongs to a request that made its own entries: an answer is said again to whom it was given, or ends sooner.";
        private static final String OWN_LIST =
                "It changes only the caller's own list of conversations: a title is content, and an empty conversation says nothing.";
    }

    private final String method;
    private final String path;
    private final @Nullable Permission permission;

    @SuppressWarnings("ImmutableEnumChecker") // an unmodifiable set of classes
    private final Entries entries;

    Route(String method, String path, @Nullable Permission permission, Entries entries) {
        this.method = method;
        this.path = path;
        this.permission = permission;
        this.entries = entries;
    }

    private static Entries entries(Class<?>... types) {
        return new Entries(
                Stream.of(types)
                        .<Class<? extends Event>>map(entry -> entry.asSubclass(Event.class))
                        .collect(Collectors.toUnmodifiableSet()),
                "");
    }

    private static Entries answersWithTools() {
        return entries(
                Event.Intent.class,
                Event.ToolAnswered.class,
                Event.Output.class,
                Event.ToolCalled.class,
                Event.Seal.class);
    }

    private static Entries nothing(String why) {
        return new Entries(Set.of(), why);
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

    /// The record's events that it appends when it does what was asked. What it refuses is in the
    /// record as [redoubt.appliance.record.Refusals] says.
    public Set<Class<? extends Event>> entries() {
        return entries.types();
    }

    /// Why it appends nothing; empty where it appends something.
    public String whyNoEntries() {
        return entries.whyNone();
    }

    /// In whose words it says what went wrong.
    public ErrorShape errorShape() {
        return path.startsWith("/v1/messages") ? ErrorShape.ANTHROPIC : ErrorShape.OPENAI;
    }

    /// Whether it changes something, so that a cookie alone is not enough.
    public boolean unsafe() {
        return !method.equals("GET");
    }
}
