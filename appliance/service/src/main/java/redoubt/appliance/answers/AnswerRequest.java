package redoubt.appliance.answers;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.conversations.Item;
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
/// @param toolResults what tools answered since the model spoke last; part of the input too
/// @param earlier which messages of the prompt belong to earlier responses; null where none do
public record AnswerRequest(
        Principal principal,
        String route,
        String model,
        @Nullable String conversation,
        String question,
        String input,
        Wanted wanted,
        Map<String, String> parameters,
        List<ToolExchange> toolResults,
        Item.@Nullable Earlier earlier) {
    private static final long SEEDS = 1L << 32;

    public AnswerRequest {
        parameters = Map.copyOf(parameters);
        toolResults = List.copyOf(toolResults);
    }

    /// One of which all messages are its own, and to which no tool answered anything.
    public AnswerRequest(
            Principal principal,
            String route,
            String model,
            @Nullable String conversation,
            String question,
            String input,
            Wanted wanted,
            Map<String, String> parameters) {
        this(
                principal,
                route,
                model,
                conversation,
                question,
                input,
                wanted,
                parameters,
                List.of(),
                null);
    }

    /// The same, of which these messages belong to earlier responses.
    public AnswerRequest after(Item.Earlier others) {
        return new AnswerRequest(
                principal,
                route,
                model,
                conversation,
                question,
                input,
                wanted,
                parameters,
                toolResults,
                others);
    }

    /// The same, and the record says how many answers it is asked for; one goes without saying.
    public AnswerRequest of(int choices) {
        return choices == 1 ? this : with("n", String.valueOf(choices), wanted);
    }

    /// The same to be answered once more, as choice number `index`: with a seed of its own.
    public AnswerRequest choice(int index) {
        if (index == 0) return this;
        long seed = (wanted.seed() + index) % SEEDS;
        return with("seed", String.valueOf(seed), wanted.withSeed(seed));
    }

    private AnswerRequest with(String name, String value, Wanted other) {
        TreeMap<String, String> named = new TreeMap<>(parameters);
        named.put(name, value);
        return new AnswerRequest(
                principal,
                route,
                model,
                conversation,
                question,
                input,
                other,
                named,
                toolResults,
                earlier);
    }
}
