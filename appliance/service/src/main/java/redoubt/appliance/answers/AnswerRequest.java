package redoubt.appliance.answers;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.identity.Principal;
import redoubt.engine.client.Prompt;
import redoubt.engine.client.SamplingParameters;

/// One thing to be answered, from the page or a program, after it was read strictly.
///
/// @param route for the record, such as `/v1/chat/completions`
/// @param model as the request named it; [redoubt.appliance.engines.Engines] knows which it is
/// @param conversation null for a program's request
/// @param question what is kept as the question: a person's text, or a program's whole request
/// @param input the exact text that the model is given and the INTENT commits to
/// @param maxTokens most tokens to generate; 0 goes on to the end of the context
/// @param seed 0 to 4294967295
/// @param parameters as the record names them; never content
public record AnswerRequest(
        Principal principal,
        String route,
        String model,
        @Nullable String conversation,
        String question,
        String input,
        Prompt prompt,
        SamplingParameters sampling,
        int maxTokens,
        List<String> stops,
        long seed,
        Map<String, String> parameters) {
    public AnswerRequest {
        stops = List.copyOf(stops);
        parameters = Map.copyOf(parameters);
    }
}
