package redoubt.provenance.record;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What happens in an open record because time passes, on one thread: once a minute the clocks are
/// compared, and once in [#EPOCH] the epoch gives way to the next, also when nothing else happened.
/// A day is counted by the monotonic clock, so nobody can hold it up by setting the other.
final class Clockwork {
    /// How long one key signs.
    static final Duration EPOCH = Duration.ofHours(24);

    private final OpenRecord record;
    private final EpochKeyFiles files;
    private final LongSupplier monotonicNs;
    private final ScheduledExecutorService minutes =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("record-clockwork").daemon().factory());
    private @Nullable ScheduledFuture<?> ticking;
    private long openedNs;
    private EpochTurn.@Nullable Signed unsettled;
    private boolean told;

    /// @param monotonicNs nanoseconds from any beginning
    Clockwork(OpenRecord record, EpochKeyFiles files, LongSupplier monotonicNs) {
        this.record = record;
        this.files = files;
        this.monotonicNs = monotonicNs;
        this.openedNs = monotonicNs.getAsLong();
    }

    void start() {
        ticking = minutes.scheduleAtFixedRate(this::minute, 1, 1, TimeUnit.MINUTES);
    }

    /// Comes back when nothing is under way any more.
    void close() throws InterruptedException {
        var running = ticking;
        if (running != null) running.cancel(false);
        minutes.shutdown();
        while (!minutes.awaitTermination(1, TimeUnit.HOURS)) {}
    }

    /// Nothing leaves it: one minute that failed would be the last.
    void minute() {
        try {
            tick();
        } catch (RecordException refused) {
            // The record refuses, which every append says; there is nothing to add to it.
        } catch (RuntimeException | Error bug) {
            tellOf(bug);
        }
    }

    private synchronized void tellOf(Throwable bug) {
        try {
            tell(bug);
        } catch (RecordException | RuntimeException refused) {
            // Nobody is left to tell.
        }
    }

    /// What a minute does.
    ///
    /// @throws RecordException when the record refuses
    synchronized void tick() throws RecordException {
        record.chain().look();
        try {
            settle();
            long now = monotonicNs.getAsLong();
            if (now - openedNs < EPOCH.toNanos()) return;
            unsettled = EpochTurn.prepare(record, files).sign("daily");
            openedNs = now;
            settle();
            told = false;
        } catch (RecordException refused) {
            throw refused;
        } catch (IOException | GeneralSecurityException failed) {
            tell(failed);
        }
    }

    private void settle() throws IOException, GeneralSecurityException {
        var turn = unsettled;
        if (turn == null) return;
        turn.settle();
        unsettled = null;
    }

    // The next minute tries again; a person is told once.
    private void tell(Throwable failed) throws RecordException {
        if (told) return;
        told = true;
        var alarm =
                new Event.Alarm(
                        "epoch_not_turned",
                        "The record's key could not give way to the next as it does every day (%s). It goes on signing, and every minute it is tried again. Look at the keys folder and its disk."
                                .formatted(failed));
        record.append(alarm, Actor.SYSTEM, OptionalLong.empty()).awaitDurable();
    }
}
