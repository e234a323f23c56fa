package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static redoubt.appliance.RunningAppliance.json;
import static redoubt.appliance.RunningAppliance.ok;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redoubt.fixtures.TinyAdapter;
import redoubt.fixtures.TinyModel;

/// Requests that name LoRA adapters.
class AdaptersOverHttpTest {
    private static final TinyModel.Options MODEL = TinyModel.Options.chat().withContextTokens(2048);

    private static RunningAppliance appliance;
    private static Path adapter;

    @BeforeAll
    static void start() throws Exception {
        Path home = RunningAppliance.temporaryHome();
        Path model = Files.createTempDirectory("redoubt-model-").resolve("adapted.gguf");
        appliance = RunningAppliance.start(home, TinyModel.write(model, MODEL));
        adapter = Models.bringAdapter(home, "legal");
        TinyAdapter.write(
                home.resolve("models/adapters/wide.gguf"),
                TinyAdapter.Options.of(MODEL.withSize(2, 128), 5));
    }

    @AfterAll
    static void end() {
        if (appliance != null) appliance.close();
    }

    private static HttpResponse<String> ask(String lora) {
        return appliance.keySend(
                "POST",
                "/v1/chat/completions",
                "{\"model\":\"default\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}],\"max_tokens\":24,\"temperature\":0%s}"
                        .formatted(lora));
    }

    @Test
    void are_answered_with_them_and_the_record_names_them() throws Exception {
        JsonNode plain = ok(ask(""));
        JsonNode adapted = ok(ask(",\"lora\":[{\"name\":\"legal\",\"scale\":2}]"));
        assertNotEquals(
                plain.at("/choices/0/message/content"), adapted.at("/choices/0/message/content"));
        String record = proof(adapted);
        assertTrue(record.contains("adapter:legal"), "the record does not name it");
        String sha256 =
                HexFormat.of()
                        .formatHex(
                                java.security.MessageDigest.getInstance("SHA-256")
                                        .digest(Files.readAllBytes(adapter)));
        assertTrue(record.contains("2.0 " + sha256), "the record does not say which file it was");
        assertTrue(!proof(plain).contains("adapter:"));
    }

    /// The entries of an answer; texts stand in them as they are.
    private static String proof(JsonNode answer) throws Exception {
        HttpResponse<byte[]> response =
                appliance
                        .http()
                        .send(
                                appliance.request(
                                        "GET",
                                        answer.at("/redoubt/proof_url").asText(),
                                        null,
                                        "Authorization",
                                        "Bearer " + appliance.staffKey()),
                                HttpResponse.BodyHandlers.ofByteArray());
        return new String(response.body(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void are_sent_by_the_official_clients() throws Exception {
        OfficialClients clients = OfficialClients.fetched();
        for (JsonNode seen :
                new JsonNode[] {
                    clients.python("adapters.py", appliance),
                    clients.node("adapters.mjs", appliance)
                }) {
            assertEquals(24, seen.path("tokens").asInt(), seen.toString());
            assertNotEquals(seen.path("plain"), seen.path("adapted"));
            assertEquals(400, seen.at("/refused/status").asInt());
            assertTrue(seen.at("/refused/message").asText().contains("'nobody'"), seen.toString());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"name\":\"nobody\"}; 'nobody'",
                "{\"name\":\"wide\"}; wide",
                "{\"name\":\"../adapted\"}; adapted",
                "{\"name\":\"legal\",\"scale\":1e9}; scale",
                "{\"name\":\"\"}; lora[0].name",
                "{\"id\":0,\"scale\":1}; lora[0].name"
            })
    void are_refused_by_name_when_they_cannot_be_applied(String lora, String named) {
        HttpResponse<String> response = ask(",\"lora\":[" + lora + "]");
        assertEquals(400, response.statusCode(), response.body());
        assertTrue(json(response).at("/error/message").asText().contains(named), response.body());
    }
}
