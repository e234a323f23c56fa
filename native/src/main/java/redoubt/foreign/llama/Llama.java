package redoubt.foreign.llama;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/// The opened llama.cpp libraries of this process, with exactly one CPU back end. One per process,
/// because the libraries keep their list of back ends for ever. May be used by any thread.
public final class Llama {
    private static final String VARIANT_PREFIX = "libggml-cpu-";
    private static final AtomicBoolean OPENED = new AtomicBoolean();

    private final LlamaLibrary library;
    private final ShimLibrary shim;
    private final String cpuVariant;

    private Llama(LlamaLibrary library, ShimLibrary shim, String cpuVariant) {
        this.library = library;
        this.shim = shim;
        this.cpuVariant = cpuVariant;
    }

    /// Opens the libraries in `dir` (made by `native/build`) and loads exactly the back end
    /// `cpuVariant`.
    ///
    /// @throws NativeException when the folder is not such a folder, holds another version, or
    ///   lacks the variant
    public static Llama open(Path dir, String cpuVariant) {
        Path folder = dir.toAbsolutePath();
        Path backend = folder.resolve(VARIANT_PREFIX + cpuVariant + ".so");
        for (Path file :
                List.of(
                        folder.resolve("libggml.so"),
                        folder.resolve("libllama.so"),
                        folder.resolve("libredoubt_llama.so"),
                        backend)) {
            if (!Files.isRegularFile(file)) {
                throw new NativeException(
                        "The native library %s is missing from %s. Build it with native/build."
                                .formatted(file.getFileName(), folder));
            }
        }
        if (!OPENED.compareAndSet(false, true)) {
            throw new IllegalStateException("llama.cpp is opened once in a process");
        }
        LlamaLibrary library = opened(() -> new LlamaLibrary(folder));
        ShimLibrary shim = opened(() -> new ShimLibrary(folder));
        check(
                CText.read(shim.build.call()),
                CText.read(library.version.call()),
                CText.read(shim.layouts.call()));
        shim.logToStderr.call();
        library.backendInit.call();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment loaded = library.backendLoad.call(CText.of(backend.toString(), arena));
            if (loaded.equals(MemorySegment.NULL)) {
                throw new NativeException(
                        "The CPU back end %s does not run on this processor. Choose another variant."
                                .formatted(cpuVariant));
            }
        }
        return new Llama(library, shim, cpuVariant);
    }

    /// The CPU variants in `dir` that this processor claims to run, best first in ggml's own order.
    /// Nothing is computed with them: a processor may claim what it then refuses, which is why they
    /// are probed.
    ///
    /// @throws NativeException when the folder cannot be read or holds no variant
    public static List<String> cpuVariants(Path dir) {
        record Scored(String name, int score) {}
        List<Scored> variants = new ArrayList<>();
        try (Stream<Path> files = Files.list(dir.toAbsolutePath())) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.startsWith(VARIANT_PREFIX) && name.endsWith(".so")) {
                    String variant = name.substring(VARIANT_PREFIX.length(), name.length() - 3);
                    score(file)
                            .filter(s -> s > 0)
                            .ifPresent(s -> variants.add(new Scored(variant, s)));
                }
            }
        } catch (IOException failure) {
            throw new NativeException(
                    "The folder of native libraries %s cannot be read. Build it with native/build."
                            .formatted(dir),
                    failure);
        }
        if (variants.isEmpty()) {
            throw new NativeException(
                    "There is no CPU back end for this processor in %s. Build it with native/build."
                            .formatted(dir));
        }
        return variants.stream()
                .sorted(
                        Comparator.comparingInt(Scored::score)
                                .reversed()
                                .thenComparing(Scored::name))
                .map(Scored::name)
                .toList();
    }

    /// The release of llama.cpp, e.g. `0.5.0`.
    public String version() {
        return CText.read(library.version.call());
    }

    /// The CPU back end that was loaded.
    public String cpuVariant() {
        return cpuVariant;
    }

    /// What llama.cpp says about the processor features in use, for a log.
    public String systemInformation() {
        return CText.read(library.systemInformation.call());
    }

    /// Loads a model file, with its further parts when it is split. Blocks for as long as the disk
    /// takes.
    ///
    /// @throws NativeException when there is no such file or llama.cpp cannot load it
    public LlamaModel load(Path gguf, ModelOptions options) {
        return LlamaModel.load(library, shim, gguf, options);
    }

    @SuppressWarnings("restricted") // asks a library for its score, computes nothing
    private static Optional<Integer> score(Path backend) {
        try (Arena arena = Arena.ofConfined()) {
            Optional<MemorySegment> function =
                    SymbolLookup.libraryLookup(backend, arena).find("ggml_backend_score");
            if (function.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(
                    (int)
                            Linker.nativeLinker()
                                    .downcallHandle(
                                            function.get(),
                                            FunctionDescriptor.of(ValueLayout.JAVA_INT))
                                    .invokeExact());
        } catch (IllegalArgumentException unloadable) {
            return Optional.empty();
        } catch (Throwable failure) {
            throw new AssertionError("ggml_backend_score", failure);
        }
    }

    private interface Opening<T> {
        T open();
    }

    private static <T> T opened(Opening<T> library) {
        try {
            return library.open();
        } catch (IllegalArgumentException failure) {
            throw new NativeException(
                    "A native library could not be opened (%s). Build the libraries again with native/build."
                            .formatted(failure.getMessage()),
                    failure);
        }
    }

    static void check(String build, String version, String layouts) {
        if (!build.equals(ShimLibrary.BUILD) || !build.endsWith(" " + version)) {
            throw new NativeException(
                    ("The native libraries are llama.cpp %s with shim \"%s\", but this program was"
                                    + " written for \"%s\". Build them again with native/build.")
                            .formatted(version, build, ShimLibrary.BUILD));
        }
        if (!layouts.equals(Structs.describe())) {
            throw new NativeException(
                    "The native libraries lay out their structs differently than this program expects."
                            + " Build them again with native/build.");
        }
    }
}
