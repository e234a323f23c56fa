package redoubt.appliance.engines;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.record.SiteRecord;
import redoubt.engine.client.AdapterFacts;
import redoubt.engine.client.AdapterResult;
import redoubt.engine.client.AdapterUse;
import redoubt.engine.client.EngineProcess;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordException;

/// The LoRA adapters in one running engine. Each is measured and in the record before a request may
/// use it; they end with the engine. Thread safe; one load at a time.
public final class EngineAdapters {
    private final KnownModel model;
    private final EngineProcess engine;
    private final AdapterFolder folder;
    private final SiteRecord record;
    private final ReentrantLock changing = new ReentrantLock();
    private final Map<String, Loaded> loaded = new TreeMap<>();
    private final Set<String> refusalsNoted = new HashSet<>();

    /// @param entry sequence of its ADAPTER_LOADED entry
    public record Loaded(String sha256, long entry, AdapterFacts facts) {}

    EngineAdapters(
            KnownModel model, EngineProcess engine, AdapterFolder folder, SiteRecord record) {
        this.model = model;
        this.engine = engine;
        this.folder = folder;
        this.record = record;
    }

    /// Those that are loaded, by name.
    public Map<String, Loaded> loaded() {
        changing.lock();
        try {
            return Map.copyOf(loaded);
        } finally {
            changing.unlock();
        }
    }

    /// Makes sure that these can be used.
    ///
    /// @param onDemand whether one that is not loaded is loaded now
    /// @return SHA-256 of each, by name
    /// @throws RefusedException when one is not there, or does not fit
    Map<String, String> demand(List<AdapterUse> wanted, boolean onDemand)
            throws InterruptedException {
        TreeMap<String, String> measured = new TreeMap<>();
        if (wanted.isEmpty()) return measured;
        changing.lockInterruptibly();
        try {
            for (AdapterUse use : wanted) {
                @Nullable Loaded there = loaded.get(use.name());
                if (there == null && !onDemand)
                    throw RefusedException.unavailable(
                            "adapter_not_loaded",
                            "The adapter %s is not loaded, and here only an administrator loads adapters. Leave it out, or ask for it to be loaded."
                                    .formatted(use.name()));
                measured.put(use.name(), (there == null ? load(use.name()) : there).sha256());
            }
            return measured;
        } finally {
            changing.unlock();
        }
    }

    /// Loads an adapter, unless it is.
    public Loaded load(String name) throws InterruptedException {
        changing.lockInterruptibly();
        try {
            @Nullable Loaded there = loaded.get(name);
            if (there != null) return there;
            Path file = folder.adapters().get(name);
            if (file == null) throw unknown(name);
            try (Measuring measuring = Measuring.begin(List.of(file))) {
                return switch (engine.loadAdapter(name, file)) {
                    case AdapterResult.Loaded(AdapterFacts facts) ->
                            keep(name, same(measuring.finish().sha256(), facts), facts);
                    case AdapterResult.Refused refused -> throw refused(name, refused);
                    case AdapterResult.Unloaded _ ->
                            throw new AssertionError("an adapter was to be loaded");
                };
            }
        } catch (RecordException closed) {
            forget(name);
            throw SiteRecord.unavailable(closed);
        } catch (IOException unreadable) {
            forget(name);
            throw RefusedException.unavailable(
                    "adapter_unreadable",
                    "The adapter %s cannot be used: %s".formatted(name, unreadable.getMessage()));
        } finally {
            changing.unlock();
        }
    }

    private static String same(String measured, AdapterFacts facts) throws IOException {
        if (!facts.sha256().equals(measured))
            throw new IOException(
                    "its file was changed while it was loaded, so it is not known what was loaded. Leave the files of a running appliance alone, and ask again.");
        return measured;
    }

    private Loaded keep(String name, String sha256, AdapterFacts facts) throws RecordException {
        TreeMap<String, String> said = new TreeMap<>();
        said.put("own_name", facts.ownName());
        said.put("rank", String.valueOf(facts.rank()));
        said.put("matrices", String.valueOf(facts.matrices()));
        said.put("weight_bytes", String.valueOf(facts.weightBytes()));
        long entry =
                record.noteOwn(new Event.AdapterLoaded(model.id(), name, Bytes.ofHex(sha256), said))
                        .sequence();
        Loaded kept = new Loaded(sha256, entry, facts);
        loaded.put(name, kept);
        return kept;
    }

    // What is not in the record must not answer.
    private void forget(String name) throws InterruptedException {
        if (!loaded.containsKey(name)) {
            AdapterResult _ = engine.unloadAdapter(name);
        }
    }

    private RefusedException refused(String name, AdapterResult.Refused refused)
            throws RecordException {
        // Once for each reason: a request that is sent again and again must not fill the record.
        if (refusalsNoted.add(name + " " + refused.code()))
            record.noteOwn(
                    new Event.AdapterRefused(model.id(), name, refused.code(), refused.sentence()));
        return switch (refused.code()) {
            case "does_not_fit", "engine_died", "engine_silent", "native_failed" ->
                    RefusedException.unavailable(refused.code(), refused.sentence());
            default -> RefusedException.invalid(refused.code(), "lora", refused.sentence());
        };
    }

    /// Takes an adapter away; those that began with it go on.
    public void unload(String name, String why) throws InterruptedException {
        changing.lockInterruptibly();
        try {
            if (!loaded.containsKey(name)) throw unknown(name);
            if (engine.unloadAdapter(name) instanceof AdapterResult.Refused refused)
                throw RefusedException.unavailable(refused.code(), refused.sentence());
            loaded.remove(name);
            record.noteOwn(new Event.AdapterUnloaded(model.id(), name, why));
        } catch (RecordException closed) {
            throw SiteRecord.unavailable(closed);
        } finally {
            changing.unlock();
        }
    }

    private RefusedException unknown(String name) {
        return RefusedException.invalid(
                "adapter_not_found",
                "lora",
                "There is no adapter '%s' for the model %s. Leave it out, or have its GGUF file put into the folder of adapters."
                        .formatted(
                                name.length() > 100 ? name.substring(0, 100) : name, model.id()));
    }
}
