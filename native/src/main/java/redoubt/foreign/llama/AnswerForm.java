package redoubt.foreign.llama;

import java.util.Set;

/// How the answer to a conversation is held to a form, and read again. Only the shim knows more of
/// it.
///
/// @param json what the shim needs
/// @param controls control tokens that are a part of the form, whose text is to be kept
/// @param hasGrammar whether [LlamaModel#grammarOfForm] has something to make
/// @param reads whether there is more in an answer than text, for an [AnswerReader]
public record AnswerForm(String json, Set<Integer> controls, boolean hasGrammar, boolean reads) {
    public AnswerForm {
        controls = Set.copyOf(controls);
    }
}
