package redoubt.engine.client;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/// What came of loading or unloading a LoRA adapter.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = AdapterResult.Loaded.class, name = "loaded"),
    @JsonSubTypes.Type(value = AdapterResult.Unloaded.class, name = "unloaded"),
    @JsonSubTypes.Type(value = AdapterResult.Refused.class, name = "refused")
})
public sealed interface AdapterResult {

    /// Requests may name it from now on.
    record Loaded(AdapterFacts facts) implements AdapterResult {}

    /// Requests that name it are refused from now on. Those that began before go on with it; its
    /// memory is free when the last of them has ended.
    ///
    /// @param requestsLeft how many of them there are
    record Unloaded(String name, int requestsLeft) implements AdapterResult {}

    /// Nothing has changed.
    ///
    /// @param code `adapter_refused`, `does_not_fit`, `name_taken`, `unknown_adapter`,
    ///   `invalid_request`, `too_many_adapters`, `native_failed`, `engine_died`, `engine_silent`
    /// @param sentence what happened, what it means and what to do
    record Refused(String code, String sentence) implements AdapterResult {}
}
