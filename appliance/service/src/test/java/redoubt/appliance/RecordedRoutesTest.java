package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static redoubt.appliance.RunningAppliance.chat;
import static redoubt.appliance.RunningAppliance.json;
import static redoubt.appliance.RunningAppliance.ok;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import redoubt.appliance.http.Route;
import redoubt.provenance.record.Entry;
import redoubt.provenance.record.Event;

/// Each route is used once on a real appliance, and its record is read afterwards: what a route
/// leaves there is what the table of routes says. A new route does not compile here until somebody
/// has said how to use it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecordedRoutesTest {
    private static final int FLOOD = 40;
    private static final String SECOND_MODEL = "second";
    private static final Set<Route> OF_VECTORS = Set.of(Route.V1_EMBEDDINGS, Route.V1_RERANK);
    private static final String ADAPTER = "legal";

    private final Map<Route, List<Entry>> left = new EnumMap<>(Route.class);
    private final List<Entry> all = new ArrayList<>();

    private record Range(long from, long to) {}

    @BeforeAll
    void use_every_route() throws Exception {
        Path home = RunningAppliance.temporaryHome();
        // An earlier epoch, to be revoked.
        RunningAppliance.start(home).close();
        Map<Route, Range> ranges = new EnumMap<>(Route.class);
        try (var appliance = RunningAppliance.start(home, ToolRounds.model())) {
            Models.bring(home, SECOND_MODEL);
            Models.bringAdapter(home, ADAPTER);
            Use use = new Use(appliance);
            for (Route route : order()) {
                use.before = size(appliance);
                use.of(route);
                long from = use.before;
                ranges.put(
                        route,
                        new Range(from, route == Route.STOP ? Long.MAX_VALUE : size(appliance)));
            }
            appliance.process().waitFor();
        }
        all.addAll(Records.entries(home));
        ranges.forEach((route, range) ->
                left.put(
                        route,
                        all.stream()
                                .filter(entry ->
                                        entry.sequence() >= range.from()
                                                && entry.sequence() < range.to())
                                .toList()));
    }

    /// These need models of their own.
    @BeforeAll
    void use_the_routes_of_vectors() throws Exception {
        left.putAll(VectorRoutes.used());
    }

    /// As the table has them, but what ends others comes last.
    private static List<Route> order() {
        List<Route> last =
                List.of(Route.CONVERSATION_ERASE, Route.KEY_REVOKE, Route.SIGN_OUT, Route.STOP);
        List<Route> order =
                Arrays.stream(Route.values())
                        .filter(route -> !last.contains(route) && !OF_VECTORS.contains(route))
                        .collect(Collectors.toCollection(ArrayList::new));
        // There must be an answer before it can be looked at.
        order.remove(Route.V1_CHAT);
        order.addFirst(Route.V1_CHAT);
        order.addAll(last);
        return order;
    }

    static long size(RunningAppliance appliance) {
        return appliance
                .consoleSend("GET", "/metrics", null)
                .body()
                .lines()
                .filter(line -> line.startsWith("redoubt_record_entries "))
                .map(line -> (long) Double.parseDouble(line.substring(line.indexOf(' '))))
                .findFirst()
                .orElseThrow();
    }

    /// How each route is used, with success; and what is refused on the way.
    private static final class Use {
        private static final String PERSON =
                "{\"name\":\"Ada\",\"password\":\"%s\",\"roles\":[\"staff\"]}"
                        .formatted(RunningAppliance.PASSWORD);

        private final RunningAppliance appliance;
        private String conversation = "";
        private String output = "";
        private String key = "";
        private String person = "";
        private String cookie = "";
        private String csrf = "";
        private String stream = "";
        private String response = "";
        private long before;
        private String visit = "";
        private redoubt.provenance.record.@org.jspecify.annotations.Nullable Checkpoint given;

        private Use(RunningAppliance appliance) {
            this.appliance = appliance;
            appliance.staffKey();
        }

        private JsonNode console(Route route, String body) {
            return done(appliance.consoleSend(route.method(), path(route), orNull(body)));
        }

        private JsonNode staff(Route route, String body) {
            return done(appliance.keySend(route.method(), path(route), orNull(body)));
        }

        private static @org.jspecify.annotations.Nullable String orNull(String body) {
            return body.isEmpty() ? null : body;
        }

        private static JsonNode done(HttpResponse<String> response) {
            assertTrue(response.statusCode() < 300, response.body());
            return response.body().startsWith("{")
                    ? json(response)
                    : RunningAppliance.JSON.missingNode();
        }

        private String path(Route route) {
            String id =
                    switch (route) {
                        case CONVERSATION,
                                CONVERSATION_RENAME,
                                CONVERSATION_ERASE,
                                TURN,
                                HOLD_LIFT ->
                                conversation;
                        case KEY_REVOKE -> key;
                        case PERSON_CHANGE, PERSON_ERASE -> person;
                        case V1_MODEL -> RunningAppliance.MODEL;
                        case V1_CONSISTENCY -> "1";
                        case V1_STREAM, V1_STREAM_STOP -> stream;
                        case V1_RESPONSE, V1_RESPONSE_CANCEL, V1_RESPONSE_DELETE -> response;
                        case MODEL_LOAD, MODEL_UNLOAD, MODEL_SETTINGS -> SECOND_MODEL;
                        case ADAPTER_LOAD, ADAPTER_UNLOAD -> SECOND_MODEL;
                        default -> output;
                    };
            String path =
                    route.path().replace("{id}", id).replace("{size}", id).replace("{form}", "txt");
            return path.replace("{adapter}", ADAPTER).replace("{sequence}", "0");
        }

        private void of(Route route) {
            switch (route) {
                case HEALTH,
                        SITE,
                        METRICS,
                        KEYS,
                        PEOPLE,
                        MODELS_PLAN,
                        STATUS,
                        BACKUPS,
                        RETENTION,
                        HOLDS,
                        BOUNDARY ->
                        console(route, "");
                case MODELS,
                        CONVERSATIONS,
                        CONVERSATION,
                        OUTPUT,
                        OUTPUT_TRACE,
                        OUTPUT_DOWNLOAD,
                        TRUST,
                        V1_MODELS,
                        V1_MODEL,
                        V1_CREDENTIAL,
                        V1_PROOF,
                        V1_CONSISTENCY,
                        CONVERSATION_ERASE ->
                        staff(route, "");
                case SIGN_IN -> signIn();
                case SESSION -> done(appliance.send("GET", path(route), null, "Cookie", cookie));
                case SIGN_OUT ->
                        done(
                                appliance.send(
                                        "DELETE",
                                        path(route),
                                        null,
                                        "Cookie",
                                        cookie,
                                        "X-Redoubt-CSRF",
                                        csrf));
                case CONVERSATION_NEW -> conversation = staff(route, "{}").path("id").asText();
                case CONVERSATION_RENAME -> staff(route, "{\"title\":\"Other\"}");
                case TURN ->
                        staff(
                                route,
                                "{\"text\":\"Hello\",\"model\":\"%s\",\"parameters\":{\"max_tokens\":2}}"
                                        .formatted(RunningAppliance.MODEL));
                case KEY_CREATE ->
                        key =
                                console(route, "{\"name\":\"k\",\"role\":\"staff\"}")
                                        .path("id")
                                        .asText();
                case KEY_REVOKE, SEAL_CHECK -> console(route, "");
                case PERSON_CREATE -> person = console(route, PERSON).path("id").asText();
                case PERSON_CHANGE -> console(route, "{\"disabled\":true}");
                case PERSON_ERASE -> console(route, "{}");
                case OUTPUT_ERASE -> erase();
                case BACKUP_NEW -> LongerUses.backUp(appliance);
                case RETENTION_SET -> console(route, "{\"rules\":\"keep requests 3650 days\"}");
                case HOLD_SET ->
                        console(
                                route,
                                "{\"item\":\"%s\",\"reason\":\"case 7\"}".formatted(conversation));
                case HOLD_LIFT -> console(route, "");
                case MODELS_SETTINGS -> console(route, "{\"loadOnDemand\":false}");
                case MODEL_SETTINGS -> console(route, "{\"idleMinutes\":5}");
                case MODEL_LOAD -> {
                    console(route, "{}");
                    Models.await(appliance, SECOND_MODEL, "ready");
                }
                case ADAPTER_LOAD, ADAPTER_UNLOAD, OUTPUT_REPLAY -> console(route, "{}");
                case MODEL_UNLOAD -> {
                    console(route, "{}");
                    Models.await(appliance, SECOND_MODEL, "unloaded");
                }
                case EVIDENCE -> console(route, "{\"first\":2,\"last\":4}");
                case RECORD_ENTRIES, RECORD_ENTRY, RECORD_INDEX -> console(route, "");
                case RECORD_INDEX_REBUILD -> console(route, "{}");
                case RECORD_ROOT_REQUEST -> visit = console(route, "{}").path("request").asText();
                case RECORD_ROOT_ANSWER ->
                        console(route, RootAtHand.answer(appliance.home(), visit));
                case RECORD_ROOT_REVOCATION ->
                        console(route, RootAtHand.revocation(appliance.home(), 1));
                case RECORD_ROOT_CEREMONY ->
                        console(route, "{\"act\":\"root-copied\",\"detail\":\"once\"}");
                case RECORD_CHECKPOINT, WITNESSES, ANCHORS, ANCHOR_REQUEST -> console(route, "");
                case ANCHOR_IN -> console(route, Visits.anchor(console(Route.ANCHOR_REQUEST, "")));
                case WITNESS_POLICY -> console(route, Visits.policy());
                case WITNESS_OUT -> given = Visits.given(console(route, "{}"));
                case WITNESS_IN -> console(route, Visits.line(given));
                case V1_CHAT ->
                        output = staff(route, ToolRounds.chat()).at("/redoubt/output_id").asText();
                case V1_COMPLETIONS ->
                        stream =
                                appliance
                                        .keySend(
                                                "POST",
                                                path(route),
                                                "{\"model\":\"tiny\",\"prompt\":\"Hello\",\"max_tokens\":2,\"stream\":true,\"resumable\":true}")
                                        .headers()
                                        .firstValue("X-Redoubt-Stream")
                                        .orElseThrow();
                case V1_RESPONSE_NEW ->
                        response = staff(route, ToolRounds.response()).path("id").asText();
                case V1_RESPONSE, V1_RESPONSE_CANCEL, V1_RESPONSE_DELETE -> staff(route, "");
                case V1_MESSAGES -> staff(route, ToolRounds.messages());
                case V1_STREAM, V1_STREAM_STOP -> staff(route, "");
                case V1_TOKENIZE -> staff(route, "{\"model\":\"tiny\",\"content\":\"Hello\"}");
                case V1_DETOKENIZE -> staff(route, "{\"model\":\"tiny\",\"tokens\":[1,2]}");
                case V1_APPLY_TEMPLATE, V1_COUNT_TOKENS -> staff(route, chat(""));
                case V1_EMBEDDINGS, V1_RERANK ->
                        throw new AssertionError("it is used with a model of its own");
                case STOP -> {
                    LongerUses.refusals(appliance, stream, FLOOD);
                    console(route, "");
                }
            }
        }

        /// Another one than the others look at.
        private void erase() {
            String other = LongerUses.another(appliance);
            before = size(appliance);
            done(appliance.keySend("DELETE", "/api/outputs/" + other, "{}"));
        }

        private void signIn() {
            String body = "{\"name\":\"admin\",\"password\":\"%s\"}";
            appliance.send("POST", "/api/session", body.formatted("wrong password"));
            HttpResponse<String> response =
                    appliance.send(
                            "POST", "/api/session", body.formatted(RunningAppliance.PASSWORD));
            csrf = ok(response).path("csrf").asText();
            cookie = response.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
        }
    }

    @Test
    void every_route_was_used() {
        assertEquals(Set.of(Route.values()), left.keySet());
    }

    @Test
    void a_route_leaves_in_the_record_what_the_table_says() {
        for (Route route : Route.values()) {
            Set<Class<?>> seen =
                    left.get(route).stream()
                            .map(entry -> entry.event().getClass())
                            .collect(Collectors.toSet());
            if (route == Route.STOP) assertTrue(seen.containsAll(route.entries()), seen.toString());
            else assertEquals(route.entries(), seen, route.name());
        }
    }

    @Test
    void whoever_stopped_the_appliance_is_named() {
        Entry stop =
                left.get(Route.STOP).stream()
                        .filter(entry -> entry.event() instanceof Event.Administered)
                        .findFirst()
                        .orElseThrow();
        assertEquals(new Event.Administered("POST /api/stop", "stop"), stop.event());
        assertEquals("console", stop.actor().pseudonym());
    }

    /// Times that such a refusal is in the record, by how often each entry says.
    private List<Long> refused(String route, String code) {
        return all.stream()
                .map(Entry::event)
                .filter(Event.RequestRefused.class::isInstance)
                .map(Event.RequestRefused.class::cast)
                .filter(event -> event.route().equals(route) && event.code().equals(code))
                .map(Event.RequestRefused::times)
                .toList();
    }

    @Test
    void a_flood_of_refusals_is_two_entries_with_their_number() {
        assertFlood(refused("POST /api/keys", "forbidden"));
        assertFlood(refused("GET /v1/models", "invalid_api_key"));
    }

    /// Two entries, and one more for each minute that it took.
    private static void assertFlood(List<Long> times) {
        assertEquals(1, times.getFirst());
        assertEquals(FLOOD, times.stream().mapToLong(Long::longValue).sum());
        assertTrue(times.size() < FLOOD / 4, times.toString());
    }

    @Test
    void a_refusal_for_want_of_authority_is_recorded_where_nothing_would_have_changed_too() {
        assertEquals(List.of(1L), refused("GET /api/people", "forbidden"));
    }

    @Test
    void a_wrong_request_on_a_route_with_entries_is_recorded() {
        assertEquals(List.of(1L), refused("POST /api/keys", "invalid_parameter"));
    }

    @Test
    void whoever_has_merely_not_signed_in_or_looks_for_what_is_not_there_is_not() {
        assertEquals(List.of(), refused("GET /v1/models", "not_signed_in"));
        assertEquals(List.of(), refused("GET /api/conversations/{id}", "conversation_not_found"));
    }

    @Test
    void whoever_names_a_stream_of_somebody_else_is_and_no_entry_says_whether_there_was_one() {
        assertEquals(List.of(1L, 1L), refused("GET /v1/streams/{id}", "stream_not_found"));
    }

    @Test
    void a_refusal_names_who_was_refused() {
        for (Entry entry : all)
            if (entry.event() instanceof Event.RequestRefused refused)
                assertEquals(
                        switch (refused.code()) {
                            case "forbidden" -> "api-key";
                            case "invalid_api_key" -> "none";
                            default -> "console";
                        },
                        entry.actor().method());
    }
}
