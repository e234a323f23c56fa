package redoubt.appliance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import redoubt.provenance.record.Checkpoint;
import redoubt.provenance.record.KeyProof;
import redoubt.provenance.record.WitnessKey;

/// A witness that signs whatever it is given, for tests of the appliance's side.
final class Visits {
    static final WitnessKey KEY = WitnessKey.ofSeed("auditor.example/1", new byte[32]);

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

    private static String json(Object value) {
        try {
            return RunningAppliance.JSON.writeValueAsString(value);
        } catch (com.fasterxml.jackson.core.JsonProcessingException bug) {
            throw new AssertionError(bug);
        }
    }
}
