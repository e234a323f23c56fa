package redoubt.appliance.engines;

import java.util.Locale;

/// Sizes as a person reads them, in binary units.
final class Sizes {
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;

    private Sizes() {}

    static String readable(long bytes) {
        return bytes >= GIB
                ? String.format(Locale.ROOT, "%.1f GiB", (double) bytes / GIB)
                : String.format(Locale.ROOT, "%.0f MiB", (double) bytes / MIB);
    }
}
