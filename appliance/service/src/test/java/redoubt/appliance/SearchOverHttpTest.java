package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static redoubt.appliance.RunningAppliance.chat;
import static redoubt.appliance.RunningAppliance.code;
import static redoubt.appliance.RunningAppliance.ok;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import redoubt.provenance.record.Event;

/// The record is searched by those who may, on the wire and at the console, and it says who
/// searched.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SearchOverHttpTest {
    private Path home;
    private RunningAppliance appliance;
    private String request;

    @BeforeAll
    void ask() throws Exception {
        home = RunningAppliance.temporaryHome();
        appliance = RunningAppliance.start(home);
        ok(appliance.keySend("POST", "/v1/chat/completions", chat("\"max_tokens\":2")));
        request = entries("type=INTENT").getFirst().at("/fields/requestId").asText();
    }

    @AfterAll
    void close() {
        appliance.close();
    }

    private HttpResponse<String> search(String query) {
        return appliance.consoleSend("GET", "/api/record/entries?" + query, null);
    }

    private List<JsonNode> entries(String query) {
        return StreamSupport.stream(ok(search(query)).path("entries").spliterator(), false)
                .toList();
    }

    private static List<String> types(List<JsonNode> entries) {
        return entries.stream().map(entry -> entry.path("type").asText()).toList();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private RunningAppliance.Ran command(String... words) {
        List<String> command = new ArrayList<>(List.of(words));
        command.addAll(List.of("--home", home.toString()));
        return RunningAppliance.run(command.toArray(String[]::new));
    }

    @Test
    void an_inference_is_found_by_its_request_newest_first() {
        assertEquals(List.of("SEAL", "OUTPUT", "INTENT"), types(entries("request=" + request)));
    }

    @Test
    void pages_follow_each_other() {
        var first = ok(search("request=" + request + "&limit=2"));
        assertEquals(3, first.path("found").asLong());
        var second =
                entries("request=" + request + "&limit=2&before=" + first.path("next").asLong());
        assertEquals(List.of("INTENT"), types(second));
    }

    @Test
    void a_person_is_found_by_name_and_the_record_has_only_the_pseudonym() throws Exception {
        var person =
                ok(
                        appliance.consoleSend(
                                "POST",
                                "/api/people",
                                "{\"name\":\"Ada Lovelace\",\"password\":\"%s\",\"roles\":[\"staff\"]}"
                                        .formatted(RunningAppliance.PASSWORD)));
        var found = entries("person=" + encoded("ada lovelace"));
        assertEquals(List.of("PERSON_CREATED"), types(found));
        assertEquals(person.path("id"), found.getFirst().at("/fields/person"));
        var searched = entries("type=SEARCHED&limit=200");
        assertTrue(
                searched.stream()
                        .anyMatch(entry ->
                                entry.at("/fields/criteria")
                                        .asText()
                                        .equals("person=" + person.path("id").asText())),
                searched.toString());
        assertFalse(searched.toString().toLowerCase(java.util.Locale.ROOT).contains("lovelace"));
    }

    @Test
    void what_nobody_recorded_is_not_recorded_by_searching_for_it() {
        assertEquals(List.of(), entries("tool=" + encoded("the patient of room 12")));
        var searched = entries("type=SEARCHED&limit=200").toString();
        assertTrue(searched.contains("tool=unknown"), searched);
        assertFalse(searched.contains("room 12"), searched);
    }

    @Test
    void whoever_may_not_is_refused_and_that_is_recorded() {
        var refused = appliance.keySend("GET", "/api/record/entries", null);
        assertEquals(403, refused.statusCode());
        assertTrue(
                entries("type=REQUEST_REFUSED").stream()
                        .anyMatch(entry ->
                                entry.at("/fields/route")
                                        .asText()
                                        .equals("GET /api/record/entries")));
    }

    @Test
    void compliance_may() {
        var key = appliance.newKey("staff");
        assertEquals(
                403,
                appliance
                        .send("GET", "/api/record/index", null, "Authorization", "Bearer " + key)
                        .statusCode());
        var compliance = appliance.newKey("compliance");
        assertEquals(
                200,
                appliance
                        .send(
                                "GET",
                                "/api/record/entries?type=GENESIS",
                                null,
                                "Authorization",
                                "Bearer " + compliance)
                        .statusCode());
    }

    @Test
    void wrong_criteria_are_refused_by_name() {
        for (var wrong :
                List.of(
                        "colour=red",
                        "type=INTENTS",
                        "type=INTENT&type=OUTPUT",
                        "from=yesterday",
                        "hash=abc",
                        "refers-to=-1")) {
            var refused = search(wrong);
            assertEquals(400, refused.statusCode(), wrong);
            assertEquals("invalid_criteria", code(refused), wrong);
        }
        assertEquals("person_not_found", code(search("person=Nobody%20Here")));
        for (var wrong : List.of("limit=0", "limit=201", "limit=x", "before=-1", "limit=1&limit=2"))
            assertEquals("invalid_parameter", code(search(wrong)), wrong);
    }

    @Test
    void an_entry_is_shown_with_what_it_belongs_to_and_what_checks_it() {
        long output =
                entries("type=OUTPUT&request=" + request).getFirst().path("sequence").asLong();
        var shown =
                ok(
                        appliance.consoleSend(
                                "GET", "/api/record/entries/" + output + "?proof=true", null));
        assertEquals("OUTPUT", shown.path("type").asText());
        assertEquals(request, shown.at("/fields/requestId").asText());
        assertEquals("this refers to it", shown.at("/relations/0/relation").asText());
        assertEquals("INTENT", shown.at("/relations/0/type").asText());
        assertEquals("refers to this", shown.at("/relations/1/relation").asText());
        assertEquals("SEAL", shown.at("/relations/1/type").asText());
        var cose = Base64.getDecoder().decode(shown.path("cose").asText());
        assertEquals((byte) 0xd2, cose[0]);
        assertTrue(Base64.getDecoder().decode(shown.path("proof").asText()).length > cose.length);
        assertTrue(shown.path("checkpoint").asText().startsWith("redoubt/"));
    }

    @Test
    void an_entry_that_is_not_there_is_not_found() {
        for (var none : List.of("999999999", "-1", "01", "x"))
            assertEquals(
                    404,
                    appliance.consoleSend("GET", "/api/record/entries/" + none, null).statusCode(),
                    none);
    }

    @Test
    void the_console_searches_in_a_table_and_in_json() throws Exception {
        var table = command("record", "search", "--request", request);
        assertEquals(0, table.status(), table.err());
        assertTrue(table.out().startsWith("sequence"), table.out());
        assertEquals(4, table.out().lines().count(), table.out());
        assertTrue(table.err().contains("3 found."), table.err());
        var json = command("record", "search", "--type", "GENESIS", "--json");
        var page = RunningAppliance.JSON.readTree(json.out());
        assertEquals(0, page.at("/entries/0/sequence").asLong());
        var wrong = command("record", "search", "--type", "GENESES");
        assertEquals(1, wrong.status());
        assertTrue(wrong.err().contains("There are: GENESIS"), wrong.err());
    }

    @Test
    void the_console_shows_an_entry_and_writes_its_proof_once() throws Exception {
        var proof = Files.createTempDirectory("proof").resolve("entry.proof");
        var shown = command("record", "show", "0", "--proof", proof.toString());
        assertEquals(0, shown.status(), shown.err());
        assertTrue(shown.out().contains("GENESIS"), shown.out());
        assertTrue(Files.size(proof) > 0);
        var again = command("record", "show", "0", "--proof", proof.toString());
        assertEquals(1, again.status());
        assertTrue(again.err().contains("is not replaced"), again.err());
        assertEquals(2, command("record", "show", "first").status());
        assertEquals(2, command("record", "shew").status());
    }

    @Test
    void the_index_is_made_again_while_the_appliance_runs() {
        var made = command("record", "index", "rebuild");
        assertEquals(0, made.status(), made.err());
        assertTrue(made.out().startsWith("following: "), made.out());
        assertEquals(List.of("SEAL", "OUTPUT", "INTENT"), types(entries("request=" + request)));
        var status = command("record", "index", "status", "--json");
        assertTrue(status.out().contains("\"state\":\"following\""), status.out());
    }

    @Test
    void the_index_is_made_again_while_no_appliance_runs() throws Exception {
        Path other = RunningAppliance.temporaryHome();
        RunningAppliance.start(other).close();
        var index = other.resolve("db/record-index.mv.db");
        Files.writeString(index, "not an index");
        var made = RunningAppliance.run("record", "index", "rebuild", "--home", other.toString());
        assertEquals(0, made.status(), made.err());
        assertTrue(made.out().startsWith("The index is made: "), made.out());
        assertTrue(Files.size(index) > 100);
        var nowhere =
                RunningAppliance.run(
                        "record",
                        "index",
                        "rebuild",
                        "--home",
                        RunningAppliance.temporaryHome().toString());
        assertEquals(1, nowhere.status());
        assertTrue(nowhere.err().contains("is not a Redoubt home"), nowhere.err());
        try (var running = RunningAppliance.start(other)) {
            var found = ok(running.consoleSend("GET", "/api/record/entries?type=GENESIS", null));
            assertEquals(1, found.path("found").asLong());
        }
        assertTrue(Records.events(other).contains(new Event.Searched("type=GENESIS", 1)));
    }
}
