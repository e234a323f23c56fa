package redoubt.foreign.c2pa;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/// The functions of libredoubt_c2pa.so that we call, one typed method each. Only those that take a
/// context: the older ones are announced for removal.
///
/// Owns no native object. Any thread; the last error belongs to the thread that failed, so {@link
/// #lastError} must be called right after, on the same one. Source: c2pa-c-ffi 0.91.4.
@SuppressWarnings("restricted") // this module is where native access lives
final class Bindings {
    private static final long STRING_BYTES_MAX = 64L << 20;

    private final SymbolLookup lookup;
    private final MethodHandle version;
    private final MethodHandle error;
    private final MethodHandle free;
    private final MethodHandle settingsNew;
    private final MethodHandle settingsUpdate;
    private final MethodHandle contextBuilderNew;
    private final MethodHandle contextBuilderSetSettings;
    private final MethodHandle contextBuilderSetSigner;
    private final MethodHandle contextBuilderBuild;
    private final MethodHandle signerCreate;
    private final MethodHandle builderFromContext;
    private final MethodHandle builderWithDefinition;
    private final MethodHandle builderSignEmbeddable;
    private final MethodHandle readerFromContext;
    private final MethodHandle readerWithStream;
    private final MethodHandle readerWithManifest;
    private final MethodHandle readerJson;
    private final MethodHandle createStream;
    private final MethodHandle releaseStream;

