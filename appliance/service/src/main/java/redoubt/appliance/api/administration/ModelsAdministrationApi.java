package redoubt.appliance.api.administration;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.engines.EngineState;
import redoubt.appliance.engines.Engines;
import redoubt.appliance.engines.LoadedModel;
import redoubt.appliance.engines.ModelSettings;
import redoubt.appliance.engines.ModelStatus;
import redoubt.appliance.engines.Unload;
import redoubt.appliance.http.Exchange;
import redoubt.appliance.http.Fields;
import redoubt.appliance.http.StrictJson;
import redoubt.appliance.record.SiteRecord;
import redoubt.provenance.record.Event;

/// Models: what each would need and holds; loaded, unloaded, pinned; and what the site decided
/// about them all. A load or unload is begun here, and its state says how it comes out. Source:
/// docs/models.md.
public final class ModelsAdministrationApi {
    private static final int MEMORY_MIB_MAX = 64 * 1024 * 1024;
    private static final int IDLE_MINUTES_MAX = 525_600;
    private static final int IDENTIFIER_CHARACTERS_MAX = 200;

    private final Engines engines;
    private final SiteRecord record;

    public ModelsAdministrationApi(Engines engines, SiteRecord record) {
        this.engines = engines;
        this.record = record;
    }

    public void plan(Exchange exchange) throws IOException {
        exchange.json(200, plan());
    }

    private ObjectNode plan() throws IOException {
        ObjectNode body = StrictJson.MAPPER.createObjectNode();
        ModelSettings settings = engines.settings();
        body.putObject("settings")
                .put("loadOnDemand", settings.loadOnDemand())
                .put("makeRoom", settings.makeRoom())
                .put("memoryMib", settings.memoryMib());
        body.put("plannedBytes", engines.plannedBytes());
        ArrayNode models = body.putArray("models");
        for (ModelStatus model : engines.all()) models.add(json(model));
        return body;
    }

    private ObjectNode json(ModelStatus status) throws IOException {
        ObjectNode json =
                StrictJson.MAPPER
                        .createObjectNode()
                        .put("id", status.id())
                        .put("file", String.valueOf(status.model().file().getFileName()))
                        .put("state", status.state().word())
                        .put("note", status.state().sentence())
                        .put("standard", status.standard())
                        .put("pinned", status.choice().pinned())
                        .put("idleMinutes", status.choice().idleMinutes())
                        .put("draft", status.choice().draft())
                        .put("answering", status.answering())
                        .put("idleSeconds", status.idleSeconds());
        if (Files.isRegularFile(status.model().file()))
            json.put("fileBytes", Files.size(status.model().file()));
        switch (status.state()) {
            case EngineState.Ready ready -> loaded(json, ready.model());
            case EngineState.Draining draining -> loaded(json, draining.model());
            case EngineState.Unloaded _, EngineState.Refused _ ->
                    json.put("verdict", engines.forecast(status.model()));
            case EngineState.Loading _, EngineState.Down _, EngineState.Stopped _ -> {}
        }
        json.set("adapters", AdaptersApi.list(engines, status));
        return json;
    }

    private static void loaded(ObjectNode json, LoadedModel model) {
        json.put("name", model.name())
                .put("sha256", model.sha256())
                .put("entry", model.loadedAt())
                .put("plannedBytes", model.plannedBytes())
                .put("verdict", model.facts().memoryPlan())
                .put("architecture", model.facts().architecture())
                .put("quantisation", model.facts().quantisation())
                .put("contextTokens", model.facts().contextTokens())
                .put("loadMs", model.facts().loadMs());
        LoadedModel.Draft draft = model.draft();
        if (draft != null)
            json.putObject("guessing").put("id", draft.id()).put("sha256", draft.sha256());
    }

    public void settings(Exchange exchange) throws IOException {
        Fields fields = exchange.fields();
        var onDemand = fields.flag("loadOnDemand");
        var makeRoom = fields.flag("makeRoom");
        var memory = fields.whole("memoryMib", 0, MEMORY_MIB_MAX).map(Math::toIntExact);
        fields.end();
        ModelSettings now = engines.settings();
        note(
                exchange,
                "models: load on demand %s, make room %s, memory %d MiB"
                        .formatted(
                                onDemand.orElse(now.loadOnDemand()),
                                makeRoom.orElse(now.makeRoom()),
                                memory.orElse(now.memoryMib())));
        engines.decide(was ->
                new ModelSettings(
                        onDemand.orElse(was.loadOnDemand()),
                        makeRoom.orElse(was.makeRoom()),
                        memory.orElse(was.memoryMib()),
                        was.models()));
        exchange.json(200, plan());
    }

    public void change(Exchange exchange) throws IOException {
        ModelStatus model = engines.known(exchange.part("id"));
        Fields fields = exchange.fields();
        var pinned = fields.flag("pinned");
        var idle = fields.whole("idleMinutes", 0, IDLE_MINUTES_MAX).map(Math::toIntExact);
        String draft = draft(fields, model);
        fields.end();
        ModelSettings.Choice wanted =
                new ModelSettings.Choice(
                        pinned.orElse(model.choice().pinned()),
                        idle.orElse(model.choice().idleMinutes()),
                        draft);
        note(
                exchange,
                "model %s: pinned %s, unloaded after %d idle minutes, draft %s"
                        .formatted(
                                model.id(),
                                wanted.pinned(),
                                wanted.idleMinutes(),
                                draft == null ? "none" : draft));
        engines.decide(was -> was.with(model.id(), wanted));
        exchange.json(200, json(engines.known(model.id())));
    }

    public void load(Exchange exchange) throws IOException {
        ModelStatus model = engines.known(exchange.part("id"));
        Fields fields = exchange.fields();
        boolean asked = fields.flag("again").orElse(false);
        String draft = draft(fields, model);
        fields.end();
        ModelSettings.Choice was = model.choice();
        boolean other = !Objects.equals(draft, was.draft());
        boolean again = asked || other;
        note(
                exchange,
                "%s %s%s"
                        .formatted(
                                again ? "load again" : "load",
                                model.id(),
                                other ? ", draft " + (draft == null ? "none" : draft) : ""));
        if (other)
            engines.decide(settings ->
                    settings.with(
                            model.id(),
                            new ModelSettings.Choice(was.pinned(), was.idleMinutes(), draft)));
        engines.load(model.id(), again);
        exchange.json(202, json(engines.known(model.id())));
    }

    // The draft that is wanted: as it was where nothing is said, none where an empty text is.
    private @Nullable String draft(Fields fields, ModelStatus model) throws IOException {
        Optional<String> asked = fields.text("draft", IDENTIFIER_CHARACTERS_MAX);
        if (asked.isEmpty()) return model.choice().draft();
        if (asked.get().isEmpty()) return null;
        String draft = engines.known(asked.get()).id();
        engines.requireDraft(model.model(), draft);
        return draft;
    }

    public void unload(Exchange exchange) throws IOException {
        ModelStatus model = engines.known(exchange.part("id"));
        Fields fields = exchange.fields();
        Duration within =
                fields.whole("withinSeconds", 0, 3600)
                        .map(Duration::ofSeconds)
                        .orElse(Unload.USUAL);
        fields.end();
        note(exchange, "unload %s within %d s".formatted(model.id(), within.toSeconds()));
        engines.unload(model.id(), within);
        exchange.json(202, json(engines.known(model.id())));
    }

    /// Who decided it is in the record; what came of it is another entry, of the appliance's own.
    private void note(Exchange exchange, String what) {
        record.note(new Event.Administered("models", what), exchange.principal());
    }
}
