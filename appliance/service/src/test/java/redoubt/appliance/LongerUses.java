package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static redoubt.appliance.RunningAppliance.chat;
import static redoubt.appliance.RunningAppliance.ok;

import java.nio.file.Files;
import java.nio.file.Path;

/// Uses of routes that take more than one request, for [RecordedRoutesTest].
final class LongerUses {
    private LongerUses() {}

    /// An answer that nobody else looks at.
    static String another(RunningAppliance appliance) {
        return ok(appliance.keySend("POST", "/v1/chat/completions", chat("\"max_tokens\":2")))
                .at("/redoubt/output_id")
                .asText();
    }

    /// A backup, to its end.
    static void backUp(RunningAppliance appliance) {
        try {
            Path medium = Files.createTempDirectory("redoubt-backup-");
            ok(appliance.consoleSend("POST", "/api/backups", "{\"to\":\"%s\"}".formatted(medium)));
            RunningAppliance.await(
                    () ->
                            ok(appliance.consoleSend("GET", "/api/backups", null))
                                    .path("state")
                                    .asText()
                                    .equals("done"),
                    () -> "the backup does not end");
            assertTrue(Files.exists(medium.resolve("objects")));
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    /// All kinds of what is refused, some of them often.
    static void refusals(RunningAppliance appliance, String stream, int times) {
        for (int i = 0; i < times; i++) {
            appliance.keySend("POST", "/api/keys", "{}");
            appliance.send("GET", "/v1/models", null, "Authorization", "Bearer rdt_guess" + i);
        }
        appliance.keySend("GET", "/api/people", null);
        appliance.consoleSend("POST", "/api/keys", "{\"name\":\"k\",\"role\":\"king\"}");
        appliance.send("GET", "/v1/models", null);
        appliance.keySend("GET", "/api/conversations/" + "0".repeat(32), null);
        appliance.consoleSend("GET", "/v1/streams/" + stream, null);
        appliance.consoleSend("GET", "/v1/streams/" + "0".repeat(32), null);
    }
}
