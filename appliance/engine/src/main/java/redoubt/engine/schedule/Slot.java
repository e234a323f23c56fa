package redoubt.engine.schedule;

import java.util.List;
import org.jspecify.annotations.Nullable;
import redoubt.engine.client.AdapterUse;

/// One sequence number of the cache: what is in it, whose it is, and who is using it. Step thread
/// only.
final class Slot {
    private final int number;
    private @Nullable Sequence running;
    private @Nullable String tenant;
    private List<AdapterUse> adapters = List.of();
    private int[] cached = new int[0];
    private long lastUsed;

    Slot(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    boolean idle() {
        return running == null;
    }

    /// Tokens that an idle slot still holds.
    int cachedTokens() {
        return cached.length;
    }

    long lastUsed() {
        return lastUsed;
    }

    /// How many tokens at the start of `prompt` are here already. None, when they are another
    /// tenant's: the time that a reuse saves would tell what others have asked. None either, when
    /// they were computed with other adapters.
    int common(String forTenant, List<AdapterUse> withAdapters, int[] prompt) {
        if (!forTenant.equals(tenant) || !withAdapters.equals(adapters)) {
            return 0;
        }
        // The last token is always computed again: its logits choose the first of the answer.
        int most = Math.min(cached.length, prompt.length - 1);
        int common = 0;
        while (common < most && cached[common] == prompt[common]) {
            common++;
        }
        return common;
    }

    void occupy(Sequence sequence, long now) {
        running = sequence;
        tenant = sequence.job().tenant();
        adapters = sequence.job().adapters();
        cached = new int[0];
        lastUsed = now;
    }

    /// Keeps what the sequence had computed for a later prompt of the same tenant.
    void release(Sequence sequence, long now) {
        cached = sequence.tokens().prefix(sequence.computed());
        running = null;
        lastUsed = now;
    }

    void empty() {
        running = null;
        tenant = null;
        cached = new int[0];
    }
}
