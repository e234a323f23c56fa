package redoubt.appliance.api.vectors;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import redoubt.appliance.http.StrictJson;
import redoubt.engine.client.VectorResult;

/// Vectors and scores as JSON, written piece by piece: as a tree, millions of numbers would need
/// many times the memory.
final class VectorsJson {
    static final String MEDIA_TYPE = "application/json; charset=utf-8";

    private VectorsJson() {}

    /// What the caller is given about the entry in the record.
    ///
    /// @param commitmentKey hex; with it and the texts, the entry can be shown to speak of them
    record Noted(String logId, long entry, String commitmentKey) {}

    static byte[] embeddings(VectorResult.Vectors made, String model, boolean base64, Noted noted) {
        return written(json -> {
            json.writeStringField("object", "list");
            json.writeArrayFieldStart("data");
            for (int index = 0; index < made.vectors().size(); index++) {
                json.writeStartObject();
                json.writeStringField("object", "embedding");
                json.writeNumberField("index", index);
                json.writeFieldName("embedding");
                float[] vector = made.vectors().get(index);
                if (base64) {
                    json.writeString(Base64.getEncoder().encodeToString(bytes(vector)));
                } else {
                    json.writeStartArray();
                    for (float number : vector) json.writeNumber(number);
                    json.writeEndArray();
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            end(json, made, model, noted);
        });
    }

    /// The best first.
    static byte[] scores(
            VectorResult.Vectors made,
            String model,
            List<String> documents,
            int topN,
            boolean withDocuments,
            Noted noted) {
        List<Float> scores = made.scores();
        List<Integer> order = new ArrayList<>();
        for (int index = 0; index < scores.size(); index++) order.add(index);
        order.sort(Comparator.comparing((Integer index) -> scores.get(index)).reversed());
        return written(json -> {
            json.writeStringField("object", "list");
            json.writeArrayFieldStart("results");
            for (int index : order.subList(0, Math.min(topN, order.size()))) {
                json.writeStartObject();
                json.writeNumberField("index", index);
                json.writeNumberField("relevance_score", scores.get(index));
                if (withDocuments) {
                    json.writeObjectFieldStart("document");
                    json.writeStringField("text", documents.get(index));
                    json.writeEndObject();
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            end(json, made, model, noted);
        });
    }

    private static void end(
            JsonGenerator json, VectorResult.Vectors made, String model, Noted noted)
            throws IOException {
        json.writeStringField("model", model);
        json.writeObjectFieldStart("usage");
        json.writeNumberField("prompt_tokens", made.tokensTotal());
        json.writeNumberField("total_tokens", made.tokensTotal());
        json.writeEndObject();
        json.writeObjectFieldStart("redoubt");
        json.writeStringField("log_id", noted.logId());
        json.writeNumberField("entry", noted.entry());
        json.writeStringField("commitment_key", noted.commitmentKey());
        json.writeArrayFieldStart("truncated");
        for (int index : made.truncated()) json.writeNumber(index);
        json.writeEndArray();
        json.writeEndObject();
    }

    /// 32 bits each, little endian.
    static byte[] bytes(float[] vector) {
        ByteBuffer bytes =
                ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return bytes.array();
    }

    private interface Body {
        void write(JsonGenerator json) throws IOException;
    }

    private static byte[] written(Body body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = StrictJson.MAPPER.createGenerator(bytes)) {
            json.writeStartObject();
            body.write(json);
            json.writeEndObject();
        } catch (IOException bug) {
            throw new AssertionError("memory can be written to", bug);
        }
        return bytes.toByteArray();
    }
}