    Bindings(Path library) {
        lookup = SymbolLookup.libraryLookup(library, Arena.global());
        version = handle("c2pa_version", ADDRESS);
        error = handle("c2pa_error", ADDRESS);
        free = handle("c2pa_free", JAVA_INT, ADDRESS);
        settingsNew = handle("c2pa_settings_new", ADDRESS);
        settingsUpdate =
                handle("c2pa_settings_update_from_string", JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
        contextBuilderNew = handle("c2pa_context_builder_new", ADDRESS);
        contextBuilderSetSettings =
                handle("c2pa_context_builder_set_settings", JAVA_INT, ADDRESS, ADDRESS);
        contextBuilderSetSigner =
                handle("c2pa_context_builder_set_signer", JAVA_INT, ADDRESS, ADDRESS);
        contextBuilderBuild = handle("c2pa_context_builder_build", ADDRESS, ADDRESS);
        signerCreate =
                handle("c2pa_signer_create", ADDRESS, ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS);
        builderFromContext = handle("c2pa_builder_from_context", ADDRESS, ADDRESS);
        builderWithDefinition = handle("c2pa_builder_with_definition", ADDRESS, ADDRESS, ADDRESS);
        builderSignEmbeddable =
                handle("c2pa_builder_sign_embeddable", JAVA_LONG, ADDRESS, ADDRESS, ADDRESS);
        readerFromContext = handle("c2pa_reader_from_context", ADDRESS, ADDRESS);
        readerWithStream = handle("c2pa_reader_with_stream", ADDRESS, ADDRESS, ADDRESS, ADDRESS);
        readerWithManifest =
                handle(
                        "c2pa_reader_with_manifest_data_and_stream",
                        ADDRESS,
                        ADDRESS,
                        ADDRESS,
                        ADDRESS,
                        ADDRESS,
                        JAVA_LONG);
        readerJson = handle("c2pa_reader_json", ADDRESS, ADDRESS);
        createStream =
                handle("c2pa_create_stream", ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
        releaseStream =
                Linker.nativeLinker()
                        .downcallHandle(
                                lookup.findOrThrow("c2pa_release_stream"),
                                FunctionDescriptor.ofVoid(ADDRESS));
    }

    private MethodHandle handle(String name, MemoryLayout result, MemoryLayout... arguments) {
        return Linker.nativeLinker()
                .downcallHandle(lookup.findOrThrow(name), FunctionDescriptor.of(result, arguments));
    }

    String version() {
        return takeString(address(version));
    }

    /// What the library says about the failure that this thread has just met.
    String lastError() {
        return takeString(address(error));
    }

    void free(MemorySegment object) {
        if (!isNull(object)) {
            try {
                int ignored = (int) free.invokeExact(object);
            } catch (Throwable e) {
                throw broken(e);
            }
        }
    }

    MemorySegment settingsNew() {
        return address(settingsNew);
    }

    int settingsUpdate(MemorySegment settings, MemorySegment text, MemorySegment format) {
        try {
            return (int) settingsUpdate.invokeExact(settings, text, format);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    MemorySegment contextBuilderNew() {
        return address(contextBuilderNew);
    }

    int contextBuilderSetSettings(MemorySegment builder, MemorySegment settings) {
        try {
            return (int) contextBuilderSetSettings.invokeExact(builder, settings);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    /// Takes the signer over, whether it succeeds or not.
    int contextBuilderSetSigner(MemorySegment builder, MemorySegment signer) {
        try {
            return (int) contextBuilderSetSigner.invokeExact(builder, signer);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    /// Consumes the builder.
    MemorySegment contextBuilderBuild(MemorySegment builder) {
        return address(contextBuilderBuild, builder);
    }

    MemorySegment signerCreate(MemorySegment callback, int algorithm, MemorySegment certificates) {
        try {
            // No context pointer, and no time-stamp address: that one ignores the allow-list.
            return (MemorySegment)
                    signerCreate.invokeExact(
                            MemorySegment.NULL,
                            callback,
                            algorithm,
                            certificates,
                            MemorySegment.NULL);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    MemorySegment builderFromContext(MemorySegment context) {
        return address(builderFromContext, context);
    }

    /// Consumes the builder and gives another.
    MemorySegment builderWithDefinition(MemorySegment builder, MemorySegment json) {
        try {
            return (MemorySegment) builderWithDefinition.invokeExact(builder, json);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    /// Length of the manifest whose address goes to `out`, or -1.
    long builderSignEmbeddable(MemorySegment builder, MemorySegment format, MemorySegment out) {
        try {
            return (long) builderSignEmbeddable.invokeExact(builder, format, out);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    MemorySegment readerFromContext(MemorySegment context) {
        return address(readerFromContext, context);
    }

    /// Consumes the reader and gives another.
    MemorySegment readerWithStream(
            MemorySegment reader, MemorySegment format, MemorySegment stream) {
        try {
            return (MemorySegment) readerWithStream.invokeExact(reader, format, stream);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    /// Consumes the reader and gives another.
    MemorySegment readerWithManifest(
            MemorySegment reader,
            MemorySegment format,
            MemorySegment stream,
            MemorySegment manifest) {
        try {
            return (MemorySegment)
                    readerWithManifest.invokeExact(
                            reader, format, stream, manifest, manifest.byteSize());
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    MemorySegment readerJson(MemorySegment reader) {
        return address(readerJson, reader);
    }

    MemorySegment createStream(
            MemorySegment id,
            MemorySegment read,
            MemorySegment seek,
            MemorySegment write,
            MemorySegment flush) {
        try {
            return (MemorySegment) createStream.invokeExact(id, read, seek, write, flush);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    void releaseStream(MemorySegment stream) {
        try {
            releaseStream.invokeExact(stream);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    /// Copies a string that the library made, and frees it.
    String takeString(MemorySegment string) {
        if (isNull(string)) {
            return "";
        }
        try {
            return string.reinterpret(STRING_BYTES_MAX).getString(0);
        } finally {
            free(string);
        }
    }

    /// Copies bytes that the library made, and frees them.
    byte[] takeBytes(MemorySegment bytes, long length) {
        try {
            return bytes.reinterpret(length).toArray(JAVA_BYTE);
        } finally {
            free(bytes);
        }
    }

    static boolean isNull(MemorySegment pointer) {
        return pointer.address() == 0;
    }

    private static MemorySegment address(MethodHandle function) {
        try {
            return (MemorySegment) function.invokeExact();
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    private static MemorySegment address(MethodHandle function, MemorySegment argument) {
        try {
            return (MemorySegment) function.invokeExact(argument);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    /// A downcall itself throws nothing but what the linker throws for a bug of ours.
    private static AssertionError broken(Throwable e) {
        return new AssertionError("a call into the C2PA library went wrong", e);
    }
}
