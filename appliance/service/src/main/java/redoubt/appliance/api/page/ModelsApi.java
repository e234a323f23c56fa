package redoubt.appliance.api.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import redoubt.appliance.engines.EngineState;
import redoubt.appliance.engines.Engines;
import redoubt.appliance.engines.ModelStatus;
import redoubt.appliance.http.Exchange;
import redoubt.appliance.http.StrictJson;

/// The models that the page offers, and how each is.
public final class ModelsApi {
    private final Engines engines;

    public ModelsApi(Engines engines) {
        this.engines = engines;
    }

    public void list(Exchange exchange) {
        ObjectNode body = StrictJson.MAPPER.createObjectNode();
        ArrayNode models = body.putArray("models");
        engines.all().forEach(model -> add(models, model));
        exchange.json(200, body);
    }

    private static void add(ArrayNode models, ModelStatus status) {
        EngineState state = status.state();
        ObjectNode model =
                models.addObject()
                        .put("id", status.id())
                        .put("state", state.word())
                        .put("note", state.sentence())
                        .put("standard", status.standard())
                        .put("pinned", status.choice().pinned());
        if (state instanceof EngineState.Ready ready)
            model.put("name", ready.model().name())
                    .put("contextTokens", ready.model().facts().contextTokens())
                    .put("quantisation", ready.model().facts().quantisation());
        else model.put("name", status.id()).put("contextTokens", 0).put("quantisation", "");
    }
}
