package redoubt.appliance.parked;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import redoubt.appliance.site.Durable;
import redoubt.appliance.site.Secrets;
import redoubt.engine.client.EngineFacts;
import redoubt.engine.client.EngineProcess;

/// The parked states of all engines of a site, encrypted, in `parked/`: what people's prompts were
/// computed to, so that nobody computes them again after a restart. A cache: bounded, the least
/// recently used goes first, and all of it may be lost. Thread safe.
public final class ParkedFiles {
    private static final int KEY_BYTES = 32;

    private final Path folder;
    private final SecretKeySpec key;
    private final long bytesMax;
    private final InstantSource clock;
    private final Map<String, ParkedShelf> shelves = new HashMap<>();
    private final List<EngineProcess> engines = new CopyOnWriteArrayList<>();

    private ParkedFiles(Path folder, SecretKeySpec key, long bytesMax, InstantSource clock) {
        this.folder = folder;
        this.key = key;
        this.bytesMax = bytesMax;
        this.clock = clock;
    }

    /// Opens the folder. Without its key what it holds is worth nothing, and is removed.
    ///
    /// @param bytesMax most bytes that all states together may take
    public static ParkedFiles open(Path folder, Path keys, long bytesMax, InstantSource clock)
            throws IOException {
        Durable.folder(folder);
        Path file = keys.resolve("parked.key");
        byte[] key = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
        if (key.length != KEY_BYTES) {
            key = Secrets.bytes(KEY_BYTES);
            Durable.write(file, key);
        }
        return new ParkedFiles(folder, new SecretKeySpec(key, "AES"), bytesMax, clock);
    }

    /// Has an engine's states kept here while it runs.
    ///
    /// @param weightsSha256 measure of its weights
    public void keepFor(EngineProcess engine, String weightsSha256) throws IOException {
        EngineFacts facts = engine.ready();
        ParkedShelf shelf =
                shelf(
                        String.join(
                                "\n",
                                weightsSha256,
                                facts.libraryVersion(),
                                facts.cpuVariant(),
                                String.valueOf(facts.contextTokens()),
                                String.valueOf(facts.sequencesMax())));
        engines.add(engine);
        engine.onExit(_ -> engines.remove(engine));
        engine.parking().keepIn(shelf);
    }

    /// The shelf of this name.
    synchronized ParkedShelf shelf(String name) throws IOException {
        ParkedShelf shelf = shelves.get(name);
        if (shelf == null) {
            String hash = Secrets.hash(name);
            Path place = folder.resolve(hash.substring(0, 32));
            Durable.folder(place);
            shelf = new ParkedShelf(place, key, name, this);
            shelves.put(name, shelf);
        }
        return shelf;
    }

    /// Drops all that was computed of a tenant's texts: here, in the memory of the engines, and in
    /// their caches. Of models that are not loaded now it is not known whose a file is, so those go
    /// as a whole.
    public void forget(String tenant) throws IOException {
        List<ParkedShelf> known;
        synchronized (this) {
            known = List.copyOf(shelves.values());
            List<String> open = shelves.keySet().stream().map(ParkedFiles::folderName).toList();
            try (Stream<Path> all = Files.list(folder)) {
                for (Path place : all.toList())
                    if (!open.contains(String.valueOf(place.getFileName()))) remove(place);
            }
        }
        // The files go first, so that no engine is told of one again, and once more after the
        // engines, which may have been about to send one.
        for (ParkedShelf shelf : known) shelf.forget(tenant);
        engines.forEach(engine -> engine.parking().forget(tenant));
        for (ParkedShelf shelf : known) shelf.forget(tenant);
    }

    private static String folderName(String shelf) {
        return Secrets.hash(shelf).substring(0, 32);
    }

    private static void remove(Path place) throws IOException {
        try (Stream<Path> all = Files.walk(place)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList())
                Files.deleteIfExists(file);
        }
    }

    Instant now() {
        return clock.instant();
    }

    /// Removes what was used longest ago until so many bytes fit.
    ///
    /// @return false when they never will
    boolean makeRoom(long bytes) throws IOException {
        if (bytes > bytesMax) return false;
        record Kept(Path file, long bytes, Instant used) {}
        List<Kept> kept = new ArrayList<>();
        for (Path file : files()) {
            try {
                kept.add(
                        new Kept(
                                file,
                                Files.size(file),
                                Files.getLastModifiedTime(file).toInstant()));
            } catch (NoSuchFileException gone) {
                // Another engine's thread has moved or removed it.
            }
        }
        long total = kept.stream().mapToLong(Kept::bytes).sum();
        kept.sort(Comparator.comparing(Kept::used));
        for (Kept oldest : kept) {
            if (total + bytes <= bytesMax) break;
            // Whoever asks for it finds it gone, and computes it again.
            Files.deleteIfExists(oldest.file());
            total -= oldest.bytes();
        }
        return true;
    }

    private List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> places = Files.list(folder)) {
            for (Path place : places.toList())
                try (Stream<Path> inside = Files.list(place)) {
                    files.addAll(inside.toList());
                } catch (NoSuchFileException | NotDirectoryException gone) {
                    // Somebody was forgotten meanwhile.
                }
        }
        return files;
    }
}
