package redoubt.hardware.probe;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import redoubt.foreign.llama.MatrixProduct;
import redoubt.foreign.llama.NativeException;
import redoubt.hardware.GgmlType;

/// The child process that tries one CPU variant: real products of each number format, with one row
/// of activations as in decoding and with many as in a prompt, compared with Java's own arithmetic.
/// It may die at any instruction; whoever started it takes that as the answer. Says one line for
/// each product and a last line `works ONE_ROW_MS MANY_ROWS_MS` or `fails WHY`.
///
/// Arguments: folder of the native libraries, variant, threads, number formats (names, commas).
/// With the folder alone it only says `score N VARIANT` for each variant: what the processor's
/// flags promise, by ggml's own count.
public final class ProbeMain {
    // Large enough that weights come from memory and not from a core's own cache, as a model's do.
    private static final int COLUMNS = 2048;
    private static final int OUTPUTS = 8192;
    private static final int PATTERN_ROWS = 32;
    private static final int MANY_ROWS = 64;
    private static final int ONE_ROW_REPEATS = 60;
    private static final int MANY_ROWS_REPEATS = 6;
    // ggml's own tests allow this much for products of quantised numbers.
    private static final double SQUARED_ERROR_MAX = 5e-4;
    private static final int SEED = 20_261_121;

    private ProbeMain() {}

    /// Runs the probe and ends with status 0 whether or not the variant works.
    public static void main(String[] arguments) throws IOException {
        Locale.setDefault(Locale.ROOT);
        Path dir = Path.of(arguments[0]);
        if (arguments.length == 1) {
            for (String variant : MatrixProduct.variants(dir)) {
                System.out.println("score " + MatrixProduct.score(dir, variant) + " " + variant);
            }
            return;
        }
        System.out.println(
                probe(dir, arguments[1], Integer.parseInt(arguments[2]), types(arguments[3])));
    }

    private static List<GgmlType> types(String names) {
        List<GgmlType> types = new ArrayList<>();
        for (String name : names.split(",", -1)) {
            types.add(GgmlType.valueOf(name));
        }
        return types;
    }

    private static String probe(Path dir, String variant, int threads, List<GgmlType> types) {
        try {
            if (MatrixProduct.score(dir, variant) <= 0) {
                return "fails the processor does not have what it needs";
            }
            MatrixProduct product = MatrixProduct.open(dir, variant);
            double oneRowMs = 0;
            double manyRowsMs = 0;
            for (GgmlType type : types) {
                oneRowMs += multiply(product, type, 1, threads, ONE_ROW_REPEATS);
                manyRowsMs += multiply(product, type, MANY_ROWS, threads, MANY_ROWS_REPEATS);
            }
            return String.format(Locale.ROOT, "works %.4f %.4f", oneRowMs, manyRowsMs);
        } catch (NativeException | ArithmeticException failed) {
            return "fails " + String.valueOf(failed.getMessage()).replace('\n', ' ');
        }
    }

    private static double multiply(
            MatrixProduct product, GgmlType type, int rows, int threads, int repeats) {
        var shape =
                new MatrixProduct.Shape(
                        type.code(), COLUMNS, OUTPUTS, rows, PATTERN_ROWS, threads, repeats);
        Random random = new Random(SEED);
        float[] pattern = numbers(random, PATTERN_ROWS * COLUMNS);
        float[] activations = numbers(random, rows * COLUMNS);
        MatrixProduct.Result result = product.compute(shape, pattern, activations);
        double error = squaredError(result, activations, rows);
        System.out.printf(
                Locale.ROOT,
                "product %s rows %d %.4f ms error %.2e in %s%n",
                type,
                rows,
                result.bestMs(),
                error,
                result.place());
        // The comparison is this way round because a wrong product may be no number at all.
        if (!(error <= SQUARED_ERROR_MAX)) {
            throw new ArithmeticException(
                    "it multiplies %s with %d rows wrong (error %.2e)"
                            .formatted(type, rows, error));
        }
        return result.bestMs();
    }

    private static float[] numbers(Random random, int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }

    /// Mean squared difference from Java's products, against the mean square of those.
    private static double squaredError(MatrixProduct.Result result, float[] activations, int rows) {
        double difference = 0;
        double whole = 0;
        for (int row = 0; row < rows; row++) {
            double[] expected = new double[PATTERN_ROWS];
            for (int output = 0; output < PATTERN_ROWS; output++) {
                for (int i = 0; i < COLUMNS; i++) {
                    expected[output] +=
                            (double) result.stored()[output * COLUMNS + i]
                                    * activations[row * COLUMNS + i];
                }
            }
            for (int output = 0; output < OUTPUTS; output++) {
                double right = expected[output % PATTERN_ROWS];
                double off = result.products()[row * OUTPUTS + output] - right;
                difference += off * off;
                whole += right * right;
            }
        }
        return difference / whole;
    }
}
