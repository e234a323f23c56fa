package redoubt.foreign.c2pa;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/// Settings and trust anchors, with which manifests are read and checked.
///
/// Owns one native context; close frees it after the calls in flight have ended. Any thread: each
/// call makes its own reader and stream.
public final class ReadingContext implements AutoCloseable {
    private final Bindings bindings;
    private final ReentrantReadWriteLock lifetime = new ReentrantReadWriteLock();
    private MemorySegment context;

    private ReadingContext(Bindings bindings, MemorySegment context) {
        this.bindings = bindings;
        this.context = context;
    }

    static ReadingContext of(Bindings bindings, String settingsJson) throws C2paException {
        return new ReadingContext(
                bindings, Contexts.make(bindings, settingsJson, MemorySegment.NULL));
    }

    /// Reads and checks, and gives the library's report.
    ///
    /// @param format media type of the asset
    /// @param manifest the manifest store when it is not inside the asset
    /// @return the report as JSON; it must be read, for a manifest that does not hold is reported
    ///   too
    /// @throws C2paException when there is no manifest, or it cannot be read at all
    public String read(String format, byte[] asset, byte @Nullable [] manifest)
            throws C2paException {
        lifetime.readLock().lock();
        try (Arena arena = Arena.ofConfined();
                ByteStream stream = new ByteStream(bindings, asset)) {
            if (Bindings.isNull(context)) {
                throw new IllegalStateException("the reading context is closed");
            }
            MemorySegment fresh = bindings.readerFromContext(context);
            if (Bindings.isNull(fresh)) {
                throw Contexts.failure(bindings, "made a reader");
            }
            MemorySegment type = arena.allocateFrom(format);
            MemorySegment reader =
                    manifest == null
                            ? bindings.readerWithStream(fresh, type, stream.pointer())
                            : bindings.readerWithManifest(
                                    fresh,
                                    type,
                                    stream.pointer(),
                                    arena.allocateFrom(JAVA_BYTE, manifest));
            if (Bindings.isNull(reader)) {
                throw Contexts.failure(bindings, "read the manifest");
            }
            try {
                String json = bindings.takeString(bindings.readerJson(reader));
                if (json.isEmpty()) {
                    throw Contexts.failure(bindings, "reported on the manifest");
                }
                return json;
            } finally {
                bindings.free(reader);
            }
        } finally {
            lifetime.readLock().unlock();
        }
    }

    @Override
    public void close() {
        lifetime.writeLock().lock();
        try {
            bindings.free(context);
            context = MemorySegment.NULL;
        } finally {
            lifetime.writeLock().unlock();
        }
    }
}
