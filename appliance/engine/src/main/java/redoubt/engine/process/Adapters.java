package redoubt.engine.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import redoubt.engine.client.AdapterFacts;
import redoubt.engine.client.AdapterResult;
import redoubt.engine.client.AdapterUse;
import redoubt.foreign.llama.LlamaAdapter;
import redoubt.foreign.llama.LlamaModel;
import redoubt.foreign.llama.NativeException;
import redoubt.hardware.AdapterHeader;
import redoubt.hardware.AdapterReading;
import redoubt.hardware.GgufHeader;
import redoubt.hardware.Host;
import redoubt.hardware.MemoryVerdict;

/// The LoRA adapters of this process. A request holds those it names until its end, and only what
/// nobody holds is freed. Each load has an internal name of its own (`name#3`), under which the
/// steps know it: what was computed with one is never taken for another of the same name.
///
/// Names are looked up by the reading thread, files are read by a thread of their own, and native
/// code is entered by the step thread alone ([StepThread]), because llama.cpp walks its list of
/// adapters there. Everything is guarded by this object's lock, which is never held while native
/// code runs.
final class Adapters {
    /// Adapters that may be loaded at once.
    static final int LOADED_MAX = 64;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final int READ_BYTES = 1 << 20;

    private final LlamaModel model;
    private final GgufHeader header;
    private final long bytesMax;
    private final Map<String, Entry> byName = new TreeMap<>();
    private final Map<String, LlamaAdapter> byInternalName = new HashMap<>();
    private long bytes;
    private long loads;
    private volatile @Nullable StepThread steps;

    /// The thread that may enter native code.
    interface StepThread {
        /// Runs a task there, between two steps.
        void between(Runnable task);

        /// Switches all adapters off; called on it.
        void applyNone();
    }

    private static final class Entry {
        private final long load;
        private final String internalName;
        private final long bytes;
        private final String sha256;
        private int held;
        private boolean retired;

        Entry(long load, String name, long bytes, String sha256) {
            this.load = load;
            this.sha256 = sha256;
            this.bytes = bytes;
            this.internalName = name + "#" + load;
        }
    }

    /// What a request holds.
    ///
    /// @param uses by internal names, in the one order that this set of them always has
    record Held(List<AdapterUse> uses, List<Runnable> releases) {
        void release() {
            releases.forEach(Runnable::run);
        }
    }

    /// @param bytesMax memory for all of them together
    Adapters(LlamaModel model, GgufHeader header, long bytesMax) {
        this.model = model;
        this.header = header;
        this.bytesMax = bytesMax;
    }

    /// Names the thread, before the first request.
    void runOn(StepThread thread) {
        steps = thread;
    }

    private StepThread steps() {
        return Objects.requireNonNull(steps, "runOn comes first");
    }

    /// Holds what a request names. One at scale 0 is left out: it changes nothing.
    ///
    /// @throws IllegalArgumentException when one is not there, with a sentence that says which are
    synchronized Held hold(List<AdapterUse> asked) {
        record Found(Entry entry, float scale) {}
        List<Found> found = new ArrayList<>();
        for (AdapterUse use : asked) {
            Entry entry = byName.get(use.name());
            if (entry == null) {
                throw new IllegalArgumentException(unknown(use.name()));
            }
            if (!use.sha256().isEmpty() && !use.sha256().equals(entry.sha256)) {
                throw new IllegalArgumentException(
                        "The adapter '%s' was exchanged for another file while this request was on its way, so nothing was computed. Ask again to use the one that is there now."
                                .formatted(use.name()));
            }
            if (use.scale() != 0f) {
                found.add(new Found(entry, use.scale()));
            }
        }
        found.sort(Comparator.comparingLong(each -> each.entry().load));
        List<AdapterUse> uses = new ArrayList<>();
        List<Runnable> releases = new ArrayList<>();
        for (Found each : found) {
            each.entry().held++;
            uses.add(new AdapterUse(each.entry().internalName, each.scale()));
            releases.add(() -> release(each.entry()));
        }
        return new Held(uses, releases);
    }

    /// What llama.cpp is to apply. Step thread.
    ///
    /// @throws IllegalArgumentException when one is not there
    synchronized List<LlamaAdapter.Applied> applied(List<AdapterUse> uses) {
        return uses.stream()
                .map(use -> {
                    LlamaAdapter adapter = byInternalName.get(use.name());
                    if (adapter == null) {
                        throw new IllegalArgumentException(unknown(use.name()));
                    }
                    return new LlamaAdapter.Applied(adapter, use.scale());
                })
                .toList();
    }

