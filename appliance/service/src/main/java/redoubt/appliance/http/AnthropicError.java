package redoubt.appliance.http;

import org.jspecify.annotations.Nullable;

/// The JSON of an error, in the shape that the Anthropic SDKs read; `param` and `code` are ours.
record AnthropicError(String type, Detail error) {

    /// What the SDKs show.
    record Detail(String type, String message, @Nullable String param, String code) {}
}
