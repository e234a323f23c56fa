package redoubt.appliance.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The JSON of an error, in the shape that the Anthropic SDKs read; `param` and `code` are ours.
record AnthropicError(String type, Detail error) {
    private static final String NO_THREADS = "thread_unsupported_request";

    /// What the SDKs show.
    ///
    /// @param details what they act upon; null where there is nothing
    record Detail(
            String type,
            String message,
            @Nullable String param,
            String code,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Details details) {}

    /// Why a request cannot be a part of a conversation that the server holds. The SDKs' runners of
    /// tools then send the whole conversation instead.
    record Details(@JsonProperty("error_code") String errorCode, List<String> unsupported) {}

    static AnthropicError of(String type, RefusedException refusal) {
        return new AnthropicError(
                "error",
                new Detail(
                        type,
                        refusal.sentence(),
                        refusal.param(),
                        refusal.code(),
                        refusal.code().equals(NO_THREADS)
                                ? new Details(NO_THREADS, List.of("thread"))
                                : null));
    }
}
