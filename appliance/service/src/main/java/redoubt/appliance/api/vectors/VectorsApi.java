package redoubt.appliance.api.vectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import redoubt.appliance.engines.EngineUse;
import redoubt.appliance.engines.Engines;
import redoubt.appliance.engines.LoadedModel;
import redoubt.appliance.http.EventStream;
import redoubt.appliance.http.Exchange;
import redoubt.appliance.http.Fields;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.http.Route;
import redoubt.appliance.http.StrictJson;
import redoubt.appliance.record.SiteRecord;
import redoubt.appliance.site.Secrets;
import redoubt.engine.client.EmbedRequest;
import redoubt.engine.client.EngineFacts;
import redoubt.engine.client.Owner;
import redoubt.engine.client.PendingVectors;
import redoubt.engine.client.Prompt;
import redoubt.engine.client.RerankRequest;
import redoubt.engine.client.VectorResult;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Event;

/// Vectors of texts, and scores of documents. They are consequential, as what is found and who is
/// chosen may rest on them, so each request has an entry, durable before a number leaves; and they
/// are many, so it is one small entry for the whole request. Source: OpenAI's API reference,
/// embeddings; Jina's, reranker; docs/adapters-and-embeddings.md says what is supported.
public final class VectorsApi {
    private static final int MODEL_CHARACTERS_MAX = 200;
    private static final int QUERY_CHARACTERS_MAX = 1024 * 1024;
    private static final int KEY_BYTES = 32;
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(1);
    private static final String INPUT_DOMAIN = "redoubt/input/v1";
    private static final String OUTPUT_DOMAIN = "redoubt/vectors/v1";

    private final Engines engines;
    private final SiteRecord record;

    public VectorsApi(Engines engines, SiteRecord record) {
        this.engines = engines;
        this.record = record;
    }

    public void embeddings(Exchange exchange)
            throws InterruptedException, EventStream.GoneException {
        Fields fields = exchange.fields();
        String model = fields.requiredText("model", MODEL_CHARACTERS_MAX);
        JsonNode input = fields.any("input").orElseThrow(() -> fields.missing("input"));
        List<Prompt> inputs = VectorInputs.read(input);
        String encoding = fields.text("encoding_format", 20).orElse("float");
        if (!encoding.equals("float") && !encoding.equals("base64"))
            throw Fields.wrong("encoding_format", "must be float or base64");
        Optional<Long> dimensions = fields.whole("dimensions", 1, Integer.MAX_VALUE);
        boolean truncate = fields.flag("truncate").orElse(false);
        boolean _ = fields.text("user", 512).isPresent();
        fields.end();
        String id = Secrets.id();
        try (EngineUse use = engines.use(model, id)) {
            require(use.model().facts(), EngineFacts.Purpose.EMBEDDING);
            requireSize(dimensions, use.model().facts());
            VectorResult.Vectors made =
                    made(
                            exchange,
                            use.engine()
                                    .embed(new EmbedRequest(id, owner(exchange), inputs, truncate)),
                            "input");
            VectorsJson.Noted noted =
                    note(exchange, Route.V1_EMBEDDINGS, id, use.model(), truncate, input, made);
            exchange.send(
                    200,
                    VectorsJson.MEDIA_TYPE,
                    VectorsJson.embeddings(
                            made, use.model().id(), encoding.equals("base64"), noted));
        }
    }

    public void rerank(Exchange exchange) throws InterruptedException, EventStream.GoneException {
        Fields fields = exchange.fields();
        String model = fields.requiredText("model", MODEL_CHARACTERS_MAX);
        String query = fields.requiredText("query", QUERY_CHARACTERS_MAX);
        JsonNode listed = fields.any("documents").orElseThrow(() -> fields.missing("documents"));
        List<String> documents = VectorInputs.documents(listed);
        int topN =
                fields.whole("top_n", 1, Integer.MAX_VALUE)
                        .map(Long::intValue)
                        .orElse(documents.size());
        boolean withDocuments = fields.flag("return_documents").orElse(false);
        boolean truncate = fields.flag("truncate").orElse(false);
        fields.end();
        ObjectNode input = StrictJson.MAPPER.createObjectNode().put("query", query);
        input.set("documents", listed);
        String id = Secrets.id();
        try (EngineUse use = engines.use(model, id)) {
            require(use.model().facts(), EngineFacts.Purpose.RERANKING);
            VectorResult.Vectors made =
                    made(
                            exchange,
                            use.engine()
                                    .rerank(
                                            new RerankRequest(
                                                    id,
                                                    owner(exchange),
                                                    query,
                                                    documents,
                                                    truncate)),
                            "documents");
            VectorsJson.Noted noted =
                    note(exchange, Route.V1_RERANK, id, use.model(), truncate, input, made);
            exchange.send(
                    200,
                    VectorsJson.MEDIA_TYPE,
                    VectorsJson.scores(
                            made, use.model().id(), documents, topN, withDocuments, noted));
        }
    }

