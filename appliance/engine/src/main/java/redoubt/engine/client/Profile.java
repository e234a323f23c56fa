package redoubt.engine.client;

import java.util.List;

/// Where the time of one generation went inside the engine, in the order in which it passed. No
/// text and no token is in it.
///
/// @param waitedMs from arrival until its preparation began, behind those of others
/// @param preparedMs chat template and tokens, which native code makes in one go
/// @param queuedMs from there to a free sequence
/// @param prefillMs from there to the first token: what was not computed before of the prompt
/// @param samplingMs choosing tokens, all together; a part of the times between tokens
/// @param tokenMicros from each token to the next, at most [#TOKENS_MAX]
/// @param tokensLeftOut how many more there were
public record Profile(
        double waitedMs,
        double preparedMs,
        double queuedMs,
        double prefillMs,
        double samplingMs,
        List<Integer> tokenMicros,
        int tokensLeftOut) {
    /// Times that are told one by one.
    public static final int TOKENS_MAX = 2048;

    private static final Profile NONE = new Profile(0, 0, 0, 0, 0, List.of(), 0);

    public Profile {
        tokenMicros = List.copyOf(tokenMicros);
    }

    /// Of what was not measured.
    public static Profile none() {
        return NONE;
    }
}
