package redoubt.appliance.api.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import redoubt.appliance.engines.EngineState;
import redoubt.appliance.engines.Engines;
import redoubt.appliance.engines.ModelStatus;
import redoubt.appliance.http.Exchange;
import redoubt.appliance.http.StrictJson;

/// The models that a request can name, as OpenAI lists them. Source: OpenAI's API reference,
/// models.
public final class ModelsApi {
    private final Engines engines;

    public ModelsApi(Engines engines) {
        this.engines = engines;
    }

    public void list(Exchange exchange) {
        ArrayNode data = StrictJson.MAPPER.createArrayNode();
        engines.all().forEach(model -> data.add(model(model)));
        ObjectNode list = StrictJson.MAPPER.createObjectNode().put("object", "list");
        list.set("data", data);
        exchange.json(200, list);
    }

    public void show(Exchange exchange) {
        exchange.json(200, model(engines.known(exchange.part("id"))));
    }

    private static ObjectNode model(ModelStatus known) {
        ObjectNode model =
                StrictJson.MAPPER
                        .createObjectNode()
                        .put("id", known.id())
                        .put("object", "model")
                        .put("created", 0)
                        .put("owned_by", "site");
        ObjectNode facts =
                model.putObject("redoubt")
                        .put("state", known.state().word())
                        .put("standard", known.standard());
        if (known.state() instanceof EngineState.Ready ready)
            facts.put("name", ready.model().name())
                    .put("sha256", ready.model().sha256())
                    .put("context_tokens", ready.model().facts().contextTokens())
                    .put("quantisation", ready.model().facts().quantisation());
        return model;
    }
}
