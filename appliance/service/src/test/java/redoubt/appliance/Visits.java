package redoubt.appliance;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import redoubt.provenance.anchor.AnchorChecks;
import redoubt.provenance.record.Checkpoint;
import redoubt.provenance.record.KeyProof;
import redoubt.provenance.record.WitnessKey;

/// A witness that signs whatever it is given, for tests of the appliance's side.
final class Visits {
    static final WitnessKey KEY = WitnessKey.ofSeed("auditor.example/1", new byte[32]);

    private static final String OTS_HEAD =
            "004f70656e54696d657374616d7073000050726f6f6600bf89e2e884e892940108";
    private static final String OTS_PENDING = "0083dfe30d2ef90c8e";

    private Visits() {}

    static String policy() throws AssertionError {
        return json(
                Map.of(
                        "text",
                        "witness auditor %s\nquorum auditor\n".formatted(KEY.witness().vkey())));
    }

    /// The checkpoint in what the appliance gave out.
    static Checkpoint given(JsonNode packet) {
        try {
            byte[] keys = Base64.getDecoder().decode(packet.path("keys").asText());
            return KeyProof.read(keys).checkpoint();
        } catch (redoubt.provenance.record.MalformedRecordException malformed) {
            throw new AssertionError(malformed);
        }
    }

    static String line(Checkpoint given) {
        try {
            return line(given.size(), KEY.cosign(given, 1_790_000_000).text());
        } catch (java.security.GeneralSecurityException notSigned) {
            throw new AssertionError(notSigned);
        }
    }

    static String line(long size, String line) {
        return json(Map.of("lines", List.of(Map.of("size", size, "line", line))));
    }

    /// A calendar's promise to anchor what the appliance gave out.
    static String anchor(JsonNode request) {
        String text = request.path("text").asText();
        byte[] calendar = "https://calendar.example".getBytes(StandardCharsets.US_ASCII);
        byte[] proof =
                ByteBuffer.allocate(128)
                        .put(HexFormat.of().parseHex(OTS_HEAD))
                        .put(AnchorChecks.digest(text).toArray())
                        .put(HexFormat.of().parseHex(OTS_PENDING))
                        .put((byte) (calendar.length + 1))
                        .put((byte) calendar.length)
                        .put(calendar)
                        .array();
        int length = OTS_HEAD.length() / 2 + 32 + OTS_PENDING.length() / 2 + 2 + calendar.length;
        String encoded = Base64.getEncoder().encodeToString(Arrays.copyOf(proof, length));
        return json(Map.of("text", text, "kind", "opentimestamps", "proof", encoded));
    }

    private static String json(Object value) {
        try {
            return RunningAppliance.JSON.writeValueAsString(value);
        } catch (com.fasterxml.jackson.core.JsonProcessingException bug) {
            throw new AssertionError(bug);
        }
    }
}
