package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/// Gives a parser many changed versions of what it reads and looks at what it does with each: it
/// takes it and would write the same bytes again, or it refuses with its own exception; nothing
/// else may happen, and neither may cost memory out of proportion, which also bounds the work.
public final class Hostile {
    /// `-Dredoubt.seed` gives other changes, `-Dredoubt.fuzz` more of them.
    public static final long SEED = Long.getLong("redoubt.seed", 20_261_122);

    private static final int ROUNDS = Integer.getInteger("redoubt.fuzz", 3_000);
    private static final long ALLOCATED_MAX = 256 << 10;
    private static final long ALLOCATED_PER_BYTE_MAX = 64;

    private Hostile() {}

    /// A parser of one kind of thing.
    @FunctionalInterface
    public interface Parser {
        /// What was read, written again; empty where reading gives nothing that can be written.
        Optional<byte[]> read(byte[] bytes) throws Exception;
    }

    public static void is_withstood(
            String what,
            Parser parser,
            Class<? extends Exception> refusal,
            BiFunction<Mutations, byte[], byte[]> change,
            List<byte[]> samples)
            throws Exception {
        for (byte[] sample : samples) take(what, parser, refusal, sample, true);
        Mutations mutations = new Mutations(SEED);
        int refused = 0;
        for (int i = 0; i < ROUNDS; i++) {
            byte[] sample = samples.get(i % samples.size());
            if (!take(what, parser, refusal, change.apply(mutations, sample), false)) refused++;
        }
        assertTrue(
                refused > ROUNDS / 2,
                what + ": only " + refused + " of " + ROUNDS + " changes were refused");
    }

    private static boolean take(
            String what,
            Parser parser,
            Class<? extends Exception> refusal,
            byte[] bytes,
            boolean isGood)
            throws Exception {
        long allowed = ALLOCATED_MAX + ALLOCATED_PER_BYTE_MAX * bytes.length;
        long before = Allocated.byThisThread();
        boolean taken = takeUncounted(what, parser, refusal, bytes, isGood);
        if (Allocated.byThisThread() - before <= allowed) return taken;
        // Once more: a class that was loaded on first use is not what these bytes cost.
        before = Allocated.byThisThread();
        takeUncounted(what, parser, refusal, bytes, isGood);
        long cost = Allocated.byThisThread() - before;
        assertTrue(cost <= allowed, () -> told(what, bytes) + " took " + cost + " bytes of memory");
        return taken;
    }

    private static boolean takeUncounted(
            String what,
            Parser parser,
            Class<? extends Exception> refusal,
            byte[] bytes,
            boolean isGood)
            throws Exception {
        try {
            Optional<byte[]> again = parser.read(bytes);
            if (again.isPresent()) assertArrayEquals(bytes, again.get(), () -> told(what, bytes));
            return true;
        } catch (Exception thrown) {
            if (isGood || !refusal.isInstance(thrown)) fail(told(what, bytes), thrown);
            return false;
        } catch (StackOverflowError | OutOfMemoryError thrown) {
            return fail(told(what, bytes), thrown);
        }
    }

    public static String told(String what, byte[] bytes) {
        String hex = HexFormat.of().formatHex(bytes);
        return "%s, seed %d: %s%s"
                .formatted(
                        what,
                        SEED,
                        hex.substring(0, Math.min(4_000, hex.length())),
                        hex.length() > 4_000 ? "…" : "");
    }
}