    /// Checks a file, then has the step thread load it.
    void load(String name, Path file, Consumer<AdapterResult> answer) {
        try {
            if (!NAME.matcher(name).matches()) {
                answer.accept(
                        new AdapterResult.Refused(
                                "invalid_request",
                                "An adapter's name has 1 to 64 letters, digits, dots, hyphens and underscores, and begins with a letter or digit. Nothing was loaded. Choose another name."));
                return;
            }
            switch (AdapterHeader.read(file, header)) {
                case AdapterReading.Refused refused ->
                        answer.accept(
                                new AdapterResult.Refused("adapter_refused", refused.sentence()));
                case AdapterHeader adapter -> load(name, file, adapter, answer);
            }
        } catch (IOException unreadable) {
            answer.accept(
                    new AdapterResult.Refused(
                            "adapter_refused",
                            "The adapter file %s cannot be read (%s). Check that it is there and that the service may read it."
                                    .formatted(file.getFileName(), unreadable.getMessage())));
        }
    }

    private void load(String name, Path file, AdapterHeader adapter, Consumer<AdapterResult> answer)
            throws IOException {
        MemoryVerdict verdict = reserve(adapter);
        if (verdict instanceof MemoryVerdict.DoesNotFit not) {
            answer.accept(new AdapterResult.Refused("does_not_fit", not.sentence()));
            return;
        }
        String sha256;
        try {
            sha256 = readAhead(file);
        } catch (IOException unreadable) {
            giveBack(adapter.needsBytes());
            throw unreadable;
        }
        AdapterFacts facts =
                new AdapterFacts(
                        name,
                        adapter.name(),
                        adapter.rankMax(),
                        adapter.changes().size(),
                        adapter.weightBytes(),
                        verdict.sentence(),
                        sha256);
        steps().between(() -> {
            AdapterResult result = loadBetweenSteps(file, facts, adapter.needsBytes());
            if (result instanceof AdapterResult.Refused) {
                giveBack(adapter.needsBytes());
            }
            answer.accept(result);
        });
    }

    private synchronized MemoryVerdict reserve(AdapterHeader adapter) throws IOException {
        Host host = Host.detect(Path.of("/"));
        long room = Math.min(host.memory().availableBytes(), bytesMax - bytes);
        MemoryVerdict verdict = adapter.verdict(host.withAvailableMemory(Math.max(0, room)));
        bytes += verdict instanceof MemoryVerdict.Fits ? adapter.needsBytes() : 0;
        return verdict;
    }

    private synchronized void giveBack(long reserved) {
        bytes -= reserved;
    }

    // From memory the step thread reads it in no time; from a slow disk everybody would wait.
    private static String readAhead(Path file) throws IOException {
        MessageDigest digest = TokenizerDigest.newSha256();
        byte[] buffer = new byte[READ_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            int got = in.read(buffer);
            while (got >= 0) {
                digest.update(buffer, 0, got);
                got = in.read(buffer);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private AdapterResult loadBetweenSteps(Path file, AdapterFacts facts, long reserved) {
        synchronized (this) {
            if (byName.containsKey(facts.name())) {
                return new AdapterResult.Refused(
                        "name_taken",
                        "There is an adapter '%s' already, so nothing was loaded. Unload it first, or choose another name."
                                .formatted(facts.name()));
            }
            if (byInternalName.size() >= LOADED_MAX) {
                return new AdapterResult.Refused(
                        "too_many_adapters",
                        "%d adapters are loaded, which is the most. Nothing was loaded. Unload one first."
                                .formatted(LOADED_MAX));
            }
        }
        LlamaAdapter adapter;
        try {
            adapter = model.loadAdapter(file);
        } catch (NativeException failure) {
            return new AdapterResult.Refused("native_failed", String.valueOf(failure.getMessage()));
        }
        synchronized (this) {
            Entry entry = new Entry(++loads, facts.name(), reserved, facts.sha256());
            byName.put(facts.name(), entry);
            byInternalName.put(entry.internalName, adapter);
        }
        return new AdapterResult.Loaded(facts);
    }

    /// Takes a name away; on the reading thread, so that what comes later does not find it.
    synchronized AdapterResult unload(String name) {
        Entry entry = byName.remove(name);
        if (entry == null) {
            return new AdapterResult.Refused("unknown_adapter", unknown(name));
        }
        entry.retired = true;
        if (entry.held == 0) {
            steps().between(() -> free(entry));
        }
        return new AdapterResult.Unloaded(name, entry.held);
    }

    private synchronized void release(Entry entry) {
        entry.held--;
        if (entry.retired && entry.held == 0) {
            steps().between(() -> free(entry));
        }
    }

    private void free(Entry entry) {
        LlamaAdapter adapter;
        synchronized (this) {
            adapter = byInternalName.remove(entry.internalName);
        }
        if (adapter != null) {
            // It may still be switched on from the last step that used it.
            steps().applyNone();
            adapter.close();
            giveBack(entry.bytes);
        }
    }

    private String unknown(String name) {
        return byName.isEmpty()
                ? "There is no adapter '%s' here: none is loaded for this model. Leave it out, or have it loaded."
                        .formatted(name)
                : "There is no adapter '%s' here. Loaded for this model: %s. Name one of these, or have it loaded."
                        .formatted(name, String.join(", ", byName.keySet()));
    }
}
