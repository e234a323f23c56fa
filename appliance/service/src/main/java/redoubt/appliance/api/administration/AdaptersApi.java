package redoubt.appliance.api.administration;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import redoubt.appliance.engines.EngineAdapters;
import redoubt.appliance.engines.EngineState;
import redoubt.appliance.engines.Engines;
import redoubt.appliance.engines.ModelStatus;
import redoubt.appliance.http.Exchange;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.http.StrictJson;
import redoubt.appliance.record.SiteRecord;
import redoubt.hardware.AdapterHeader;
import redoubt.hardware.AdapterReading;
import redoubt.provenance.record.Event;

/// LoRA adapters: loaded into a model's engine and taken away again. Source: docs/models.md.
public final class AdaptersApi {
    private final Engines engines;
    private final SiteRecord record;

    public AdaptersApi(Engines engines, SiteRecord record) {
        this.engines = engines;
        this.record = record;
    }

    public void load(Exchange exchange) throws InterruptedException {
        exchange.fields().end();
        String adapter = exchange.part("adapter");
        EngineState.Ready ready = ready(exchange);
        note(exchange, "load adapter %s into %s".formatted(adapter, ready.model().id()));
        exchange.json(200, json(adapter, ready.adapters().load(adapter)));
    }

    public void unload(Exchange exchange) throws InterruptedException {
        exchange.fields().end();
        String adapter = exchange.part("adapter");
        EngineState.Ready ready = ready(exchange);
        note(exchange, "unload adapter %s of %s".formatted(adapter, ready.model().id()));
        ready.adapters().unload(adapter, "an administrator unloaded it");
        exchange.noContent();
    }

    private EngineState.Ready ready(Exchange exchange) {
        ModelStatus model = engines.known(exchange.part("id"));
        if (model.state() instanceof EngineState.Ready ready) return ready;
        throw RefusedException.conflict(
                "model_not_loaded",
                "The model %s is not loaded, so it has no adapters. Load it first."
                        .formatted(model.id()));
    }

    private void note(Exchange exchange, String what) {
        record.note(new Event.Administered("adapters", what), exchange.principal());
    }

    /// Those of one model: what fits, what is loaded, and why the others are refused.
    static ArrayNode list(Engines engines, ModelStatus status) throws IOException {
        ArrayNode list = StrictJson.MAPPER.createArrayNode();
        Map<String, EngineAdapters.Loaded> loaded =
                status.state() instanceof EngineState.Ready ready
                        ? ready.adapters().loaded()
                        : Map.of();
        for (var reading : engines.adapters(status.model()).entrySet()) {
            String name = reading.getKey();
            EngineAdapters.Loaded there = loaded.get(name);
            ObjectNode json =
                    there != null
                            ? json(name, there)
                            : StrictJson.MAPPER
                                    .createObjectNode()
                                    .put("name", name)
                                    .put("state", "unloaded");
            switch (reading.getValue()) {
                case AdapterHeader fits -> json.put("needsBytes", fits.needsBytes());
                case AdapterReading.Refused refused ->
                        json.put("state", "refused").put("note", refused.sentence());
            }
            list.add(json);
        }
        return list;
    }

    private static ObjectNode json(String name, EngineAdapters.Loaded loaded) {
        return StrictJson.MAPPER
                .createObjectNode()
                .put("name", name)
                .put("state", "ready")
                .put("sha256", loaded.sha256())
                .put("entry", loaded.entry())
                .put("note", loaded.facts().memoryVerdict());
    }
}
