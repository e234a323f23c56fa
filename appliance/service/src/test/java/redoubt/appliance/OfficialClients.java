package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import redoubt.fixtures.ToolTemplates;

/// The official clients as pinned in `src/test/clients`, and the scripts there that use them.
///
/// @param folder where they are installed
record OfficialClients(Path folder) {
    private static Path scripts() {
        return Path.of(System.getProperty("redoubt.root"), "appliance/service/src/test/clients");
    }

    /// Fetches them if they are not there yet; skips the test if that cannot be done.
    static OfficialClients fetched() throws Exception {
        Path out = Files.createTempFile("clients", "");
        Path err = Files.createTempFile("clients", "");
        Process process =
                new ProcessBuilder(scripts().resolve("prepare").toString())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
        boolean ended = process.waitFor(5, TimeUnit.MINUTES);
        assumeTrue(
                ended && process.exitValue() == 0,
                "the clients could not be fetched: " + Files.readString(err));
        return new OfficialClients(Path.of(Files.readString(out).strip()));
    }

    /// What a script for Python saw.
    JsonNode python(String script, RunningAppliance appliance) throws Exception {
        return run(
                List.of(
                        folder.resolve("venv/bin/python").toString(),
                        scripts().resolve(script).toString()),
                appliance);
    }

    /// What a script for Node saw.
    JsonNode node(String script, RunningAppliance appliance) throws Exception {
        return run(List.of("node", script), appliance);
    }

    private JsonNode run(List<String> command, RunningAppliance appliance) throws Exception {
        Path out = Files.createTempFile("client", "");
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("REDOUBT_URL", appliance.url());
        builder.environment().put("REDOUBT_KEY", appliance.staffKey());
        builder.environment().put("REDOUBT_CALL", String.valueOf(ToolTemplates.CALL));
        String authority = appliance.home().resolve("tls/ca.pem").toString();
        builder.environment().put("SSL_CERT_FILE", authority);
        builder.environment().put("NODE_EXTRA_CA_CERTS", authority);
        Process process =
                builder.directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile())
                        .start();
        assertTrue(process.waitFor(15, TimeUnit.MINUTES), "the client does not end");
        assertEquals(0, process.exitValue(), Files.readString(out));
        return RunningAppliance.JSON.readTree(Files.readString(out));
    }
}
