package redoubt.provenance.inference;

import java.time.Instant;
import java.util.List;
import redoubt.provenance.credentials.AnswerText;
import redoubt.provenance.record.Bytes;

/// What is known when the last token has been made. Immutable, any thread.
///
/// @param text the answer in its canonical form; this, and not what was streamed, is what is sealed
/// @param contentCommitment keyed commitment to the canonical bytes
/// @param toolCalls which tools it calls; part of the text too
/// @param promptTokens tokens of the input
/// @param completionTokens tokens of the answer
/// @param finishReason such as `stop`, `length` or `cancelled`
/// @param finishedAt when the answer ended
public record AnswerFacts(
        AnswerText text,
        Bytes contentCommitment,
        List<ToolCommitment> toolCalls,
        long promptTokens,
        long completionTokens,
        String finishReason,
        Instant finishedAt) {
    public AnswerFacts {
        toolCalls = List.copyOf(toolCalls);
    }

    /// One that calls no tool.
    public AnswerFacts(
            AnswerText text,
            Bytes contentCommitment,
            long promptTokens,
            long completionTokens,
            String finishReason,
            Instant finishedAt) {
        this(
                text,
                contentCommitment,
                List.of(),
                promptTokens,
                completionTokens,
                finishReason,
                finishedAt);
    }
}
