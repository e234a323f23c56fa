package redoubt.appliance.http;

/// The JSON of an error, as the SDKs of a route's inventor read it.
///
/// Source: the API references of OpenAI and Anthropic, errors.
public enum ErrorShape {
    /// Also what the page reads.
    OPENAI {
        @Override
        public Object body(RefusedException refusal) {
            return ErrorBody.of(refusal);
        }
    },
    ANTHROPIC {
        @Override
        public Object body(RefusedException refusal) {
            return AnthropicError.of(anthropicType(refusal.status()), refusal);
        }
    };

    public abstract Object body(RefusedException refusal);

    private static String anthropicType(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 503 -> "overloaded_error";
            default -> status >= 500 ? "api_error" : "invalid_request_error";
        };
    }
}
