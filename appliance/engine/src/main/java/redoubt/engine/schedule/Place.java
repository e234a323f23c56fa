package redoubt.engine.schedule;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One sequence number of the cache: where it stands in the tree, and who is using it. An idle one
/// holds what it computed until somebody needs its room. Step thread only.
final class Place {
    private final int number;
    private @Nullable Sequence running;
    private PrefixTree.@Nullable Key key;
    private PrefixTree.@Nullable Run end;
    private long lastUsed;
    private int marked;
    private boolean forgottenAfterUse;

    Place(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    boolean isEmpty() {
        return key == null;
    }

    /// It holds something, and nobody is using it.
    boolean idle() {
        return key != null && running == null;
    }

    boolean busy() {
        return running != null;
    }

    PrefixTree.Key key() {
        return Objects.requireNonNull(key, "this place is empty");
    }

    PrefixTree.Run end() {
        return Objects.requireNonNull(end, "this place is empty");
    }

    /// Tokens that it holds.
    int tokens() {
        return end == null ? 0 : end.end();
    }

    long lastUsed() {
        return lastUsed;
    }

    void fill(PrefixTree.Key withKey, PrefixTree.Run at) {
        key = withKey;
        end = at;
        marked = 0;
    }

    void moveTo(PrefixTree.Run at) {
        end = at;
        marked = Math.min(marked, at.end());
    }

    /// Tokens that it held when it was marked last.
    int marked() {
        return marked;
    }

    void mark(int tokens) {
        marked = tokens;
    }

    void occupy(Sequence sequence, long now) {
        running = sequence;
        lastUsed = now;
    }

    void touch(long now) {
        lastUsed = now;
    }

    void release(long now) {
        running = null;
        lastUsed = now;
    }

    /// What it holds is not to be kept when the one who uses it is through.
    void forgetAfterUse() {
        forgottenAfterUse = true;
    }

    boolean forgottenAfterUse() {
        return forgottenAfterUse;
    }

    void empty() {
        forgottenAfterUse = false;
        running = null;
        key = null;
        end = null;
    }
}
