package redoubt.engine.protocol;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.jspecify.annotations.Nullable;
import redoubt.engine.client.Conversion;
import redoubt.engine.client.EmbedRequest;
import redoubt.engine.client.GenerationRequest;
import redoubt.engine.client.RerankRequest;

/// What the gateway says to an engine. The first message is [Open], and there is no second one of
/// it.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "message")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ToEngine.Open.class, name = "open"),
    @JsonSubTypes.Type(value = ToEngine.Generate.class, name = "generate"),
    @JsonSubTypes.Type(value = ToEngine.Cancel.class, name = "cancel"),
    @JsonSubTypes.Type(value = ToEngine.ProbeSeal.class, name = "probe_seal"),
    @JsonSubTypes.Type(value = ToEngine.Convert.class, name = "convert"),
    @JsonSubTypes.Type(value = ToEngine.Look.class, name = "look"),
    @JsonSubTypes.Type(value = ToEngine.ComputeWith.class, name = "compute_with"),
    @JsonSubTypes.Type(value = ToEngine.LoadAdapter.class, name = "load_adapter"),
    @JsonSubTypes.Type(value = ToEngine.UnloadAdapter.class, name = "unload_adapter"),
    @JsonSubTypes.Type(value = ToEngine.Embed.class, name = "embed"),
    @JsonSubTypes.Type(value = ToEngine.Rerank.class, name = "rerank"),
    @JsonSubTypes.Type(value = ToEngine.Park.class, name = "park")
})
public sealed interface ToEngine {

    /// Load this model in this way, with this draft if any. Fields as in EngineSettings.
    record Open(
            String nativeDir,
            String model,
            @Nullable String draft,
            String cpuVariant,
            int threads,
            int contextTokens,
            int sequencesMax,
            int batchTokens,
            int ubatchTokens,
            long memoryMaxBytes)
            implements ToEngine {}

    /// Generate; `id` is the sender's number for it, new each time.
    record Generate(long id, GenerationRequest request) implements ToEngine {}

    /// Make vectors of inputs.
    record Embed(long id, EmbedRequest request) implements ToEngine {}

    /// Score documents.
    record Rerank(long id, RerankRequest request) implements ToEngine {}

    /// Stop generating; unknown numbers are of generations that ended before.
    record Cancel(long id) implements ToEngine {}

    /// Turn text into tokens or back; nothing is generated.
    record Convert(long id, Conversion conversion) implements ToEngine {}

    /// Give a sign of life.
    record Look(long id) implements ToEngine {}

    /// Compute with this many threads from the next step on.
    record ComputeWith(int threads) implements ToEngine {}

    /// Load a LoRA adapter beside the model. Requests that come after the answer may name it.
    record LoadAdapter(long id, String name, String file) implements ToEngine {}

    /// Refuse this adapter to requests that come after this.
    record UnloadAdapter(long id, String name) implements ToEngine {}

    /// Try every way out. `outside` is an existing folder that the engine may not write to.
    record ProbeSeal(long id, String outside) implements ToEngine {}

    /// About parked states.
    record Park(Parking parking) implements ToEngine {}
}
