package redoubt.appliance.api.tokens;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.api.anthropic.MessagesRequest;
import redoubt.appliance.api.asking.Generating;
import redoubt.appliance.api.openai.chat.ChatRequest;
import redoubt.appliance.engines.EngineUse;
import redoubt.appliance.engines.Engines;
import redoubt.appliance.http.Exchange;
import redoubt.appliance.http.Fields;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.site.Secrets;
import redoubt.engine.client.Conversion;
import redoubt.engine.client.ConversionResult;
import redoubt.engine.client.Prompt;

/// The routes that ask the model's tokenizer and chat template alone. They generate nothing and
/// store nothing, so they leave nothing in the record. Source: llama.cpp's server for the first
/// three, Anthropic's API reference for the count; docs/api.md says what is supported.
public final class TokensApi {
    private static final int MODEL_CHARACTERS_MAX = 200;
    private static final int TEXT_CHARACTERS_MAX = 4 * 1024 * 1024;

    private final Engines engines;

    public TokensApi(Engines engines) {
        this.engines = engines;
    }

    public void tokenize(Exchange exchange) throws InterruptedException {
        Fields fields = exchange.fields();
        String model = fields.requiredText("model", MODEL_CHARACTERS_MAX);
        boolean prompt = fields.any("prompt").isPresent();
        if (prompt && fields.any("content").isPresent())
            throw Fields.wrong("prompt", "is another name of 'content'; give one of them");
        String name = prompt ? "prompt" : "content";
        String text = fields.requiredText(name, TEXT_CHARACTERS_MAX);
        boolean addSpecial = fields.flag("add_special").orElse(false);
        boolean parseSpecial = fields.flag("parse_special").orElse(false);
        boolean withPieces = fields.flag("with_pieces").orElse(false);
        fields.end();
        var asked = new Conversion.Tokenize(text, addSpecial, parseSpecial, withPieces);
        switch (convert(model, asked, name)) {
            case ConversionResult.Tokenized found ->
                    exchange.send(200, TokenList.MEDIA_TYPE, TokenList.json(found, withPieces));
            case ConversionResult other -> throw unexpected(other);
        }
    }

    public void detokenize(Exchange exchange) throws InterruptedException {
        Fields fields = exchange.fields();
        String model = fields.requiredText("model", MODEL_CHARACTERS_MAX);
        JsonNode tokens = fields.any("tokens").orElseThrow(() -> fields.missing("tokens"));
        fields.end();
        switch (convert(model, new Conversion.Detokenize(TokenList.read(tokens)), "tokens")) {
            case ConversionResult.Detokenized(String text) ->
                    exchange.json(200, Map.of("content", text));
            case ConversionResult other -> throw unexpected(other);
        }
    }

    public void applyTemplate(Exchange exchange) throws InterruptedException {
        Fields fields = exchange.fields();
        String model = fields.requiredText("model", MODEL_CHARACTERS_MAX);
        Generating.Chat chat = ChatRequest.chat(fields);
        fields.end();
        ConversionResult.Rendered rendered = render(model, chat);
        exchange.json(200, Map.of("prompt", rendered.prompt(), "tokens", rendered.tokens()));
    }

    public void countTokens(Exchange exchange) throws InterruptedException {
        Fields fields = exchange.fields();
        String model = fields.requiredText("model", MODEL_CHARACTERS_MAX);
        Generating.Chat chat = MessagesRequest.chat(fields);
        fields.end();
        exchange.json(200, Map.of("input_tokens", render(model, chat).tokens()));
    }

    private ConversionResult.Rendered render(String model, Generating.Chat chat)
            throws InterruptedException {
        Prompt.Chat prompt = chat.prompt();
        Conversion.Render asked =
                new Conversion.Render(prompt.messagesJson(), prompt.toolsJson(), prompt.options());
        // Where tools are offered too, the sentence says what is at fault.
        String param = chat.tools() == null ? "messages" : null;
        return switch (convert(model, asked, param)) {
            case ConversionResult.Rendered rendered -> rendered;
            case ConversionResult other -> throw unexpected(other);
        };
    }

    /// @param param the parameter that is at fault where the engine refuses; null where its
    ///   sentence says it
    private ConversionResult convert(String model, Conversion conversion, @Nullable String param)
            throws InterruptedException {
        ConversionResult result;
        try (EngineUse use = engines.use(model, Secrets.id())) {
            result = use.engine().convert(conversion);
        }
        if (result instanceof ConversionResult.Refused refused)
            throw switch (refused.code()) {
                case "engine_died", "engine_silent" ->
                        RefusedException.unavailable(refused.code(), refused.sentence());
                default -> RefusedException.invalid(refused.code(), param, refused.sentence());
            };
        return result;
    }

    private static AssertionError unexpected(ConversionResult result) {
        return new AssertionError("the engine answered another question: " + result.getClass());
    }
}
