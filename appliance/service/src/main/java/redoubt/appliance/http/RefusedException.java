package redoubt.appliance.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import redoubt.provenance.record.RecordException;

/// A request is not done, and the answer says why: an HTTP status, and the error shape that the
/// OpenAI SDKs know (type, code, param, message). The message is a sentence for a person.
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String type;
    private final String code;
    private final @Nullable String param;
    private final @Nullable Duration retryAfter;

    private RefusedException(
            int status,
            String type,
            String code,
            @Nullable String param,
            @Nullable Duration retryAfter,
            String message) {
        super(message);
        this.status = status;
        this.type = type;
        this.code = code;
        this.param = param;
        this.retryAfter = retryAfter;
    }

    /// The request itself is wrong.
    public static RefusedException invalid(String code, @Nullable String param, String message) {
        return new RefusedException(400, "invalid_request_error", code, param, null, message);
    }

    public static RefusedException unauthenticated(String code, String message) {
        return new RefusedException(401, "authentication_error", code, null, null, message);
    }

    public static RefusedException forbidden(String code, String message) {
        return new RefusedException(403, "permission_error", code, null, null, message);
    }

    public static RefusedException notFound(String code, String message) {
        return new RefusedException(404, "invalid_request_error", code, null, null, message);
    }

    public static RefusedException conflict(String code, String message) {
        return new RefusedException(409, "invalid_request_error", code, null, null, message);
    }

    /// What was there is not kept any more.
    public static RefusedException gone(String code, String message) {
        return new RefusedException(410, "invalid_request_error", code, null, null, message);
    }

    public static RefusedException tooLarge(String message) {
        return new RefusedException(
                413, "invalid_request_error", "request_too_large", null, null, message);
    }

    public static RefusedException tooSlow(String message) {
        return new RefusedException(
                408, "invalid_request_error", "request_timeout", null, null, message);
    }

    public static RefusedException tooMany(String code, Duration retryAfter, String message) {
        return new RefusedException(429, "rate_limit_error", code, null, retryAfter, message);
    }

    /// The appliance cannot do it now.
    public static RefusedException unavailable(String code, String message) {
        return new RefusedException(
                503, "service_unavailable_error", code, null, Duration.ofSeconds(2), message);
    }

    /// Nothing consequential is done that cannot be recorded.
    public static RefusedException recordUnavailable(RecordException closed) {
        return unavailable(
                "record_unavailable",
                "The audit record cannot be written, so nothing was done: " + closed.getMessage());
    }

    /// The appliance failed; nothing that was not acknowledged counts.
    public static RefusedException failed(String code, String message) {
        return new RefusedException(500, "server_error", code, null, null, message);
    }

    public int status() {
        return status;
    }

    public String type() {
        return type;
    }

    public String code() {
        return code;
    }

    public @Nullable String param() {
        return param;
    }

    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    public String sentence() {
        return String.valueOf(getMessage());
    }
}
