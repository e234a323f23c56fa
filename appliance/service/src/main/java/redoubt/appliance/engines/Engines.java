package redoubt.appliance.engines;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.metrics.Metrics;
import redoubt.appliance.record.SiteRecord;
import redoubt.hardware.AdapterHeader;
import redoubt.hardware.AdapterReading;
import redoubt.hardware.GgufHeader;
import redoubt.hardware.Host;

/// The models that this appliance knows and the engines that answer with them: one process and one
/// keeping thread for each that is loaded. Thread safe.
public final class Engines implements AutoCloseable {
    /// The name that means the model which the appliance was started with; the record names the
    /// real one.
    public static final String DEFAULT = "default";

    /// How long a request waits for its model to be loaded.
    public static final Duration LOAD_WAIT = Duration.ofMinutes(2);

    private final ModelFolder folder;
    private final Path settingsFile;
    private final AdapterFolder adapters;
    private final Room room;
    private final MemoryLedger memory = new MemoryLedger(Path.of("/"));
    private final EngineParts parts;
    private final Map<Path, Engine> engines = new ConcurrentHashMap<>();
    private final KnownModel standard;
    private volatile ModelSettings settings;

    /// @param standard the file of the default model
    /// @param folder where the site's other models are
    /// @throws IOException when the administrators' settings cannot be read
    public Engines(
            Path standard,
            Path folder,
            EngineHome home,
            SiteRecord record,
            Metrics metrics,
            Consumer<String> progress)
            throws IOException {
        this.folder = new ModelFolder(folder, standard);
        this.settingsFile = folder.resolve("settings.json");
        this.adapters = new AdapterFolder(folder.resolve("adapters"));
        this.settings = ModelSettings.read(settingsFile);
        this.room = new Room(memory, this::settings, new Others());
        this.parts =
                new EngineParts(
                        home,
                        record,
                        metrics,
                        progress,
                        room,
                        this::settings,
                        new CoreShares(Host.detect(Path.of("/")).cores().usable()),
                        adapters,
                        this::named,
                        this::forgetRefusals);
        this.standard = models().getFirst();
    }

    /// Begins to load the default model, and those that are pinned.
    public void start() {
        for (ModelStatus model : all())
            if (model.standard() || model.choice().pinned())
                engine(model.model()).load("the appliance was started");
    }

    /// Waits until the first load of the default model has come out one way or the other.
    public void awaitFirstOutcome() throws InterruptedException {
        engine(standard).awaitOutcome();
    }

    /// How the default model is.
    public EngineState state() {
        return engine(standard).state();
    }

    /// All models, the default one first.
    public List<ModelStatus> all() {
        return models().stream().map(model -> engine(model).status()).toList();
    }

    public ModelSettings settings() {
        return settings;
    }

    /// What all engines together are planned to hold.
    public long plannedBytes() {
        return memory.plannedBytes();
    }

    /// The model that a request names.
    ///
    /// @throws RefusedException when there is none of this name
    public ModelStatus known(String asked) {
        return find(asked).status();
    }

    /// The engine of the model that a request names, held until it is closed. A model that is not
    /// loaded is loaded first if the settings allow it, which may take [#LOAD_WAIT].
    ///
    /// @param requestId names the request in the record if the engine dies
    /// @throws RefusedException when there is no such model, or it cannot answer now
    public EngineUse use(String asked, String requestId, Waiting waiting)
            throws InterruptedException {
        return find(asked).use(requestId, waiting, LOAD_WAIT);
    }

    /// The same for a caller who is told nothing while it waits.
    public EngineUse use(String asked, String requestId) throws InterruptedException {
        return use(asked, requestId, Waiting.quietly());
    }

    /// Begins to load a model; see [ModelStatus#state] for how it comes out.
    ///
    /// @param again whether one that is loaded is unloaded first, when its answers are finished
    public void load(String asked, boolean again) {
        Engine engine = find(asked);
        if (again && engine.state() instanceof EngineState.Ready)
            engine.unload(new Unload("an administrator had it loaded again", Unload.USUAL, true));
        else engine.load("an administrator asked for it");
    }

