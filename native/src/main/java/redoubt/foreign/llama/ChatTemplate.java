package redoubt.foreign.llama;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Turns a conversation into a prompt, with llama.cpp's own Jinja engine. Text of a message is
/// never tokenized as a control token; docs/chat-templates.md says how. Owns the parsed template.
/// May be used by several threads.
public final class ChatTemplate implements AutoCloseable {
    private final ShimLibrary shim;
    private final MemorySegment template;
    private boolean closed;

    private ChatTemplate(ShimLibrary shim, MemorySegment template) {
        this.shim = shim;
        this.template = template;
    }

    /// Where the template came from.
    public enum Origin {
        /// The model file.
        MODEL,
        /// The caller.
        OVERRIDE,
        /// There was none: a plain transcript.
        FALLBACK
    }

    static ChatTemplate open(ShimLibrary shim, MemorySegment model, @Nullable String override) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment error = arena.allocate(ShimLibrary.ERROR_BYTES);
            MemorySegment source =
                    override == null ? MemorySegment.NULL : CText.of(override, arena);
            MemorySegment template =
                    shim.templateOpen.call(model, source, error, ShimLibrary.ERROR_BYTES);
            if (template.equals(MemorySegment.NULL)) {
                throw new NativeException(
                        "The chat template cannot be read (%s). Give another one, or none."
                                .formatted(CText.reason(error)));
            }
            return new ChatTemplate(shim, template);
        }
    }

    /// Where the template came from.
    public Origin origin() {
        return switch (shim.templateOrigin.call(template)) {
            case 0 -> Origin.MODEL;
            case 1 -> Origin.OVERRIDE;
            case 2 -> Origin.FALLBACK;
            default -> throw new AssertionError("an origin that the shim does not have");
        };
    }

    /// The template's source; for the fallback a fixed text that names its version. Its hash
    /// identifies it.
    public String source() {
        return CText.read(shim.templateSource.call(template));
    }

    /// Renders a conversation up to where the answer begins.
    ///
    /// @param messagesJson messages in the form of OpenAI's chat completions
    /// @param toolsJson tools in the same form, or null
    /// @throws NativeException when the JSON is not of that form or the template refuses the
    ///   conversation
    public RenderedPrompt render(String messagesJson, @Nullable String toolsJson) {
        return render(ConversationRequest.of(messagesJson, toolsJson));
    }

    /// Renders a conversation up to where the answer begins, and says what form the answer has.
    ///
    /// @throws NativeException when the JSON is not of that form, or the template refuses the
    ///   conversation or has no place for what is asked
    public RenderedPrompt render(ConversationRequest asked) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment error = arena.allocate(ShimLibrary.ERROR_BYTES);
            MemorySegment prompt = arena.allocate(Structs.PROMPT);
            int result =
                    shim.templateRender.call(
                            template,
                            request(asked, arena),
                            prompt,
                            error,
                            ShimLibrary.ERROR_BYTES);
            if (result != 0) {
                throw new NativeException(
                        "The conversation could not be turned into a prompt (%s)."
                                .formatted(CText.reason(error)));
            }
            try {
                return read(prompt);
            } finally {
                shim.promptFree.call(prompt);
            }
        }
    }

    private static MemorySegment request(ConversationRequest asked, Arena arena) {
        MemorySegment request = arena.allocate(Structs.REQUEST);
        Structs.set(request, Structs.REQUEST, "messages", CText.of(asked.messagesJson(), arena));
        Structs.set(request, Structs.REQUEST, "tools", text(asked.toolsJson(), arena));
        Structs.set(request, Structs.REQUEST, "forms", text(asked.formsJson(), arena));
        Structs.set(request, Structs.REQUEST, "rules", text(asked.rules(), arena));
        Structs.set(request, Structs.REQUEST, "arguments", CText.of(asked.argumentsJson(), arena));
        int choice =
                switch (asked.toolChoice()) {
                    case AUTO -> 0;
                    case NONE -> 1;
                    case REQUIRED -> 2;
                };
        Structs.set(request, Structs.REQUEST, "tool_choice", choice);
        Structs.set(request, Structs.REQUEST, "parallel", asked.parallelToolCalls() ? 1 : 0);
        return request;
    }

    private static MemorySegment text(@Nullable String text, Arena arena) {
        return text == null ? MemorySegment.NULL : CText.of(text, arena);
    }

    @SuppressWarnings("restricted") // the shim says how long each part is
    private static RenderedPrompt read(MemorySegment prompt) {
        String text =
                CText.read(
                        Structs.addressAt(prompt, Structs.PROMPT, "text"),
                        Structs.intAt(prompt, Structs.PROMPT, "text_length"));
        long tokenBytes = 4L * Structs.intAt(prompt, Structs.PROMPT, "token_count");
        int[] tokens =
                Structs.addressAt(prompt, Structs.PROMPT, "tokens")
                        .reinterpret(tokenBytes)
                        .toArray(JAVA_INT);
        String joined =
                CText.read(
                        Structs.addressAt(prompt, Structs.PROMPT, "stops"),
                        Structs.intAt(prompt, Structs.PROMPT, "stops_length"));
        List<String> stops = new ArrayList<>();
        int from = 0;
        for (int stop = 0; stop < Structs.intAt(prompt, Structs.PROMPT, "stop_count"); stop++) {
            int to = joined.indexOf('\0', from);
            stops.add(joined.substring(from, to));
            from = to + 1;
        }
        return new RenderedPrompt(text, tokens, List.copyOf(stops), form(prompt));
    }

    @SuppressWarnings("restricted") // as above
    private static AnswerForm form(MemorySegment prompt) {
        String json =
                CText.read(
                        Structs.addressAt(prompt, Structs.PROMPT, "form"),
                        Structs.intAt(prompt, Structs.PROMPT, "form_length"));
        long controlBytes = 4L * Structs.intAt(prompt, Structs.PROMPT, "control_count");
        int[] controls =
                Structs.addressAt(prompt, Structs.PROMPT, "controls")
                        .reinterpret(controlBytes)
                        .toArray(JAVA_INT);
        return new AnswerForm(
                json,
                IntStream.of(controls).boxed().collect(Collectors.toSet()),
                Structs.intAt(prompt, Structs.PROMPT, "has_grammar") != 0,
                Structs.intAt(prompt, Structs.PROMPT, "reads") != 0);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            shim.templateClose.call(template);
        }
    }
}
