package redoubt.appliance.http;

import org.jspecify.annotations.Nullable;

/// The JSON of an error, in the shape that the OpenAI SDKs read; the page reads the same.
public record ErrorBody(Detail error) {

    /// What the SDKs show.
    public record Detail(String message, String type, @Nullable String param, String code) {}

    public static ErrorBody of(RefusedException refusal) {
        return new ErrorBody(
                new Detail(refusal.sentence(), refusal.type(), refusal.param(), refusal.code()));
    }
}
