package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static redoubt.appliance.RunningAppliance.chat;
import static redoubt.appliance.RunningAppliance.code;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Streams that are taken up again after their connection broke.
class StreamsTest {
    private static final String HEADER = "X-Redoubt-Stream";

    private static RunningAppliance appliance;

    @BeforeAll
    static void start() {
        appliance = RunningAppliance.shared();
    }

    private static String body(int tokens) {
        return chat("\"stream\":true,\"resumable\":true,\"seed\":9,\"max_tokens\":" + tokens);
    }

    private static HttpResponse<String> ask(int tokens) {
        return appliance.keySend("POST", "/v1/chat/completions", body(tokens));
    }

    private static String id(HttpResponse<?> response) {
        return response.headers().firstValue(HEADER).orElseThrow();
    }

    private static HttpResponse<String> resume(String id, String query, String... headers) {
        List<String> all = new ArrayList<>(List.of(headers));
        all.addAll(List.of("Authorization", "Bearer " + appliance.staffKey()));
        return appliance.send("GET", "/v1/streams/" + id + query, null, all.toArray(String[]::new));
    }

    /// Without comments, which are no events.
    private static String events(String stream) {
        return stream.replaceAll("(?m)^:.*\n\n", "");
    }

    @Test
    void come_again_whole_after_their_end() {
        HttpResponse<String> first = ask(12);
        assertTrue(first.body().contains("[DONE]"), first.body());
        assertEquals(events(first.body()), events(resume(id(first), "").body()));
    }

    @Test
    void tell_nothing_any_more_once_their_answer_is_erased() {
        HttpResponse<String> first = ask(2);
        var output = Pattern.compile("\"output_id\":\"([0-9a-f]{32})\"").matcher(first.body());
        assertTrue(output.find(), first.body());
        var erased = appliance.keySend("DELETE", "/api/outputs/" + output.group(1), "{}");
        assertEquals(204, erased.statusCode(), erased.body());
        assertEquals(404, resume(id(first), "").statusCode());
    }

    @Test
    void go_on_after_the_last_event_that_was_seen() {
        HttpResponse<String> first = ask(12);
        String[] all = events(first.body()).split("\n\n");
        for (int seen = 0; seen < all.length; seen++) {
            String rest = resume(id(first), "", "Last-Event-ID", String.valueOf(seen)).body();
            List<String> expected = List.of(all).subList(seen + 1, all.length);
            assertEquals(String.join("\n\n", expected), events(rest).strip());
        }
        assertArrayEquals(all, events(resume(id(first), "?offset=0").body()).split("\n\n"));
    }

    @Test
    void go_on_without_their_client_and_lose_nothing() throws Exception {
        var response =
                appliance
                        .http()
                        .send(
                                appliance.request(
                                        "POST",
                                        "/v1/chat/completions",
                                        body(200),
                                        "Authorization",
                                        "Bearer " + appliance.staffKey()),
                                HttpResponse.BodyHandlers.ofInputStream());
        StringBuilder seen = new StringBuilder();
        int last = -1;
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            while (last < 2) {
                String line = lines.readLine();
                seen.append(line).append('\n');
                if (line.startsWith("id: ")) last = Integer.parseInt(line.substring(4));
            }
            // The rest of this event, up to its empty line.
            for (String line = "x"; !line.isEmpty(); ) {
                line = lines.readLine();
                seen.append(line).append('\n');
            }
        }
        String rest = resume(id(response), "?offset=" + (last + 1)).body();
        String whole = resume(id(response), "").body();
        assertTrue(whole.contains("\"finish_reason\":\"length\""), whole);
        assertEquals(events(whole), events(seen + rest));
    }

    @Test
    void of_others_look_like_none() {
        String id = id(ask(2));
        String other = appliance.newKey("staff");
        HttpResponse<String> theirs =
                appliance.send(
                        "GET", "/v1/streams/" + id, null, "Authorization", "Bearer " + other);
        HttpResponse<String> none = resume("0".repeat(32), "");
        assertEquals(404, theirs.statusCode());
        assertEquals(none.body(), theirs.body());
    }

    @Test
    void are_stopped_on_demand_and_what_was_said_is_sealed() throws Exception {
        var response =
                appliance
                        .http()
                        .send(
                                appliance.request(
                                        "POST",
                                        "/v1/chat/completions",
                                        body(1500),
                                        "Authorization",
                                        "Bearer " + appliance.staffKey()),
                                HttpResponse.BodyHandlers.ofInputStream());
        response.body().close();
        assertEquals(
                204, appliance.keySend("DELETE", "/v1/streams/" + id(response), null).statusCode());
        String whole = resume(id(response), "").body();
        assertTrue(whole.contains("\"seal\":") || whole.contains("\"cancelled\""), whole);
    }

    @Test
    void refuse_an_offset_that_is_no_number_or_not_there_yet() {
        String id = id(ask(2));
        assertEquals("invalid_parameter", code(resume(id, "?offset=-1")));
        assertEquals("invalid_parameter", code(resume(id, "", "Last-Event-ID", "x")));
        assertEquals("stream_offset_ahead", code(resume(id, "?offset=100000")));
    }
}
