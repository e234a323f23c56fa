package redoubt.appliance.api.page;

import redoubt.appliance.answers.AnswerTrace;
import redoubt.appliance.answers.Traces;
import redoubt.appliance.http.Exchange;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.http.StrictJson;
import redoubt.appliance.identity.Permission;
import redoubt.appliance.identity.Principal;

/// Where the time of an answer went, for whoever asked and for administrators.
public final class TracesApi {
    private final Traces traces;

    public TracesApi(Traces traces) {
        this.traces = traces;
    }

    public void show(Exchange exchange) {
        Principal principal = exchange.principal();
        AnswerTrace trace =
                traces.of(exchange.part("id"))
                        .filter(found ->
                                found.owner().equals(principal.id())
                                        || principal.may(Permission.ADMINISTER_MODELS))
                        .orElseThrow(() ->
                                RefusedException.notFound(
                                        "trace_not_found",
                                        "There is no profile of such an answer that you may see. Profiles are kept for the last answers only, and not over a restart."));
        exchange.file(
                "application/json; charset=utf-8",
                "answer-" + trace.outputId().substring(0, 8) + ".trace.json",
                StrictJson.bytes(trace.chrome()));
    }
}
