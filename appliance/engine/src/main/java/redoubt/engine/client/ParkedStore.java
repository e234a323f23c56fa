package redoubt.engine.client;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Where an engine's parked states outlive it. The engine has no files and no keys, so whoever
/// starts it keeps them: encrypted, bounded, and only for the same weights and the same build. All
/// methods are called by one thread for one engine, and may take the time that a disk takes.
public interface ParkedStore {
    /// Most bytes of a state that go in one message.
    int PART_BYTES = 1 << 20;

    /// What was kept by earlier engines of the same kind, the most recently used first.
    List<ParkedState> kept();

    /// Begins to keep a state; empty when there is no room for it.
    Optional<Keeping> keep(ParkedState state) throws IOException;

    /// A part of a state; empty when it is gone, or damaged, and then it is dropped.
    Optional<byte[]> part(long number, long offset);

    /// Drops a state.
    void drop(long number);

    /// A state on its way in. Without [#done] nothing is kept.
    interface Keeping extends AutoCloseable {
        void part(byte[] bytes) throws IOException;

        void done() throws IOException;

        @Override
        void close();
    }

    /// Keeps nothing.
    static ParkedStore none() {
        return new ParkedStore() {
            @Override
            public List<ParkedState> kept() {
                return List.of();
            }

            @Override
            public Optional<Keeping> keep(ParkedState state) {
                return Optional.empty();
            }

            @Override
            public Optional<byte[]> part(long number, long offset) {
                return Optional.empty();
            }

            @Override
            public void drop(long number) {}
        };
    }
}
