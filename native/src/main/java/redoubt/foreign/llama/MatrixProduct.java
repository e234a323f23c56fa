package redoubt.foreign.llama;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// One CPU back end, loaded only to multiply matrices with it and see whether that works. It may
/// end the process with an illegal instruction, so it belongs into a child process that has nothing
/// to lose (redoubt.hardware starts one for each variant). Used by one platform thread.
public final class MatrixProduct {
    private static final String PREFIX = "libggml-cpu-";
    private static final String SUFFIX = ".so";
    private static final int TEXT_BYTES = 1024;

    private final ProbeBindings bindings;

    private MatrixProduct(ProbeBindings bindings) {
        this.bindings = bindings;
    }

    /// What is multiplied: `outputs` rows of weights, which repeat `patternRows` given ones, with
    /// `rows` rows of activations, each of `columns` numbers.
    ///
    /// @param typeCode ggml's number of the weights' format
    /// @param repeats runs that are timed, after one that is not
    public record Shape(
            int typeCode,
            int columns,
            int outputs,
            int rows,
            int patternRows,
            int threads,
            int repeats) {}

    /// What came of it.
    ///
    /// @param stored the pattern as the format holds it, `patternRows` x `columns`
    /// @param products `rows` x `outputs`
    /// @param bestMs milliseconds of the fastest run
    /// @param place where the back end put the weights, for example `CPU_REPACK`
    @SuppressWarnings("ArrayRecordComponent") // large, made once, compared by nobody
    public record Result(float[] stored, float[] products, double bestMs, String place) {}

    /// Names of the CPU variants in `dir`, in alphabetical order.
    public static List<String> variants(Path dir) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(dir, PREFIX + "*" + SUFFIX)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                names.add(name.substring(PREFIX.length(), name.length() - SUFFIX.length()));
            }
        }
        names.sort(null);
        return List.copyOf(names);
    }

    /// How much of what the processor claims to have the variant uses, in ggml's own order; 0 where
    /// it needs something else. Nothing is computed.
    public static int score(Path dir, String variant) {
        return ProbeBindings.score(file(dir, variant));
    }

    /// Loads exactly this variant's back end into this process.
    public static MatrixProduct open(Path dir, String variant) {
        ProbeBindings bindings = ProbeBindings.open(dir);
        if (!bindings.load(file(dir, variant))) {
            throw new NativeException(
                    "The CPU variant %s does not load on this host. Another one is used."
                            .formatted(variant));
        }
        return new MatrixProduct(bindings);
    }

    /// Multiplies, and says how long it took.
    public Result compute(Shape shape, float[] pattern, float[] activations) {
        if (pattern.length != shape.patternRows() * shape.columns()
                || activations.length != shape.rows() * shape.columns()) {
            throw new IllegalArgumentException("the matrices do not have the shape " + shape);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment stored = arena.allocate(ValueLayout.JAVA_FLOAT, pattern.length);
            MemorySegment products =
                    arena.allocate(
                            ValueLayout.JAVA_FLOAT,
                            Math.multiplyExact(shape.rows(), shape.outputs()));
            MemorySegment bestMs = arena.allocate(ValueLayout.JAVA_DOUBLE);
            MemorySegment text = arena.allocate(TEXT_BYTES);
            int code =
                    bindings.product(
                            shape,
                            arena.allocateFrom(ValueLayout.JAVA_FLOAT, pattern),
                            arena.allocateFrom(ValueLayout.JAVA_FLOAT, activations),
                            stored,
                            products,
                            bestMs,
                            text);
            if (code != 0) {
                throw new NativeException("The product was not computed: " + text.getString(0));
            }
            return new Result(
                    stored.toArray(ValueLayout.JAVA_FLOAT),
                    products.toArray(ValueLayout.JAVA_FLOAT),
                    bestMs.get(ValueLayout.JAVA_DOUBLE, 0),
                    text.getString(0));
        }
    }

    private static Path file(Path dir, String variant) {
        return dir.resolve(PREFIX + variant + SUFFIX);
    }
}
