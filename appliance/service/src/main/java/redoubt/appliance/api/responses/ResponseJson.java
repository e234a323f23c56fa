package redoubt.appliance.api.responses;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import redoubt.appliance.answers.AnswerEvent;
import redoubt.appliance.answers.Said;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.http.StrictJson;

/// The JSON of one response. Source: OpenAI's API reference, responses.
///
/// @param id 32 digits, without the `resp_` that clients see
record ResponseJson(ResponseRequest asked, String id, long createdAt) {
    static final String PREFIX = "resp_";

    private ObjectNode base(String status) {
        ObjectNode body =
                StrictJson.MAPPER
                        .createObjectNode()
                        .put("id", PREFIX + id)
                        .put("object", "response")
                        .put("created_at", createdAt)
                        .put("status", status)
                        .put("background", asked.background())
                        .put("model", asked.model())
                        .put("previous_response_id", asked.previous())
                        .put("store", asked.store())
                        .put("truncation", "disabled");
        body.putNull("error").putNull("incomplete_details");
        body.putObject("reasoning").putNull("effort").putNull("summary");
        body.setAll(asked.facts());
        body.putArray("output");
        body.putNull("usage");
        return body;
    }

    ObjectNode begun() {
        return base("in_progress");
    }

    ObjectNode failed(RefusedException why) {
        ObjectNode body = base(why.code().equals("cancelled") ? "cancelled" : "failed");
        if (!why.code().equals("cancelled"))
            body.putObject("error")
                    // The SDKs know a list of codes of which this is the general one.
                    .put("code", why.status() >= 500 ? "server_error" : "invalid_prompt")
                    .put("message", why.sentence());
        return body;
    }

    ObjectNode done(AnswerEvent.Done done) {
        ObjectNode body = base(status(done));
        if (done.finishReason().equals("length"))
            body.putObject("incomplete_details").put("reason", "max_output_tokens");
        body.set("output", output(done));
        ObjectNode usage =
                body.putObject("usage")
                        .put("input_tokens", done.promptTokens())
                        .put("output_tokens", done.completionTokens())
                        .put("total_tokens", done.promptTokens() + done.completionTokens());
        usage.putObject("input_tokens_details").put("cached_tokens", done.cachedTokens());
        // How many of them it only thought, the engine does not tell.
        usage.putObject("output_tokens_details").put("reasoning_tokens", 0);
        body.set("redoubt", StrictJson.MAPPER.valueToTree(done.receipt()));
        return body;
    }

    static String status(AnswerEvent.Done done) {
        return switch (done.finishReason()) {
            case "length" -> "incomplete";
            case "cancelled" -> "cancelled";
            default -> "completed";
        };
    }

    private ArrayNode output(AnswerEvent.Done done) {
        ArrayNode output = StrictJson.MAPPER.createArrayNode();
        Said said = done.said();
        String status = status(done).equals("completed") ? "completed" : "incomplete";
        if (!said.reasoning().isEmpty()) output.add(reasoning(said.reasoning()));
        if (!said.content().isEmpty() || said.calls().isEmpty())
            output.add(message(said.content(), status));
        for (int i = 0; i < said.calls().size(); i++) {
            Said.Call call = said.calls().get(i);
            output.add(call(i, call.id(), call.name(), call.arguments(), status));
        }
        return output;
    }

    ObjectNode reasoning(String text) {
        ObjectNode item =
                StrictJson.MAPPER.createObjectNode().put("id", "rs_" + id).put("type", "reasoning");
        item.putArray("summary");
        ArrayNode content = item.putArray("content");
        if (!text.isEmpty()) content.addObject().put("type", "reasoning_text").put("text", text);
        return item;
    }

    ObjectNode message(String text, String status) {
        ObjectNode item =
                StrictJson.MAPPER
                        .createObjectNode()
                        .put("id", "msg_" + id)
                        .put("type", "message")
                        .put("status", status)
                        .put("role", "assistant");
        ArrayNode content = item.putArray("content");
        if (!status.equals("in_progress")) content.add(part(text));
        return item;
    }

    static ObjectNode part(String text) {
        ObjectNode part =
                StrictJson.MAPPER.createObjectNode().put("type", "output_text").put("text", text);
        part.putArray("annotations");
        part.putArray("logprobs");
        return part;
    }

    ObjectNode call(int number, String callId, String name, String arguments, String status) {
        return StrictJson.MAPPER
                .createObjectNode()
                .put("id", "fc_" + number + "_" + id)
                .put("type", "function_call")
                .put("status", status)
                .put("call_id", callId)
                .put("name", name)
                .put("arguments", arguments);
    }
}
