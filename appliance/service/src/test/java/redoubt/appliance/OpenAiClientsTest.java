package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The official OpenAI clients, unchanged, as pinned in `src/test/clients`.
class OpenAiClientsTest {
    private static RunningAppliance appliance;
    private static Path clients;

    @BeforeAll
    static void start() throws Exception {
        Path prepare =
                Path.of(
                        System.getProperty("redoubt.root"),
                        "appliance/service/src/test/clients/prepare");
        Path out = Files.createTempFile("clients", "");
        Path err = Files.createTempFile("clients", "");
        Process process =
                new ProcessBuilder(prepare.toString())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
        boolean ended = process.waitFor(5, TimeUnit.MINUTES);
        assumeTrue(
                ended && process.exitValue() == 0,
                "the OpenAI clients could not be fetched: " + Files.readString(err));
        clients = Path.of(Files.readString(out).strip());
        appliance = RunningAppliance.shared();
    }

    private static JsonNode run(List<String> command) throws Exception {
        Path out = Files.createTempFile("client", "");
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("REDOUBT_URL", appliance.url());
        builder.environment().put("REDOUBT_KEY", appliance.staffKey());
        String authority = appliance.home().resolve("tls/ca.pem").toString();
        builder.environment().put("SSL_CERT_FILE", authority);
        builder.environment().put("NODE_EXTRA_CA_CERTS", authority);
        Process process =
                builder.directory(clients.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile())
                        .start();
        assertTrue(process.waitFor(3, TimeUnit.MINUTES), "the client does not end");
        assertEquals(0, process.exitValue(), Files.readString(out));
        return RunningAppliance.JSON.readTree(Files.readString(out));
    }

    private static void works(JsonNode seen) {
        assertEquals("tiny", seen.at("/models/0").asText());
        assertFalse(seen.path("whole").asText().isEmpty());
        assertEquals(8, seen.path("tokens").asInt());
        assertTrue(seen.path("seal").asLong() > 0);
        assertEquals(seen.path("whole"), seen.path("streamed"));
        assertEquals(8, seen.path("streamedTokens").asInt());
        assertTrue(seen.path("streamedSeal").asLong() > seen.path("seal").asLong());
        assertFalse(seen.path("text").asText().isEmpty());
        assertEquals("BadRequestError", seen.at("/refused/kind").asText());
        assertEquals("invalid_parameter", seen.at("/refused/code").asText());
        assertEquals("n", seen.at("/refused/param").asText());
    }

    @Test
    void the_python_client_works_unchanged() throws Exception {
        Path script =
                Path.of(
                        System.getProperty("redoubt.root"),
                        "appliance/service/src/test/clients/client.py");
        works(run(List.of(clients.resolve("venv/bin/python").toString(), script.toString())));
    }

    @Test
    void the_node_client_works_unchanged() throws Exception {
        works(run(List.of("node", "client.mjs")));
    }
}
