package redoubt.appliance.parked;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import redoubt.engine.client.ParkedState;
import redoubt.engine.client.ParkedStore;

/// The parked states of one model, build and shape of context: a folder of files. One that cannot
/// be read is removed, and its prompt computed again. Thread safe.
final class ParkedShelf implements ParkedStore {
    private static final String SUFFIX = ".state";

    private final Path folder;
    private final SecretKeySpec key;
    private final String name;
    private final ParkedFiles site;
    private final Map<Long, ParkedState> states = new HashMap<>();
    private final Set<Coming> underWay = new HashSet<>();

    ParkedShelf(Path folder, SecretKeySpec key, String name, ParkedFiles site) throws IOException {
        this.folder = folder;
        this.key = key;
        this.name = name;
        this.site = site;
        for (Path file : files()) load(file);
    }

    private void load(Path file) throws IOException {
        boolean good = false;
        try {
            ParkedState state = new ParkedFile(file, key, name).head();
            good = file(state.number()).equals(file);
            if (good) states.put(state.number(), state);
        } catch (IOException damaged) {
            // Removed below.
        }
        if (!good) Files.deleteIfExists(file);
    }

    @Override
    public synchronized List<ParkedState> kept() {
        List<ParkedState> all = new ArrayList<>(states.values());
        all.sort(Comparator.comparing((ParkedState state) -> used(state.number())).reversed());
        return all;
    }

    @Override
    public synchronized Optional<Keeping> keep(ParkedState state) throws IOException {
        if (!site.makeRoom(ParkedFile.diskBytes(state))) return Optional.empty();
        Keeping writing = new ParkedFile(file(state.number()), key, name).write(state);
        Coming coming = new Coming(state, writing);
        underWay.add(coming);
        return Optional.of(coming);
    }

    /// A state that is being written. One that is forgotten meanwhile never gets its name.
    private final class Coming implements Keeping {
        private final ParkedState state;
        private final Keeping writing;
        private volatile boolean forgotten;

        Coming(ParkedState state, Keeping writing) {
            this.state = state;
            this.writing = writing;
        }

        private void require() throws IOException {
            if (forgotten) throw new IOException("the state was forgotten meanwhile");
        }

        @Override
        public void part(byte[] bytes) throws IOException {
            require();
            writing.part(bytes);
        }

        @Override
        public void done() throws IOException {
            synchronized (ParkedShelf.this) {
                require();
                writing.done();
                states.put(state.number(), state);
            }
        }

        @Override
        public void close() {
            synchronized (ParkedShelf.this) {
                underWay.remove(this);
            }
            writing.close();
        }
    }

    @Override
    public synchronized Optional<byte[]> part(long number, long offset) {
        if (!states.containsKey(number)) return Optional.empty();
        Path file = file(number);
        try {
            byte[] part = new ParkedFile(file, key, name).part(offset);
            Files.setLastModifiedTime(file, FileTime.from(site.now()));
            return Optional.of(part);
        } catch (IOException damaged) {
            drop(number);
            return Optional.empty();
        }
    }

    @Override
    public synchronized void drop(long number) {
        states.remove(number);
        try {
            Files.deleteIfExists(file(number));
        } catch (IOException left) {
            // The bound or the next start removes it.
        }
    }

    /// Removes what is of this tenant, also what is being written.
    synchronized void forget(String tenant) throws IOException {
        for (Coming coming : underWay)
            if (coming.state.tenant().equals(tenant)) coming.forgotten = true;
        for (ParkedState state : List.copyOf(states.values()))
            if (state.tenant().equals(tenant)) {
                states.remove(state.number());
                Files.deleteIfExists(file(state.number()));
            }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    private FileTime used(long number) {
        try {
            return Files.getLastModifiedTime(file(number));
        } catch (IOException gone) {
            return FileTime.fromMillis(0);
        }
    }

    private Path file(long number) {
        return folder.resolve("%016x%s".formatted(number, SUFFIX));
    }
}
