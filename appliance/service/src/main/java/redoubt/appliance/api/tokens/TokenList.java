package redoubt.appliance.api.tokens;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import redoubt.appliance.http.Fields;
import redoubt.appliance.http.StrictJson;
import redoubt.engine.client.ConversionResult;

/// Tokens as JSON. Written piece by piece: as a tree, hundreds of thousands of them would need many
/// times the memory.
final class TokenList {
    static final String MEDIA_TYPE = "application/json; charset=utf-8";

    private static final int TOKENS_MAX = 128 * 1024;

    private TokenList() {}

    /// The tokens that a request lists. Whether the model has them is for the engine to say.
    static List<Integer> read(JsonNode value) {
        if (!value.isArray() || value.size() > TOKENS_MAX)
            throw Fields.wrong("tokens", "must be a list of at most " + TOKENS_MAX + " tokens");
        List<Integer> tokens = new ArrayList<>(value.size());
        for (int i = 0; i < value.size(); i++) {
            JsonNode token = value.get(i);
            if (!token.isIntegralNumber() || !token.canConvertToInt())
                throw Fields.wrong(
                        "tokens[" + i + "]", "must be a token's number, a whole one from 0 on");
            tokens.add(token.intValue());
        }
        return tokens;
    }

    /// `{"tokens": …}` with numbers, or with objects of `id` and `piece`: a text where the token is
    /// one, else its bytes.
    static byte[] json(ConversionResult.Tokenized found, boolean withPieces) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = StrictJson.MAPPER.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeArrayFieldStart("tokens");
            for (int i = 0; i < found.tokens().size(); i++) {
                int token = found.tokens().get(i);
                if (withPieces) piece(json, token, found.pieces().get(i));
                else json.writeNumber(token);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException bug) {
            throw new AssertionError("memory can be written to", bug);
        }
        return bytes.toByteArray();
    }

    private static void piece(JsonGenerator json, int token, byte[] piece) throws IOException {
        json.writeStartObject();
        json.writeNumberField("id", token);
        Optional<String> text = text(piece);
        if (text.isPresent()) json.writeStringField("piece", text.get());
        else {
            json.writeArrayFieldStart("piece");
            for (byte value : piece) json.writeNumber(Byte.toUnsignedInt(value));
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static Optional<String> text(byte[] piece) {
        try {
            // A new decoder reports what is no text instead of replacing it.
            return Optional.of(
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(piece)).toString());
        } catch (CharacterCodingException bytesOnly) {
            return Optional.empty();
        }
    }
}
