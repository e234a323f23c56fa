package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static redoubt.appliance.RunningAppliance.chat;
import static redoubt.appliance.RunningAppliance.ok;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import redoubt.appliance.site.HomeUse;
import redoubt.provenance.record.Event;

/// The commands, from a running appliance to one that runs elsewhere.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RestoredApplianceTest {
    private final Path home = RunningAppliance.temporaryHome();
    private final Path elsewhere = RunningAppliance.temporaryHome();
    private RunningAppliance.Ran backup;
    private RunningAppliance.Ran check;
    private RunningAppliance.Ran over;
    private RunningAppliance.Ran restore;
    private String output = "";
    private int before;
    private int afterwards;

    @BeforeAll
    void restore() throws Exception {
        Path media = Files.createTempDirectory("redoubt-media-");
        String medium = media.resolve("backup").toString();
        String keys = media.resolve("keys").toString();
        String key;
        try (var appliance = RunningAppliance.start(home)) {
            key = appliance.staffKey();
            output =
                    ok(appliance.keySend("POST", "/v1/chat/completions", chat("\"max_tokens\":4")))
                            .at("/redoubt/output_id")
                            .asText();
            String own = home.toString();
            backup =
                    RunningAppliance.run(
                            "backup", "--to", medium, "--keys-to", keys, "--home", own);
            check = RunningAppliance.run("backup", "check", "--from", medium);
            over = restore(medium, keys, home);
            restore = restore(medium, keys, elsewhere);
            // What the root does on other hardware.
            Files.copy(home.resolve("keys/epoch.key"), elsewhere.resolve("keys/epoch.key"));
        }
        try (var appliance = RunningAppliance.start(elsewhere)) {
            before = show(appliance, key);
            ok(
                    appliance.consoleSend(
                            "POST",
                            "/api/holds",
                            "{\"item\":\"%s\",\"reason\":\"case 7\"}".formatted(output)));
            afterwards =
                    appliance
                            .send(
                                    "DELETE",
                                    "/api/outputs/" + output,
                                    "{}",
                                    "Authorization",
                                    "Bearer " + key)
                            .statusCode();
        }
    }

    private static RunningAppliance.Ran restore(String medium, String keys, Path home) {
        return RunningAppliance.run(
                "restore", "--from", medium, "--keys-from", keys, "--home", home.toString());
    }

    private int show(RunningAppliance appliance, String key) {
        return appliance
                .send("GET", "/api/outputs/" + output, null, "Authorization", "Bearer " + key)
                .statusCode();
    }

    @Test
    void is_told_each_step() {
        assertEquals(0, backup.status(), backup.err());
        assertTrue(backup.out().contains("is whole and was read again"), backup.out());
        assertEquals(0, check.status(), check.err());
        assertEquals(0, restore.status(), restore.err());
        assertTrue(restore.out().contains("2 items of content"), restore.out());
        assertTrue(restore.err().contains("the root opens a new epoch"), restore.err());
    }

    @Test
    void is_not_made_over_a_living_one() {
        assertEquals(1, over.status());
        assertTrue(over.err().contains("holds a record of"), over.err());
    }

    @Test
    void knows_its_keys_and_answers_again() {
        assertEquals(200, before);
    }

    @Test
    void keeps_what_is_under_a_legal_hold() {
        assertEquals(409, afterwards);
    }

    @Test
    void leaves_in_the_record_what_the_table_says() throws Exception {
        var seen =
                Records.events(elsewhere).stream()
                        .map(Object::getClass)
                        .collect(Collectors.toSet());
        for (HomeUse use : List.of(HomeUse.RESTORE, HomeUse.SERVE))
            assertTrue(seen.containsAll(use.entries()), seen.toString());
    }

    @Test
    void says_in_its_record_where_it_came_from() throws Exception {
        assertEquals(
                1,
                Records.events(elsewhere).stream()
                        .filter(Event.Restored.class::isInstance)
                        .count());
        assertFalse(Files.exists(elsewhere.resolve("restored.json")));
    }
}
