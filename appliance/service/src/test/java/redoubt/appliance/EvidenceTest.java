package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static redoubt.appliance.RunningAppliance.json;
import static redoubt.appliance.RunningAppliance.ok;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.provenance.credentials.CredentialVerifier;
import redoubt.provenance.credentials.TrustAnchors;
import redoubt.provenance.evidence.EvidenceProgress;
import redoubt.provenance.evidence.PackageReport;
import redoubt.provenance.evidence.PackageVerifier;
import redoubt.provenance.record.RecordTrust;
import redoubt.provenance.record.Verdict;

/// Evidence packages out of the real service.
class EvidenceTest {
    private static final String QUESTION = "When does the gate of the old mill open?";

    private static RunningAppliance appliance;
    private static JsonNode answer;

    @TempDir Path place;

    @BeforeAll
    static void start() {
        appliance = RunningAppliance.start(RunningAppliance.temporaryHome());
        answer =
                ok(
                        appliance.keySend(
                                "POST",
                                "/v1/chat/completions",
                                "{\"model\":\"%s\",\"max_tokens\":3,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}],\"response_format\":{\"type\":\"json_object\"},\"chat_template_kwargs\":{\"x\":1}}"
                                        .formatted(RunningAppliance.MODEL, QUESTION)));
    }

    @AfterAll
    static void stop() {
        if (appliance != null) appliance.close();
    }

    private static String output() {
        return answer.at("/redoubt/output_id").asText();
    }

    private HttpResponse<Path> export(String body, String authorization) throws Exception {
        return appliance
                .http()
                .send(
                        appliance.request(
                                "POST",
                                "/api/record/evidence",
                                body,
                                "Authorization",
                                "Bearer " + authorization),
                        HttpResponse.BodyHandlers.ofFile(place.resolve("evidence.zip")));
    }

    private static String console() throws Exception {
        return Files.readString(appliance.home().resolve("run/console.token")).strip();
    }

    private static PackageReport verify(Path file) throws Exception {
        return new PackageVerifier(
                        RecordTrust.read(appliance.trust()),
                        CredentialVerifier.open(Path.of(RunningAppliance.nativeDir())),
                        TrustAnchors.read(appliance.trust().resolve("credentials-root.pem")))
                .verify(file, EvidenceProgress.NONE);
    }

    @Test
    void the_console_takes_an_answers_entries_away_without_its_content() throws Exception {
        HttpResponse<Path> response = export("{\"request\":\"%s\"}".formatted(output()), console());
        assertEquals(200, response.statusCode());
        byte[] zip = Files.readAllBytes(response.body());
        PackageReport report = verify(response.body());
        assertEquals(Verdict.VALID_UNWITNESSED, report.verdict(), report.checks().toString());
        assertTrue(report.checks().toString().contains("1 credentials those that SEALs name"));
        assertFalse(new String(zip, StandardCharsets.ISO_8859_1).contains("old mill"));
        String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(zip));
        assertEquals(sha256, response.headers().firstValue("X-Redoubt-SHA256").orElseThrow());
    }

    @Test
    void what_is_damaged_beside_it_does_not_keep_it_from_leaving() throws Exception {
        String other =
                ok(appliance.keySend(
                                "POST",
                                "/v1/chat/completions",
                                "{\"model\":\"%s\",\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":\"Hm.\"}]}"
                                        .formatted(RunningAppliance.MODEL)))
                        .at("/redoubt/output_id")
                        .asText();
        Path item = appliance.home().resolve("content/" + other.substring(0, 2));
        Files.write(item.resolve(other + ".item"), new byte[7]);
        var response = export("{\"request\":\"%s\"}".formatted(output()), console());
        assertEquals(200, response.statusCode());
    }

    @Test
    void the_export_is_in_the_record_with_the_hash_of_what_left() throws Exception {
        Path one = export("{\"request\":\"%s\"}".formatted(output()), console()).body();
        byte[] zip = Files.readAllBytes(one);
        String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(zip));
        long last = verify(one).claim().orElseThrow().checkpointSize();
        Files.delete(one);
        // Other entries may have come between, and a checkpoint may still be on its way.
        String named = "\"form\":\"evidence\",\"sha256\":\"" + sha256 + "\"";
        for (long at = last; ; ) {
            HttpResponse<Path> entry = export("{\"entries\":[%d]}".formatted(at), console());
            String text = Files.readString(entry.body(), StandardCharsets.ISO_8859_1);
            if (text.contains(named)) return;
            if (entry.statusCode() == 200) at++;
            assertTrue(at < last + 100, "no entry names what left");
        }
    }

    @Test
    void compliance_takes_the_content_with_it_and_its_commitments_open() throws Exception {
        HttpResponse<Path> response =
                export(
                        "{\"request\":\"%s\",\"disclose\":true}".formatted(output()),
                        appliance.newKey("compliance"));
        assertEquals(200, response.statusCode());
        PackageReport report = verify(response.body());
        assertEquals(Verdict.VALID_UNWITNESSED, report.verdict(), report.checks().toString());
        String said = report.checks().toString();
        assertTrue(said.contains("2 open what entries commit to"), said);
        assertTrue(said.contains("1 hold under the trust folder's root"), said);
        assertTrue(
                new String(Files.readAllBytes(response.body()), StandardCharsets.ISO_8859_1)
                        .contains("old mill"));
    }

    @Test
    void the_console_discloses_nothing() throws Exception {
        HttpResponse<String> response =
                appliance.consoleSend(
                        "POST",
                        "/api/record/evidence",
                        "{\"request\":\"%s\",\"disclose\":true}".formatted(output()));
        assertEquals(403, response.statusCode());
        assertEquals("content_forbidden", json(response).at("/error/code").asText());
    }

    @Test
    void staff_takes_nothing() {
        assertEquals(
                403,
                appliance
                        .keySend("POST", "/api/record/evidence", "{\"entries\":[2]}")
                        .statusCode());
    }

    @Test
    void what_is_not_there_is_refused_with_a_sentence() {
        for (String body :
                new String[] {
                    "{\"entries\":[999999]}",
                    "{\"entries\":[]}",
                    "{\"entries\":[-1]}",
                    "{\"first\":3}",
                    "{\"first\":3,\"last\":2}",
                    "{}",
                    "{\"entries\":[1],\"request\":\"x\"}"
                }) {
            var response = appliance.consoleSend("POST", "/api/record/evidence", body);
            assertEquals(400, response.statusCode(), body);
            assertFalse(json(response).at("/error/message").asText().isEmpty());
        }
        assertEquals(
                404,
                appliance
                        .consoleSend("POST", "/api/record/evidence", "{\"request\":\"nobody\"}")
                        .statusCode());
    }

    @Test
    void the_command_writes_a_folder_that_holds() throws Exception {
        Path folder = place.resolve("package");
        var ran =
                RunningAppliance.run(
                        "record",
                        "evidence",
                        "--range",
                        "2..5",
                        "--to",
                        folder.toString(),
                        "--home",
                        appliance.home().toString());
        assertEquals(0, ran.status(), ran.err());
        PackageReport report = verify(folder);
        assertEquals(Verdict.VALID_UNWITNESSED, report.verdict(), report.checks().toString());
    }

    @Test
    void the_command_writes_over_nothing() throws Exception {
        Path file = Files.createFile(place.resolve("there.zip"));
        var ran =
                RunningAppliance.run(
                        "record",
                        "evidence",
                        "--entry",
                        "2",
                        "--to",
                        file.toString(),
                        "--home",
                        appliance.home().toString());
        assertEquals(2, ran.status(), ran.err());
        assertEquals(0, Files.size(file));
    }
}
