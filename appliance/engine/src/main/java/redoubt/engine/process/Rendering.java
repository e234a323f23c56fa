package redoubt.engine.process;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import redoubt.engine.client.ChatOptions;
import redoubt.engine.client.Constraint;
import redoubt.engine.client.Prompt;
import redoubt.engine.form.SchemaGrammar;
import redoubt.engine.form.ToolDefinitions;
import redoubt.engine.schedule.Form;
import redoubt.foreign.llama.ChatTemplate;
import redoubt.foreign.llama.ConversationRequest;
import redoubt.foreign.llama.LlamaModel;
import redoubt.foreign.llama.RenderedPrompt;

/// Conversations to prompts, and what is asked of the form of an answer to a grammar. May be used
/// by several threads.
record Rendering(LlamaModel model, ChatTemplate template) {

    /// @throws RuntimeException when the conversation, the tools or the form cannot be used, with a
    ///   sentence
    RenderedPrompt render(Prompt.Chat chat, Constraint constraint) {
        String tools = chat.toolsJson();
        ChatOptions options = chat.options();
        return template.render(
                new ConversationRequest(
                        chat.messagesJson(),
                        tools,
                        tools == null ? null : ToolDefinitions.forGrammar(tools),
                        rules(constraint),
                        options.templateArgumentsJson(),
                        switch (options.toolChoice()) {
                            case AUTO -> ConversationRequest.ToolChoice.AUTO;
                            case NONE -> ConversationRequest.ToolChoice.NONE;
                            case REQUIRED -> ConversationRequest.ToolChoice.REQUIRED;
                        },
                        options.parallelToolCalls()));
    }

    /// The form of the answer to a conversation.
    Form form(RenderedPrompt rendered, Constraint constraint) {
        if (constraint instanceof Constraint.Grammar) {
            return form(constraint);
        }
        return rendered.form().hasGrammar()
                ? new Form(model.grammarOfForm(rendered.form()), rendered.form().controls())
                : new Form(null, rendered.form().reads() ? rendered.form().controls() : Set.of());
    }

    /// The form of a continued text.
    Form form(Constraint constraint) {
        if (constraint instanceof Constraint.Grammar(String gbnf)) {
            return new Form(model.grammar(gbnf), Set.of());
        }
        String rules = rules(constraint);
        return rules == null
                ? Form.free()
                : new Form(
                        model.grammar("root ::= " + SchemaGrammar.RULE + "\n" + rules), Set.of());
    }

    private static @Nullable String rules(Constraint constraint) {
        return switch (constraint) {
            case Constraint.None _, Constraint.Grammar _ -> null;
            case Constraint.JsonObject _ -> SchemaGrammar.ofAnyObject();
            case Constraint.JsonSchema(String schema) -> SchemaGrammar.of(schema);
        };
    }
}
