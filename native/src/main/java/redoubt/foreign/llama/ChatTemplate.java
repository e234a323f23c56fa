package redoubt.foreign.llama;

import org.jspecify.annotations.Nullable;

/// Turns a conversation into a prompt. Text of a message is never tokenized as a control token. May
/// be used by several threads.
@SuppressWarnings("DoNotCallSuggester") // the binding follows
public final class ChatTemplate implements AutoCloseable {
    ChatTemplate() {}

    /// Where the template came from.
    public enum Origin {
        MODEL,
        OVERRIDE,
        FALLBACK
    }

    public Origin origin() {
        throw new UnsupportedOperationException();
    }

    /// The template's source; for the fallback a fixed text that names its version. Hash this to
    /// identify it.
    public String source() {
        throw new UnsupportedOperationException();
    }

    /// @param messagesJson messages in the form of OpenAI's chat completions
    /// @param toolsJson tools in the same form, or null
    /// @throws NativeException when the JSON is not of that form or the template refuses the
    ///   conversation
    public RenderedPrompt render(String messagesJson, @Nullable String toolsJson) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
