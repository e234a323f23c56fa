package redoubt.engine.schedule;

import java.util.List;

/// Tells those who wait where they stand and when they may expect to start, when that has changed.
/// Step thread only.
final class QueueNews {
    private static final long INTERVAL_NANOS = 500_000_000L;

    private boolean changed;
    private long toldNanos;

    void changed() {
        changed = true;
    }

    void tell(FairQueue queue, Expectations expectations, int places, long now) {
        if (queue.isEmpty() || (!changed && now - toldNanos < INTERVAL_NANOS)) {
            return;
        }
        changed = false;
        toldNanos = now;
        List<Sequence> order = queue.order(expectations.answerTokens());
        for (int index = 0; index < order.size(); index++) {
            int position = index + 1;
            order.get(index).tellPosition(position, expectations.startMs(position, places), now);
        }
    }
}
