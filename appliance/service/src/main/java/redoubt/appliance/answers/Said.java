package redoubt.appliance.answers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import redoubt.provenance.credentials.AnswerText;

/// Everything that a model said in one answer, and the one text of it that is sealed, so that the
/// record commits to all of it. Immutable, any thread.
///
/// Where there is only content, that text is the content alone. Otherwise it is one JSON object
/// that begins with `{"redoubt":"answer/1"`, has `content`, `reasoning` and `tool_calls` in this
/// order and no space between tokens; each call has `id`, `name` and `arguments`, a text. Content
/// that itself begins like that is told as such an object too, so no two answers have the same
/// text. Where the object would not be in NFC by itself (a combining mark after an escape), every
/// character beyond ASCII is escaped. docs/api.md says this for whoever checks an answer.
///
/// @param content what the person is answered
/// @param reasoning what the model thought before
/// @param calls tools that it calls
public record Said(String content, String reasoning, List<Call> calls) {
    private static final String MARK = "answer/1";
    private static final String BEGINNING = "{\"redoubt\":\"" + MARK + "\"";
    private static final JsonMapper JSON = new JsonMapper();
    private static final JsonMapper ASCII =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    /// A call of a tool.
    ///
    /// @param arguments JSON text, as the model wrote it
    public record Call(String id, String name, String arguments) {}

    /// In the spelling that is sealed.
    public Said {
        content = spelled(content);
        reasoning = spelled(reasoning);
        calls =
                calls.stream()
                        .map(call ->
                                new Call(
                                        spelled(call.id()),
                                        spelled(call.name()),
                                        spelled(call.arguments())))
                        .collect(Collectors.toUnmodifiableList());
    }

    /// Content alone.
    public static Said content(String content) {
        return new Said(content, "", List.of());
    }

    private static String spelled(String part) {
        return part.isEmpty() ? "" : AnswerText.of(part).text();
    }

    /// The text that is sealed.
    public AnswerText sealed() {
        boolean alone = reasoning.isEmpty() && calls.isEmpty() && !content.startsWith(BEGINNING);
        return AnswerText.of(alone ? content : object());
    }

    private String object() {
        ObjectNode object =
                JSON.createObjectNode()
                        .put("redoubt", MARK)
                        .put("content", content)
                        .put("reasoning", reasoning);
        var list = object.putArray("tool_calls");
        for (Call call : calls)
            list.addObject()
                    .put("id", call.id())
                    .put("name", call.name())
                    .put("arguments", call.arguments());
        try {
            String text = JSON.writeValueAsString(object);
            return Normalizer.isNormalized(text, Normalizer.Form.NFC)
                    ? text
                    : ASCII.writeValueAsString(object);
        } catch (JsonProcessingException bug) {
            throw new AssertionError("an answer is always JSON", bug);
        }
    }

    /// Reads a text that was sealed.
    public static Said read(String sealed) {
        if (!sealed.startsWith(BEGINNING)) return content(sealed);
        try {
            JsonNode object = JSON.readTree(sealed);
            List<Call> calls = new ArrayList<>();
            for (JsonNode call : object.path("tool_calls"))
                calls.add(
                        new Call(
                                call.path("id").asText(),
                                call.path("name").asText(),
                                call.path("arguments").asText()));
            return new Said(
                    object.path("content").asText(), object.path("reasoning").asText(), calls);
        } catch (JsonProcessingException bug) {
            throw new AssertionError("what was sealed as an object is one", bug);
        }
    }
}
