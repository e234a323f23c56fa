package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The operator's commands against the running service.
class CommandsTest {
    private static RunningAppliance appliance;

    @BeforeAll
    static void start() {
        appliance = RunningAppliance.shared();
    }

    private static RunningAppliance.Ran run(String... words) {
        List<String> command = new ArrayList<>(List.of(words));
        command.addAll(List.of("--home", appliance.home().toString()));
        return RunningAppliance.run(command.toArray(String[]::new));
    }

    @Test
    void key_create_prints_a_key_that_works_and_nothing_else() {
        var ran = run("key", "create", "--role", "staff", "--quiet");
        assertEquals(0, ran.status(), ran.err());
        assertEquals(
                200,
                appliance
                        .send(
                                "GET",
                                "/v1/models",
                                null,
                                "Authorization",
                                "Bearer " + ran.out().strip())
                        .statusCode());
    }

    @Test
    void person_create_gives_a_password_once() throws Exception {
        var ran = run("person", "create", "Grace Hopper", "--role", "compliance", "--json");
        assertEquals(0, ran.status(), ran.err());
        JsonNode made = RunningAppliance.JSON.readTree(ran.out());
        assertEquals(
                200,
                appliance
                        .send(
                                "POST",
                                "/api/session",
                                "{\"name\":\"Grace Hopper\",\"password\":\"%s\"}"
                                        .formatted(made.path("password").asText()))
                        .statusCode());
    }

    @Test
    void seal_check_finds_no_way_out_of_either_process() throws Exception {
        var ran = run("seal", "check", "--json");
        JsonNode report = RunningAppliance.JSON.readTree(ran.out());
        for (JsonNode line : report.path("results"))
            assertTrue(
                    List.of("blocked", "allowed").contains(line.path("outcome").asText()),
                    line.toString());
        assertEquals(0, ran.status());
        assertTrue(report.path("results").size() > 40);
        assertTrue(report.path("entry").asLong() > 0);
    }

    @Test
    void a_wrong_command_line_is_answered_with_what_that_command_takes() {
        var ran = run("models", "frob");
        assertEquals(2, ran.status());
        assertTrue(ran.err().contains("There is no `models frob`."), ran.err());
        assertTrue(ran.err().contains("redoubt models list"), ran.err());
        assertTrue(ran.err().contains("--home DIR"), ran.err());
        assertFalse(ran.err().contains("redoubt key"), ran.err());
        assertTrue(run("status", "--help").out().startsWith("redoubt status\n"));
    }

    @Test
    void a_pinned_model_is_said_to_stay() {
        var ran = run("models", "pin", RunningAppliance.MODEL);
        assertEquals(
                "tiny: pinned, so it stays until an administrator unloads it", ran.out().strip());
    }

    @Test
    void a_role_that_does_not_exist_is_refused_with_a_sentence() {
        var ran = run("key", "create", "--role", "king");
        assertEquals(1, ran.status());
        assertTrue(ran.err().contains("staff, compliance or administrator"), ran.err());
    }

    @Test
    void a_wrong_command_line_has_its_own_status() {
        assertEquals(2, run("key", "create", "--rule", "staff").status());
    }

    @Test
    void stop_where_nothing_runs_is_no_failure() {
        var ran =
                RunningAppliance.run("stop", "--home", RunningAppliance.temporaryHome().toString());
        assertEquals(0, ran.status());
        assertTrue(ran.err().contains("No appliance is running"), ran.err());
    }

    @Test
    void stop_after_a_crash_leaves_the_stranger_alone_who_has_the_process_number_now()
            throws Exception {
        Path home = RunningAppliance.temporaryHome();
        Process stranger = new ProcessBuilder("sleep", "600").start();
        try {
            Files.createDirectories(home.resolve("run"));
            Files.writeString(home.resolve("run/pid"), stranger.pid() + "\n");
            Files.writeString(home.resolve("lock"), "process " + stranger.pid());
            var ran = RunningAppliance.run("stop", "--home", home.toString());
            assertEquals(0, ran.status(), ran.err());
            assertTrue(ran.err().contains("No appliance is running"), ran.err());
            assertTrue(stranger.isAlive());
        } finally {
            stranger.destroy();
        }
    }

    @Test
    void what_cannot_be_an_identifier_or_a_password_is_a_sentence_and_no_trace() throws Exception {
        var revoked = run("key", "revoke", "not an identifier");
        assertEquals(2, revoked.status());
        assertTrue(revoked.err().contains("`key list` shows it"), revoked.err());
        Path noText = Files.write(Files.createTempFile("password", ""), new byte[] {-1, -2, 0});
        var created =
                run(
                        "person",
                        "create",
                        "Ada",
                        "--role",
                        "staff",
                        "--password-file",
                        noText.toString());
        assertEquals(1, created.status());
        assertTrue(created.err().contains("cannot be read. Nothing was changed"), created.err());
    }

    @Test
    void an_address_of_another_host_is_told_from_a_port_that_is_taken() {
        var ran =
                RunningAppliance.run(
                        "serve",
                        "--home",
                        RunningAppliance.temporaryHome().toString(),
                        "--bind",
                        "nowhere.invalid",
                        "--model",
                        RunningAppliance.model().toString(),
                        "--native",
                        RunningAppliance.nativeDir());
        assertEquals(4, ran.status());
        assertTrue(ran.err().contains("is not an address of this host"), ran.err());
    }
}
