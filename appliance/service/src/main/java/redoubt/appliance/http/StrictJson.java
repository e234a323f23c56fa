package redoubt.appliance.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// JSON from outside: exact UTF-8, one value, no name twice, bounded depth and numbers, no lone
/// surrogates (which no UTF-8 could carry on). What is refused is refused with a sentence.
///
/// Source: RFC 8259, I-JSON (RFC 7493).
public final class StrictJson {
    private static final int DEPTH_MAX = 64;
    private static final int NUMBER_CHARACTERS_MAX = 64;

    // Each costs dozens of bytes as a tree: 8 MiB of brackets would take half of the memory.
    private static final int TOKENS_MAX = 200_000;

    /// The mapper of everything that this service writes.
    public static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(DEPTH_MAX)
                                                    .maxNumberLength(NUMBER_CHARACTERS_MAX)
                                                    .maxStringLength(Exchange.BODY_BYTES_MAX)
                                                    .maxNameLength(1000)
                                                    .maxTokenCount(TOKENS_MAX)
                                                    .build())
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private StrictJson() {}

    /// The object in a request's body.
    public static ObjectNode object(byte[] body) {
        String text;
        try {
            text =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .onUnmappableCharacter(CodingErrorAction.REPORT)
                            .decode(ByteBuffer.wrap(body))
                            .toString();
        } catch (CharacterCodingException malformed) {
            throw RefusedException.invalid(
                    "invalid_utf8",
                    null,
                    "The request's body is not valid UTF-8, so its text is not certain. Nothing was done. Send JSON encoded as UTF-8.");
        }
        try {
            JsonNode value = MAPPER.readTree(text);
            if (!(value instanceof ObjectNode object))
                throw RefusedException.invalid(
                        "invalid_json",
                        null,
                        "The request's body is not a JSON object. Nothing was done. Send an object: {\"name\": value}.");
            refuseLoneSurrogates(object);
            return object;
        } catch (JsonProcessingException malformed) {
            throw RefusedException.invalid(
                    "invalid_json",
                    null,
                    "The request's body is not acceptable JSON: %s%s. Nothing was done."
                            .formatted(
                                    firstLine(malformed.getOriginalMessage()),
                                    place(malformed.getLocation())));
        }
    }

    private static String place(@Nullable JsonLocation at) {
        return at == null || at.getLineNr() < 1
                ? ""
                : " (line %d, column %d)".formatted(at.getLineNr(), at.getColumnNr());
    }

    public static byte[] bytes(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException bug) {
            throw new AssertionError("what we write is always JSON", bug);
        }
    }

    public static String text(Object value) {
        return new String(bytes(value), StandardCharsets.UTF_8);
    }

    private static String firstLine(String message) {
        int end = message.indexOf('\n');
        String line = end < 0 ? message : message.substring(0, end);
        // The library names its own classes, which tell a client nothing.
        line = line.replaceAll(",? ?from `[^`]*`|: enable `[^`]*` to allow", "");
        return line.length() > 200 ? line.substring(0, 200) : line;
    }

    private static void refuseLoneSurrogates(JsonNode node) {
        if (node.isTextual() && !StandardCharsets.UTF_8.newEncoder().canEncode(node.textValue()))
            throw RefusedException.invalid(
                    "invalid_utf8",
                    null,
                    "A text in the request holds half of a surrogate pair (\\ud800 to \\udfff alone), which is no character. Nothing was done.");
        node.forEach(StrictJson::refuseLoneSurrogates);
    }

    /// An object whose one field is a list.
    public static <T> ObjectNode list(
            String name, List<T> items, Function<T, ? extends JsonNode> json) {
        ObjectNode object = MAPPER.createObjectNode();
        ArrayNode list = object.putArray(name);
        items.forEach(item -> list.add(json.apply(item)));
        return object;
    }
}
