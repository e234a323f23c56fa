package redoubt.appliance.api.page;

import com.fasterxml.jackson.databind.node.ObjectNode;
import redoubt.appliance.engines.EngineState;
import redoubt.appliance.engines.EngineSupervisor;
import redoubt.appliance.http.Exchange;
import redoubt.appliance.http.StrictJson;

/// The models that the page offers, and how each is.
public final class ModelsApi {
    private final EngineSupervisor engines;

    public ModelsApi(EngineSupervisor engines) {
        this.engines = engines;
    }

    public void list(Exchange exchange) {
        EngineState state = engines.state();
        ObjectNode body = StrictJson.MAPPER.createObjectNode();
        ObjectNode model =
                body.putArray("models")
                        .addObject()
                        .put("id", engines.source().id())
                        .put("state", word(state))
                        .put("note", state.sentence());
        if (state instanceof EngineState.Ready ready)
            model.put("name", ready.model().name())
                    .put("contextTokens", ready.model().facts().contextTokens())
                    .put("quantisation", ready.model().facts().quantisation());
        else
            model.put("name", engines.source().id())
                    .put("contextTokens", 0)
                    .put("quantisation", "");
        exchange.json(200, body);
    }

    static String word(EngineState state) {
        return switch (state) {
            case EngineState.Loading _ -> "loading";
            case EngineState.Ready _ -> "ready";
            case EngineState.Refused _ -> "refused";
            case EngineState.Down _ -> "down";
            case EngineState.Stopped _ -> "stopped";
        };
    }
}
