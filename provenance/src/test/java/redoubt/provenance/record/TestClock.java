package redoubt.provenance.record;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/// A wall clock and a monotonic clock that a test moves. Any thread.
final class TestClock implements InstantSource {
    private static final Instant FIRST = Instant.parse("2026-11-22T05:00:00Z");

    private final AtomicLong wallUs = new AtomicLong(FIRST.getEpochSecond() * 1_000_000);
    private final AtomicLong monotonicNs = new AtomicLong();

    @Override
    public Instant instant() {
        return Instant.EPOCH.plusNanos(wallUs.get() * 1_000);
    }

    long wallUs() {
        return wallUs.get();
    }

    long monotonicNs() {
        return monotonicNs.get();
    }

    /// Time passes.
    void pass(Duration time) {
        monotonicNs.addAndGet(time.toNanos());
        set(time);
    }

    /// Somebody sets the wall clock.
    void set(Duration by) {
        wallUs.addAndGet(by.toNanos() / 1_000);
    }

    OpenRecord open(java.nio.file.Path home) throws RecordException {
        return RecordOpening.open(
                RecordSettings.in(home, "site", "test", Forge.ZEROS, this), this::monotonicNs);
    }
}
