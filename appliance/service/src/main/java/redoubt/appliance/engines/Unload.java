package redoubt.appliance.engines;

import java.time.Duration;

/// The wish to unload a model.
///
/// @param why for the record and for people: "an administrator unloaded it"
/// @param within after this time answers that are still under way are ended
/// @param again whether it is loaded again afterwards
public record Unload(String why, Duration within, long askedNanos, boolean again) {
    /// How long answers under way have, unless somebody says otherwise.
    public static final Duration USUAL = Duration.ofSeconds(60);

    Unload(String why, Duration within, boolean again) {
        this(why, within, System.nanoTime(), again);
    }

    /// Whether nothing is waited for any more.
    boolean overdue(long nowNanos) {
        return nowNanos - askedNanos >= within.toNanos();
    }
}
