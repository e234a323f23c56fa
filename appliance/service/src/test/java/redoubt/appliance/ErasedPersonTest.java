package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static redoubt.appliance.RunningAppliance.ok;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordTrust;
import redoubt.provenance.record.RecordVerifier;
import redoubt.provenance.record.Verdict;

/// Somebody signs in, asks in every way there is, and is erased; then the appliance starts again.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ErasedPersonTest {
    private static final String NAME = "Zebedee Quillfeather";
    private static final String SECRET = "marmalade-under-the-drawbridge";

    private final Path home = RunningAppliance.temporaryHome();
    private RunningAppliance.Ran erasure;
    private RunningAppliance.Ran again;
    private HttpResponse<String> afterwards;
    private List<String> before;

    @BeforeAll
    void erase() throws Exception {
        try (var appliance = RunningAppliance.start(home)) {
            ok(
                    appliance.consoleSend(
                            "POST",
                            "/api/people",
                            "{\"name\":\"%s\",\"password\":\"%s\",\"roles\":[\"staff\",\"administrator\"]}"
                                    .formatted(NAME, RunningAppliance.PASSWORD)));
            Visit visit = new Visit(appliance);
            visit.ask();
            before = holding(NAME);
            erasure = RunningAppliance.run("person", "erase", NAME, "--home", home.toString());
            again = RunningAppliance.run("person", "erase", NAME, "--home", home.toString());
            afterwards = visit.send("GET", "/api/conversations", null);
        }
        try (var restarted = RunningAppliance.start(home)) {
            ok(restarted.consoleSend("GET", "/api/people", null));
        }
    }

    /// A person in a browser.
    private static final class Visit {
        private final RunningAppliance appliance;
        private final String cookie;
        private final String csrf;

        Visit(RunningAppliance appliance) {
            this.appliance = appliance;
            HttpResponse<String> signedIn =
                    appliance.send(
                            "POST",
                            "/api/session",
                            "{\"name\":\"%s\",\"password\":\"%s\"}"
                                    .formatted(NAME, RunningAppliance.PASSWORD));
            csrf = ok(signedIn).path("csrf").asText();
            cookie = signedIn.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
        }

        HttpResponse<String> send(
                String method, String path, @org.jspecify.annotations.Nullable String body) {
            return appliance.send(method, path, body, "Cookie", cookie, "X-Redoubt-CSRF", csrf);
        }

        private String done(HttpResponse<String> response) {
            assertEquals(2, response.statusCode() / 100, response.body());
            return response.body();
        }

        void ask() {
            JsonNode made = ok(send("POST", "/api/conversations", "{}"));
            String conversation = "/api/conversations/" + made.path("id").asText();
            done(
                    send(
                            "POST",
                            conversation + "/turns",
                            "{\"text\":\"%s\",\"model\":\"tiny\",\"resumable\":true,\"parameters\":{\"max_tokens\":4,\"replayable\":true}}"
                                    .formatted(SECRET)));
            done(send("PATCH", conversation, "{\"title\":\"%s\"}".formatted(SECRET)));
            String key =
                    ok(send(
                                    "POST",
                                    "/api/keys",
                                    "{\"name\":\"of %s\",\"role\":\"staff\"}".formatted(NAME)))
                            .path("secret")
                            .asText();
            assertFalse(key.isEmpty());
            done(
                    send(
                            "POST",
                            "/v1/responses",
                            "{\"model\":\"tiny\",\"input\":\"%s\",\"max_output_tokens\":4}"
                                    .formatted(SECRET)));
            done(
                    send(
                            "POST",
                            "/v1/chat/completions",
                            "{\"model\":\"tiny\",\"max_tokens\":4,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
                                    .formatted(SECRET)));
        }
    }

    /// Files of the home that hold these bytes, wherever they are. What a running appliance renames
    /// or removes meanwhile is passed over: it is not of this person, whose requests were answered.
    private List<String> holding(String text) throws IOException {
        Set<String> found = new TreeSet<>();
        for (String form : List.of(text, text.replace("", "\0").substring(0, text.length() * 2)))
            Files.walkFileTree(
                    home,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes its)
                                throws IOException {
                            try {
                                if (its.isRegularFile()
                                        && Files.readString(file, StandardCharsets.ISO_8859_1)
                                                .contains(form))
                                    found.add(home.relativize(file).toString());
                            } catch (NoSuchFileException gone) {
                                return visitFileFailed(file, gone);
                            }
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFileFailed(Path file, IOException why)
                                throws IOException {
                            if (why instanceof NoSuchFileException) return FileVisitResult.CONTINUE;
                            throw why;
                        }
                    });
        return List.copyOf(found);
    }

    @Test
    void is_told_what_was_erased() {
        assertEquals(0, erasure.status(), erasure.err());
        assertTrue(erasure.out().contains("8 items of content"), erasure.out());
    }

    @Test
    void is_nobody_any_more_to_whoever_asks_again() {
        assertEquals(1, again.status());
        assertTrue(again.err().contains("There is nobody called " + NAME), again.err());
        assertEquals(401, afterwards.statusCode(), afterwards.body());
    }

    @Test
    void is_in_no_file_of_the_home_by_name_or_by_what_they_wrote() throws Exception {
        assertEquals(List.of("db/redoubt.mv.db"), before, "the search finds what is there");
        assertEquals(List.of(), holding(NAME));
        assertEquals(List.of(), holding(SECRET));
    }

    @Test
    void leaves_no_item_behind_that_was_theirs() throws Exception {
        try (var files = Files.walk(home.resolve("content"))) {
            assertEquals(0, files.filter(Files::isRegularFile).count());
        }
        try (var files = Files.walk(home.resolve("parked"))) {
            assertEquals(0, files.filter(Files::isRegularFile).count());
        }
    }

    @Test
    void leaves_a_record_that_holds_and_names_each_item() throws Exception {
        LongConsumer quiet = _ -> {};
        var report =
                new RecordVerifier(RecordTrust.read(home.resolve("trust")), List.of())
                        .verify(home.resolve("record"), quiet);
        assertEquals(Verdict.VALID_UNWITNESSED, report.verdict(), report.toString());
        List<String> kinds = new ArrayList<>();
        for (Event event : Records.events(home))
            if (event instanceof Event.Erased erased) kinds.add(erased.what());
        assertEquals(
                List.of(
                                "person",
                                "question",
                                "answer",
                                "question",
                                "answer",
                                "question",
                                "answer",
                                "conversation",
                                "response",
                                "key")
                        .stream()
                        .sorted()
                        .toList(),
                kinds.stream().sorted().toList());
    }
}
