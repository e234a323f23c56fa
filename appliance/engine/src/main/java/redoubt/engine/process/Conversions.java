package redoubt.engine.process;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import redoubt.engine.client.Constraint;
import redoubt.engine.client.Conversion;
import redoubt.engine.client.ConversionResult;
import redoubt.engine.client.Prompt;
import redoubt.foreign.llama.LlamaModel;
import redoubt.foreign.llama.RenderedPrompt;

/// Answers what is asked of the tokenizer and the template alone. A text that is certain not to fit
/// the context is refused before it is looked at; one that may fit is counted, also when it turns
/// out that it does not. No result is longer than a frame. Runs on the preparation's thread.
final class Conversions {
    /// Most tokens that are listed, and most that are turned into text.
    static final int TOKENS_MAX = 256 * 1024;

    /// Most bytes of text in a result; the rest of a frame is for what CBOR puts around it.
    static final int TEXT_BYTES_MAX = 8 * 1024 * 1024;

    private final LlamaModel model;
    private final Rendering rendering;
    private final PromptBound bound;
    private int longestShownBytes;

    Conversions(LoadedModel loaded) {
        this.model = loaded.model();
        this.rendering = new Rendering(loaded.model(), loaded.template());
        this.bound = loaded.promptBound();
    }

    /// Never throws for what is wrong with a request.
    ConversionResult convert(Conversion conversion) {
        try {
            return switch (conversion) {
                case Conversion.Tokenize tokenize -> tokenize(tokenize);
                case Conversion.Detokenize(List<Integer> tokens) -> detokenize(tokens);
                case Conversion.Render render -> render(render);
            };
        } catch (RuntimeException refused) {
            return new ConversionResult.Refused(
                    "invalid_request", String.valueOf(refused.getMessage()));
        }
    }

    private ConversionResult tokenize(Conversion.Tokenize asked) {
        PromptBound limit = asked.parseSpecial() ? boundOfControlTexts() : bound;
        OptionalLong tooMany = limit.tooMany(TextLength.utf8(asked.text()));
        if (tooMany.isPresent()) {
            return contextExceeded("text", tooMany.getAsLong());
        }
        int[] tokens = model.tokenize(asked.text(), asked.addSpecial(), asked.parseSpecial());
        if (tokens.length > TOKENS_MAX) {
            return tooLarge(
                    "The text has %d tokens, and at most %d are listed"
                            .formatted(tokens.length, TOKENS_MAX));
        }
        List<byte[]> pieces = new ArrayList<>();
        if (asked.withPieces()) {
            long bytes = 0;
            for (int token : tokens) {
                byte[] piece = model.shown(token);
                bytes += piece.length;
                if (bytes > TEXT_BYTES_MAX) {
                    return textTooLarge();
                }
                pieces.add(piece);
            }
        }
        return new ConversionResult.Tokenized(Arrays.stream(tokens).boxed().toList(), pieces);
    }

    // With them read out of the text, a token may stand for the longest of their names.
    private PromptBound boundOfControlTexts() {
        if (bound.longestPieceBytes() == 0) {
            return bound;
        }
        if (longestShownBytes == 0) {
            longestShownBytes = bound.longestPieceBytes();
            for (int token = 0; token < model.vocabularySize(); token++) {
                longestShownBytes = Math.max(longestShownBytes, model.shown(token).length);
            }
        }
        return new PromptBound(longestShownBytes, bound.contextTokens());
    }

    private ConversionResult detokenize(List<Integer> tokens) {
        if (tokens.size() > TOKENS_MAX) {
            return tooLarge(
                    "The list has %d tokens, and at most %d are turned into text"
                            .formatted(tokens.size(), TOKENS_MAX));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int at = 0; at < tokens.size(); at++) {
            int token = tokens.get(at);
            if (token < 0 || token >= model.vocabularySize()) {
                return new ConversionResult.Refused(
                        "token_out_of_range",
                        "The parameter 'tokens[%d]' is %d, and this model's tokens are 0 to %d. Nothing was turned into text. Send tokens of this model; those of another model mean something else here."
                                .formatted(at, token, model.vocabularySize() - 1));
            }
            bytes.writeBytes(model.shown(token));
            if (bytes.size() > TEXT_BYTES_MAX) {
                return textTooLarge();
            }
        }
        // What stands for bytes that are no character is longer than they are.
        String text = bytes.toString(StandardCharsets.UTF_8);
        return TextLength.utf8(text) > TEXT_BYTES_MAX
                ? textTooLarge()
                : new ConversionResult.Detokenized(text);
    }

    private ConversionResult render(Conversion.Render asked) {
        OptionalLong tooMany = bound.tooMany(TextLength.utf8OfJson(asked.messagesJson()));
        if (tooMany.isPresent()) {
            return contextExceeded("conversation", tooMany.getAsLong());
        }
        RenderedPrompt rendered =
                rendering.render(
                        new Prompt.Chat(asked.messagesJson(), asked.toolsJson(), asked.options()),
                        Constraint.none());
        return TextLength.utf8(rendered.text()) > TEXT_BYTES_MAX
                ? textTooLarge()
                : new ConversionResult.Rendered(rendered.text(), rendered.tokens().length);
    }

    private ConversionResult contextExceeded(String what, long tokensAtLeast) {
        return new ConversionResult.Refused(
                "context_length_exceeded",
                "The %s has at least %d tokens, and this model is loaded with a context of %d, so it cannot be used as a prompt and was not looked at further. Shorten it, or send it in parts."
                        .formatted(what, tokensAtLeast, bound.contextTokens()));
    }

    private static ConversionResult textTooLarge() {
        return tooLarge(
                "The result has more than %d MiB of text, which is the most that is answered"
                        .formatted(TEXT_BYTES_MAX >> 20));
    }

    private static ConversionResult tooLarge(String what) {
        return new ConversionResult.Refused("result_too_large", what + ". Send it in parts.");
    }
}
