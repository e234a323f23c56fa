package redoubt.provenance.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// What came with an answer and its reader kept: the object under `redoubt`. Reading does not
/// verify; only its checkpoint is signed. Immutable, any thread. Source: docs/audit-record.md
/// section 8.2.
///
/// @param name what the checker calls it
/// @param leafHash of the OUTPUT entry
/// @param checkpoint covers the three entries; empty where the page's copy was kept, which has none
public record KeptReceipt(
        String name,
        Bytes logId,
        long intent,
        long output,
        long seal,
        Bytes leafHash,
        Optional<Checkpoint> checkpoint) {
    private static final int TEXT_MAX = 1_024;
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
    private static final Set<String> FOR_READING =
            Set.of("output_id", "credential_url", "proof_url");
    private static final JsonMapper JSON =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(2)
                                                    .maxNumberLength(32)
                                                    .maxNameLength(64)
                                                    .maxStringLength(SignedNote.NOTE_BYTES_MAX)
                                                    .build())
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    /// Whether the bytes begin as a JSON object does; says nothing about the rest.
    public static boolean isMeant(byte[] file) {
        for (byte one : file)
            if (one != ' ' && one != '\n' && one != '\r' && one != '\t') return one == '{';
        return false;
    }

    /// @throws MalformedRecordException when the bytes are no receipt
    public static KeptReceipt parse(String name, byte[] bytes) throws MalformedRecordException {
        if (bytes.length > 2 * SignedNote.NOTE_BYTES_MAX)
            throw malformed("it is longer than 1 MiB");
        JsonNode object;
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            object = JSON.readTree(text);
        } catch (CharacterCodingException broken) {
            throw malformed("it is not UTF-8");
        } catch (JsonProcessingException broken) {
            throw malformed("it is not one JSON object with each field once");
        }
        if (!object.isObject()) throw malformed("it is not one JSON object");
        for (var field : object.properties()) requireKnown(field.getKey(), field.getValue());
        KeptReceipt receipt =
                new KeptReceipt(
                        name,
                        hash(object, "log_id"),
                        sequence(object, "intent"),
                        sequence(object, "output"),
                        sequence(object, "seal"),
                        hash(object, "leaf_hash"),
                        checkpoint(object));
        receipt.requireOrder();
        return receipt;
    }

    private static void requireKnown(String field, JsonNode value) throws MalformedRecordException {
        boolean well =
                switch (field) {
                    case "log_id", "intent", "output", "seal", "leaf_hash", "checkpoint" -> true;
                    case "provenance_ms" -> value.isNumber();
                    default ->
                            FOR_READING.contains(field)
                                    && value.isTextual()
                                    && value.textValue().length() <= TEXT_MAX;
                };
        if (!well) throw malformed("it has a field that no receipt has, or one of another kind");
    }

    private void requireOrder() throws MalformedRecordException {
        if (intent >= output || output >= seal)
            throw malformed("INTENT, OUTPUT and SEAL do not follow each other");
        if (checkpoint.isEmpty()) return;
        Checkpoint note = checkpoint.get();
        if (!note.origin().equals(CheckpointNote.origin(logId)) || note.size() <= seal)
            throw malformed("its checkpoint does not cover its entries, or is of another log");
    }

    private static Optional<Checkpoint> checkpoint(JsonNode object)
            throws MalformedRecordException {
        JsonNode note = object.get("checkpoint");
        if (note == null) return Optional.empty();
        if (!note.isTextual()) throw malformed("its checkpoint is no text");
        return Optional.of(Checkpoint.parse(note.textValue().getBytes(StandardCharsets.UTF_8)));
    }

    private static Bytes hash(JsonNode object, String field) throws MalformedRecordException {
        JsonNode value = object.path(field);
        if (!value.isTextual() || !HASH.matcher(value.textValue()).matches())
            throw malformed(field + " is not 64 hexadecimal digits");
        return Bytes.ofHex(value.textValue());
    }

    private static long sequence(JsonNode object, String field) throws MalformedRecordException {
        JsonNode value = object.path(field);
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0)
            throw malformed(field + " is not the number of an entry");
        return value.longValue();
    }

    private static MalformedRecordException malformed(String how) {
        return new MalformedRecordException(
                "The file is not the receipt of an answer: " + how + ".");
    }
}
