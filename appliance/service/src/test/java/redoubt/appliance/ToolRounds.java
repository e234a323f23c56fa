package redoubt.appliance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import redoubt.fixtures.TinyModel;
import redoubt.fixtures.ToolTemplates;

/// A request in the words of each API that carries tools: a tool has answered, and one must be
/// called.
final class ToolRounds {
    private static final String SCHEMA =
            "{\"type\":\"object\",\"properties\":{\"zone\":{\"enum\":[\"UTC\"]}},\"required\":[\"zone\"],\"additionalProperties\":false}";

    /// An untrained model calls a tool where the token that begins a call is favoured.
    static final String FAVOURED = "\"logit_bias\":{\"%d\":100}".formatted(ToolTemplates.CALL);

    private ToolRounds() {}

    /// One that calls tools, under the name of the usual model.
    static Path model() throws IOException {
        return TinyModel.write(
                Files.createTempDirectory("redoubt-model-")
                        .resolve(RunningAppliance.MODEL + ".gguf"),
                TinyModel.Options.chat()
                        .withContextTokens(4096)
                        .withoutMemory()
                        .withChatTemplate(ToolTemplates.MARKED));
    }

    static String chat() {
        return """
        {"model":"tiny","max_tokens":200,"messages":[{"role":"user","content":"How late is it?"},
         {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"now","arguments":"{}"}}]},
         {"role":"tool","tool_call_id":"c1","content":"Noon."}],
         "tool_choice":"required","parallel_tool_calls":false,"tools":[{"type":"function","function":{"name":"now","parameters":%s}}],%s}
        """
                .formatted(SCHEMA, FAVOURED);
    }

    static String response() {
        return """
        {"model":"tiny","max_output_tokens":200,"input":[{"role":"user","content":"How late is it?"},
         {"type":"function_call","call_id":"c1","name":"now","arguments":"{}"},
         {"type":"function_call_output","call_id":"c1","output":"Noon."}],
         "tool_choice":"required","parallel_tool_calls":false,"tools":[{"type":"function","name":"now","parameters":%s}],%s}
        """
                .formatted(SCHEMA, FAVOURED);
    }

    static String messages() {
        return """
        {"model":"tiny","max_tokens":200,"messages":[{"role":"user","content":"How late is it?"},
         {"role":"assistant","content":[{"type":"tool_use","id":"c1","name":"now","input":{}}]},
         {"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":"Noon."}]}],
         "tool_choice":{"type":"any","disable_parallel_tool_use":true},"tools":[{"name":"now","input_schema":%s}],%s}
        """
                .formatted(SCHEMA, FAVOURED);
    }
}
