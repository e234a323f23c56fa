package redoubt.provenance.record;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;

/// The two clocks of one boot, and whether the wall clock was set since it was last looked at: the
/// monotonic clock, which nobody can set, says how far it should have come. A clock that is steered
/// (NTP) drifts by less than a thousandth; more than that adds up until it is a jump too, so that
/// many small steps do not pass unseen.
///
/// Guarded by the lock of the [Chain] that owns it.
final class BootClock {
    /// A difference from here on is a jump.
    static final Duration JUMP = Duration.ofSeconds(2);

    private static final long JUMP_US = JUMP.toNanos() / 1_000;
    private static final long STEERED_SHARE = 1_000;

    private final InstantSource wall;
    private final LongSupplier monotonicNs;
    private final long openedNs;
    private long lookedAtUs;
    // Wall clock minus monotonic clock, as it was believed last.
    private long offsetUs;

    /// @param monotonicNs nanoseconds from any beginning
    BootClock(InstantSource wall, LongSupplier monotonicNs) {
        this.wall = wall;
        this.monotonicNs = monotonicNs;
        this.openedNs = monotonicNs.getAsLong();
        this.offsetUs = wallUs();
    }

    /// Microseconds since 1970, as the host's clock says.
    long wallUs() {
        var now = wall.instant();
        return Math.max(0, now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000);
    }

    /// Nanoseconds since the record was opened.
    long monotonicNs() {
        return monotonicNs.getAsLong() - openedNs;
    }

    /// Compares the clocks. A jump is told once.
    Optional<Event.ClockJumped> look() {
        long nowUs = monotonicNs() / 1_000;
        long foundUs = wallUs();
        long off = foundUs - nowUs - offsetUs;
        if (Math.abs(off) > JUMP_US) {
            long expectedUs = Math.max(0, nowUs + offsetUs);
            offsetUs += off;
            lookedAtUs = nowUs;
            return Optional.of(new Event.ClockJumped(expectedUs, foundUs));
        }
        long steered = (nowUs - lookedAtUs) / STEERED_SHARE;
        offsetUs += Math.clamp(off, -steered, steered);
        lookedAtUs = nowUs;
        return Optional.empty();
    }
}