    /// Begins to unload a model. Answers under way are finished, within this time.
    public void unload(String asked, Duration within) {
        find(asked).unload(new Unload("an administrator unloaded it", within, false));
    }

    /// What the memory plan would say if the model were loaded now.
    ///
    /// @throws IOException when the file cannot be read
    public String forecast(KnownModel model) throws IOException {
        try {
            GgufHeader header = ModelLoading.header(model.file());
            Drafting draft = Drafting.of(model, header, parts);
            return room.forecast(
                    model.id(), header, ModelLoading.wanted(header).withDraft(draft.header()));
        } catch (RefusedModelException refused) {
            return String.valueOf(refused.getMessage());
        }
    }

    /// Makes sure that a model can guess for another.
    ///
    /// @throws RefusedException when it cannot, with why
    /// @throws IOException when a file cannot be read
    public void requireDraft(KnownModel model, String draft) throws IOException {
        try {
            Drafting _ = Drafting.of(find(draft).model(), ModelLoading.header(model.file()));
        } catch (RefusedModelException refused) {
            throw RefusedException.invalid(
                    refused.code(), "draft", String.valueOf(refused.getMessage()));
        }
    }

    /// The adapters that fit a model, and what is wrong with those that do not, by name.
    ///
    /// @throws IOException when a file cannot be read
    public Map<String, AdapterReading> adapters(KnownModel model) throws IOException {
        Map<String, AdapterReading> readings = new TreeMap<>();
        try {
            Map<String, Path> files = adapters.adapters();
            if (files.isEmpty()) return readings;
            GgufHeader header = ModelLoading.header(model.file());
            for (var file : files.entrySet())
                readings.put(file.getKey(), AdapterHeader.read(file.getValue(), header));
        } catch (RefusedModelException _) {
            // Whatever is wrong with the model is said of the model.
        }
        return readings;
    }

    /// Changes what the administrators decided, durably.
    public synchronized void decide(UnaryOperator<ModelSettings> change) throws IOException {
        ModelSettings changed = change.apply(settings);
        changed.write(settingsFile);
        settings = changed;
        forgetRefusals();
    }

    private void forgetRefusals() {
        engines.values().forEach(Engine::forgetRefusal);
    }

    private List<KnownModel> models() {
        try {
            return folder.models();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private Engine engine(KnownModel model) {
        return engines.computeIfAbsent(
                model.file(), _ -> new Engine(model, model.file().equals(standard.file()), parts));
    }

    private Optional<KnownModel> named(String id) {
        return models().stream().filter(model -> model.id().equals(id)).findFirst();
    }

    private Engine find(String asked) {
        List<KnownModel> models = models();
        if (asked.equals(DEFAULT)) return engine(models.getFirst());
        for (KnownModel model : models) if (model.id().equals(asked)) return engine(model);
        throw RefusedException.notFound(
                "model_not_found",
                "There is no model '%s' here. Take one of these: %s."
                        .formatted(
                                asked.length() > 100 ? asked.substring(0, 100) : asked,
                                models.stream()
                                        .map(KnownModel::id)
                                        .limit(20)
                                        .collect(Collectors.joining(", "))));
    }

    private final class Others implements Room.Others {
        @Override
        public List<Neighbour> loaded(String except) {
            List<Neighbour> loaded = new ArrayList<>();
            engines.values().stream()
                    .filter(engine -> !engine.model().id().equals(except))
                    .<@Nullable Neighbour>map(Engine::neighbour)
                    .filter(Objects::nonNull)
                    .forEach(loaded::add);
            return loaded;
        }

        @Override
        public boolean unloadIdle(String id, String why) throws InterruptedException {
            for (Engine engine : engines.values())
                if (engine.model().id().equals(id)) return engine.unloadIfIdle(why);
            return false;
        }
    }

    /// Ends all engines, and returns when nothing more will be noted about them.
    @Override
    public void close() {
        engines.values().forEach(Engine::close);
    }
}
