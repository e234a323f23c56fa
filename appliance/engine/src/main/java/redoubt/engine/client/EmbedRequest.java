package redoubt.engine.client;

import java.util.List;
import java.util.Objects;

/// Inputs that become one vector each.
///
/// @param requestId the caller's name for it, for logs
/// @param owner whose it is, for fairness
/// @param inputs texts or lists of tokens; conversations are refused. A text gets the tokens around
///   it that the model wants, and no text in it becomes a control token; a list is taken as it is
/// @param truncate cut inputs that are too long, rather than refuse the request
public record EmbedRequest(String requestId, Owner owner, List<Prompt> inputs, boolean truncate) {
    /// Most inputs of one request.
    public static final int INPUTS_MAX = 2048;

    public EmbedRequest {
        Objects.requireNonNull(requestId);
        Objects.requireNonNull(owner);
        inputs = List.copyOf(inputs);
        if (inputs.isEmpty() || inputs.size() > INPUTS_MAX) {
            throw new IllegalArgumentException("there must be 1 to 2048 inputs");
        }
    }
}
