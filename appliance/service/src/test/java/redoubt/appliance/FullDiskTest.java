package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static redoubt.appliance.RunningAppliance.chat;
import static redoubt.appliance.RunningAppliance.code;
import static redoubt.appliance.RunningAppliance.ok;

import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redoubt.appliance.answers.WarmUp;

/// A disk that is full: a small file system in memory, which only root can mount.
class FullDiskTest {
    private Path disk;
    private boolean mounted;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createTempDirectory("redoubt-disk-");
        mounted =
                new ProcessBuilder(
                                        "mount",
                                        "-t",
                                        "tmpfs",
                                        "-o",
                                        "size=32m",
                                        "tmpfs",
                                        disk.toString())
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .waitFor()
                        == 0;
        assumeTrue(mounted, "a file system can be mounted by root only");
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) new ProcessBuilder("umount", "-l", disk.toString()).start().waitFor();
    }

    @Test
    void refuses_what_cannot_be_recorded_and_keeps_what_was_acknowledged() throws Exception {
        try (var appliance = RunningAppliance.start(disk.resolve("home"))) {
            String body = chat("\"max_tokens\":4");
            String output =
                    ok(appliance.keySend("POST", "/v1/chat/completions", body))
                            .at("/redoubt/output_id")
                            .asText();
            // What it gives back when it is over would be room again.
            while (Files.exists(disk.resolve("home/run").resolve(WarmUp.FOLDER))) Thread.sleep(10);
            fill();
            HttpResponse<String> refused = appliance.keySend("POST", "/v1/chat/completions", body);
            // Nor what the database tidies up: that is filled too.
            for (int i = 0; i < 50 && refused.statusCode() == 200; i++) {
                fill();
                refused = appliance.keySend("POST", "/v1/chat/completions", body);
            }
            assertEquals(503, refused.statusCode(), refused.body());
            assertTrue(
                    Set.of("record_unavailable", "storage_unavailable").contains(code(refused)),
                    refused.body());
            HttpResponse<String> kept = appliance.keySend("GET", "/api/outputs/" + output, null);
            assertEquals("valid", ok(kept).path("state").asText());
        }
    }

    private void fill() throws IOException {
        byte[] block = new byte[4096];
        try (OutputStream out =
                Files.newOutputStream(
                        disk.resolve("fill"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND)) {
            while (true) out.write(block);
        } catch (IOException full) {
            assertTrue(Files.size(disk.resolve("fill")) > 0, full.toString());
        }
    }
}