    private static Owner owner(Exchange exchange) {
        return Owner.interactive(exchange.principal().id());
    }

    private static void require(EngineFacts facts, EngineFacts.Purpose purpose) {
        if (facts.purpose() == purpose) return;
        String need =
                switch (purpose) {
                    case EMBEDDING -> "make vectors";
                    case RERANKING -> "score documents";
                    case GENERATION -> "generate";
                };
        throw RefusedException.invalid(
                "wrong_purpose",
                "model",
                "The model %s cannot %s: it was not made for that. Nothing was computed. Name a model that was; GET /v1/models lists what there is."
                        .formatted(facts.modelName(), need));
    }

    private static void requireSize(Optional<Long> dimensions, EngineFacts facts) {
        if (dimensions.isPresent() && dimensions.get() != facts.vectorNumbers())
            throw RefusedException.invalid(
                    "unsupported_parameter",
                    "dimensions",
                    "The parameter 'dimensions' is %d, and the vectors of this model have %d numbers, which cannot be shortened here without changing what they mean. Leave it out."
                            .formatted(dimensions.get(), facts.vectorNumbers()));
    }

    private static VectorResult.Vectors made(
            Exchange exchange, PendingVectors pending, String param)
            throws InterruptedException, EventStream.GoneException {
        boolean over = false;
        try (Exchange.Presence client = exchange.watch(pending::cancel)) {
            Optional<VectorResult> result = pending.await(SIGN_OF_LIFE);
            while (result.isEmpty()) {
                client.require();
                result = pending.await(SIGN_OF_LIFE);
            }
            client.require();
            over = true;
            return switch (result.get()) {
                case VectorResult.Vectors vectors -> vectors;
                case VectorResult.Refused refused -> throw refusal(refused, param);
            };
        } finally {
            if (!over) pending.cancel();
        }
    }

    private static RefusedException refusal(VectorResult.Refused refused, String param) {
        return switch (refused.code()) {
            case "input_too_long",
                    "token_out_of_range",
                    "invalid_request",
                    "wrong_purpose",
                    "context_length_exceeded" ->
                    RefusedException.invalid(refused.code(), param, refused.sentence());
            case "engine_busy" ->
                    RefusedException.tooMany(
                            refused.code(), Duration.ofSeconds(5), refused.sentence());
            default -> RefusedException.unavailable(refused.code(), refused.sentence());
        };
    }

    private VectorsJson.Noted note(
            Exchange exchange,
            Route route,
            String requestId,
            LoadedModel model,
            boolean truncate,
            JsonNode input,
            VectorResult.Vectors made) {
        byte[] key = Secrets.bytes(KEY_BYTES);
        ByteArrayOutputStream numbers = new ByteArrayOutputStream();
        made.vectors().forEach(vector -> numbers.writeBytes(VectorsJson.bytes(vector)));
        long sequence =
                record.note(
                                new Event.Vectors(
                                        requestId,
                                        route.path(),
                                        model.name(),
                                        Bytes.ofHex(model.sha256()),
                                        model.loadedAt(),
                                        Map.of("truncate", String.valueOf(truncate)),
                                        made.vectors().size(),
                                        made.tokensTotal(),
                                        SiteRecord.commitment(
                                                key,
                                                INPUT_DOMAIN,
                                                input.toString().getBytes(StandardCharsets.UTF_8)),
                                        SiteRecord.commitment(
                                                key, OUTPUT_DOMAIN, numbers.toByteArray())),
                                exchange.principal())
                        .sequence();
        return new VectorsJson.Noted(
                record.reader().logId().hex(), sequence, HexFormat.of().formatHex(key));
    }
}
