package redoubt.foreign.llama;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/// The few C functions behind [MatrixProduct]. The libraries stay open until the process ends: they
/// start threads of their own, which nothing could outlive safely.
@SuppressWarnings("restricted")
final class ProbeBindings {
    private static final Linker LINKER = Linker.nativeLinker();

    private final MethodHandle load;
    private final MethodHandle product;

    private ProbeBindings(MethodHandle load, MethodHandle product) {
        this.load = load;
        this.product = product;
    }

    /// Opens ggml and the shim of `dir`.
    static ProbeBindings open(Path dir) {
        SymbolLookup ggml = library(dir.resolve("libggml.so"));
        SymbolLookup shim = library(dir.resolve("libredoubt_llama.so"));
        return new ProbeBindings(
                LINKER.downcallHandle(
                        ggml.findOrThrow("ggml_backend_load"),
                        FunctionDescriptor.of(ADDRESS, ADDRESS)),
                LINKER.downcallHandle(
                        shim.findOrThrow("redoubt_probe_product"),
                        FunctionDescriptor.of(
                                JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                                JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS,
                                ADDRESS, JAVA_LONG)));
    }

    /// How much of the processor a back end claims to use; 0 where it cannot run on this one.
    static int score(Path backEnd) {
        MethodHandle score =
                LINKER.downcallHandle(
                        library(backEnd).findOrThrow("ggml_backend_score"),
                        FunctionDescriptor.of(JAVA_INT));
        try {
            return (int) score.invokeExact();
        } catch (Throwable unexpected) {
            throw new AssertionError("ggml_backend_score threw", unexpected);
        }
    }

    /// Loads a back end; false where ggml refuses it.
    boolean load(Path backEnd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment path = arena.allocateFrom(backEnd.toString());
            return !((MemorySegment) load.invokeExact(path)).equals(MemorySegment.NULL);
        } catch (Throwable unexpected) {
            throw new AssertionError("ggml_backend_load threw", unexpected);
        }
    }

    /// Runs `redoubt_probe_product`; see native/shim/probe.cpp.
    int product(
            MatrixProduct.Shape shape,
            MemorySegment pattern,
            MemorySegment activations,
            MemorySegment stored,
            MemorySegment products,
            MemorySegment bestMs,
            MemorySegment text) {
        try {
            return (int)
                    product.invokeExact(
                            shape.typeCode(),
                            (long) shape.columns(),
                            (long) shape.outputs(),
                            (long) shape.rows(),
                            (long) shape.patternRows(),
                            shape.threads(),
                            shape.repeats(),
                            pattern,
                            activations,
                            stored,
                            products,
                            bestMs,
                            text,
                            text.byteSize());
        } catch (Throwable unexpected) {
            throw new AssertionError("redoubt_probe_product threw", unexpected);
        }
    }

    private static SymbolLookup library(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new NativeException(
                    "%s is missing, so no model can be computed here. Build the native libraries again with native/build."
                            .formatted(file.getFileName()));
        }
        try {
            return SymbolLookup.libraryLookup(file, Arena.global());
        } catch (IllegalArgumentException refused) {
            throw new NativeException(
                    "%s cannot be opened on this system (%s). Build the native libraries again on it."
                            .formatted(file.getFileName(), refused.getMessage()),
                    refused);
        }
    }
}
