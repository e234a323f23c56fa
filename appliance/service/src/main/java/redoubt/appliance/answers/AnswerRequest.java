package redoubt.appliance.answers;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.identity.Principal;

/// One thing to be answered, from the page or a program, after it was read strictly.
///
/// @param route for the record, such as `/v1/chat/completions`
/// @param model as the request named it
/// @param conversation the item that question and answer belong to and are erased with; null for a
///   request that stands alone
/// @param question what is kept as the question: a person's text, or a program's whole request
/// @param input the exact text that the model is given and the INTENT commits to
/// @param parameters as the record names them; never content
public record AnswerRequest(
        Principal principal,
        String route,
        String model,
        @Nullable String conversation,
        String question,
        String input,
        Wanted wanted,
        Map<String, String> parameters) {
    private static final long SEEDS = 1L << 32;

    public AnswerRequest {
        parameters = Map.copyOf(parameters);
    }

    /// The same to be answered once more, as choice number `index`: with a seed of its own.
    public AnswerRequest choice(int index) {
        if (index == 0) return this;
        long seed = (wanted.seed() + index) % SEEDS;
        TreeMap<String, String> named = new TreeMap<>(parameters);
        named.put("seed", String.valueOf(seed));
        return new AnswerRequest(
                principal,
                route,
                model,
                conversation,
                question,
                input,
                wanted.withSeed(seed),
                named);
    }
}
