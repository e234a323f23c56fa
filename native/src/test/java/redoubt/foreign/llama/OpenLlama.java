package redoubt.foreign.llama;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;

/// llama.cpp as the tests of this module share it, because a process opens it once. A plain
/// variant, unless `-Dredoubt.variant` names another: which one is best, and whether it survives,
/// is for hardware-profiles to find out.
final class OpenLlama {
    private static final class Holder {
        static final Llama LLAMA = Llama.open(directory(), variant());
    }

    private OpenLlama() {}

    static Llama get() {
        directory();
        return Holder.LLAMA;
    }

    static Path directory() {
        String directory = System.getProperty("redoubt.native", "");
        assumeTrue(
                !directory.isEmpty(),
                "the native libraries are not built; run native/build and pass -Dredoubt.native");
        return Path.of(directory);
    }

    private static String variant() {
        String wanted = System.getProperty("redoubt.variant", "");
        if (!wanted.isEmpty()) {
            return wanted;
        }
        List<String> variants = Llama.cpuVariants(directory());
        return variants.contains("haswell") ? "haswell" : variants.getLast();
    }
}
