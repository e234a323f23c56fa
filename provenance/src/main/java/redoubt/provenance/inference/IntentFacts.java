package redoubt.provenance.inference;

import java.util.List;
import java.util.Map;
import redoubt.provenance.credentials.ModelFacts;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.Bytes;

/// What is known before the first token: who asks, which model will answer, on what input.
/// Immutable, any thread.
///
/// @param requestId names the request in the record, the credential and the log
/// @param route such as `/v1/chat/completions`
/// @param actor on whose authority
/// @param model which model
/// @param modelLoadedAt sequence of the entry that recorded its load
/// @param parameters sampling and limits as they will be used, seed included
/// @param toolResults what tools answered since the model spoke last; part of the input too
/// @param inputCommitment keyed commitment to the input; the input itself is not recorded
public record IntentFacts(
        String requestId,
        String route,
        Actor actor,
        ModelFacts model,
        long modelLoadedAt,
        Map<String, String> parameters,
        List<ToolCommitment> toolResults,
        Bytes inputCommitment) {
    public IntentFacts {
        parameters = Map.copyOf(parameters);
        toolResults = List.copyOf(toolResults);
    }

    /// One to which no tool answered anything.
    public IntentFacts(
            String requestId,
            String route,
            Actor actor,
            ModelFacts model,
            long modelLoadedAt,
            Map<String, String> parameters,
            Bytes inputCommitment) {
        this(requestId, route, actor, model, modelLoadedAt, parameters, List.of(), inputCommitment);
    }
}
