package redoubt.engine.schedule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import redoubt.foreign.llama.NativeException;

/// States of sequences that had to leave the cache, so that nobody computes them again: in memory
/// as many as a budget allows, and what has to leave that goes to the depot, the least recently
/// used first. Step thread only.
final class ParkedStates {
    // Less than this is computed sooner than it is brought to a disk and back.
    private static final int DEPOT_TOKENS_MIN = 256;
    private static final int ELSEWHERE_MAX = 1024;
    private static final int RESTORED_FOR_A_TOKEN = 32;

    private final long bytesMax;
    private final Depot depot;
    private final List<State> states = new ArrayList<>();
    // Read by other threads too.
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong leavingBytes = new AtomicLong();
    private @Nullable Runnable rested;

    private enum Where {
        MEMORY,
        LEAVING,
        ELSEWHERE
    }

    /// A sequence of tokens, and the numbers that the model's layers made of them.
    static final class State {
        private final PrefixTree.Key key;
        private final int[] tokens;
        private final long size;
        private long number;
        private Where where;
        private Decoder.@Nullable Saved saved;
        private boolean fetching;

        private State(
                PrefixTree.Key key,
                int[] tokens,
                long size,
                Where where,
                Decoder.@Nullable Saved saved) {
            this.key = key;
            this.tokens = tokens;
            this.size = size;
            this.where = where;
            this.saved = saved;
        }

        int[] tokens() {
            return tokens;
        }

        Decoder.@Nullable Saved saved() {
            return saved;
        }

        /// Whether it is on its way back.
        boolean fetching() {
            return fetching;
        }
    }

    /// @param tokens how many of its first tokens are of use
    record Found(State state, int tokens) {}

    /// What is of use of a state.
    interface Useful {
        /// @param whole tokens of the state
        /// @param known how many of them are wanted
        /// @return how many of those can be had
        int of(int whole, int known);
    }

    ParkedStates(long bytesMax, Depot depot) {
        this.bytesMax = bytesMax;
        this.depot = depot;
    }

    /// The state that has most of the beginning of `wanted`, at most `most` tokens. Those that have
    /// a few in common with it, as all that begin with one template have, are none.
    ///
    /// @param here only what is in memory
    @Nullable Found find(PrefixTree.Key key, int[] wanted, int most, Useful useful, boolean here) {
        Found best = null;
        for (State state : states) {
            if (state.key.equals(key) && (!here || state.saved != null)) {
                int to = Math.min(state.tokens.length, most);
                int differs = Arrays.mismatch(state.tokens, 0, to, wanted, 0, to);
                int known = differs < 0 ? to : differs;
                int had = known == 0 ? 0 : useful.of(state.tokens.length, known);
                if (worth(state, had) && (best == null || had > best.tokens())) {
                    best = new Found(state, had);
                }
            }
        }
        if (best != null) {
            states.remove(best.state());
            states.addLast(best.state());
        }
        return best;
    }

    // It is restored whole, however little of it is of use.
    private static boolean worth(State state, int tokens) {
        return tokens
                >= Math.max(Places.PARKED_TOKENS_MIN, state.tokens.length / RESTORED_FOR_A_TOKEN);
    }

    /// What they take of memory, those on their way elsewhere included. From any thread.
    long bytes() {
        return bytes.get() + leavingBytes.get();
    }

    /// Whether a state of this size would be kept.
    boolean takes(long size) {
        return size > 0 && size <= bytesMax;
    }

    /// Saves what a sequence of the cache holds, if there is room for it.
    void add(PrefixTree.Key key, int[] tokens, Decoder from, int number) {
        long size = from.savedBytes(number);
        if (!takes(size)) {
            return;
        }
        for (State state : states) {
            if (state.key.equals(key) && Arrays.equals(state.tokens, tokens)) {
                return;
            }
        }
        shrinkTo(bytesMax - size);
        try {
            Decoder.Saved saved = from.save(number);
            states.addLast(new State(key, tokens, saved.bytes(), Where.MEMORY, saved));
            bytes.addAndGet(saved.bytes());
        } catch (NativeException unsaved) {
            // Then it is computed again, which costs time and nothing else.
        }
    }

    private void shrinkTo(long most) {
        for (State state : List.copyOf(states)) {
            if (bytes.get() <= most) {
                return;
            }
            if (state.where == Where.MEMORY) {
                leave(state);
            }
        }
    }

    private void leave(State state) {
        boolean worth =
                depot.open()
                        && state.tokens.length >= DEPOT_TOKENS_MIN
                        // An adapter may be another under the same name when it comes back.
                        && state.key.adapters().isEmpty()
                        && leavingBytes.get() + state.size <= bytesMax;
        Decoder.Saved saved = state.saved;
        if (!worth || saved == null) {
            drop(state);
            return;
        }
        bytes.addAndGet(-state.size);
        leavingBytes.addAndGet(state.size);
        state.where = Where.LEAVING;
        state.number = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
        depot.offer(state.number, state.key.tenant(), state.tokens, saved);
    }

    /// Brings a state back into memory; it says itself when it is there.
    void fetch(State state) {
        // What comes back takes memory before it is here, beside what is here.
        long coming = states.stream().filter(State::fetching).mapToLong(other -> other.size).sum();
        if (state.where == Where.ELSEWHERE && !state.fetching && coming + state.size <= bytesMax) {
            state.fetching = true;
            depot.fetch(state.number, state.size);
        }
    }

    /// An earlier engine of the same kind left this one.
    void kept(long number, PrefixTree.Key key, int[] tokens, long size) {
        if (states.size() < ELSEWHERE_MAX) {
            State state = new State(key, tokens, size, Where.ELSEWHERE, null);
            state.number = number;
            states.addFirst(state);
        } else {
            depot.drop(number);
        }
    }

    /// What was offered is safe with the depot.
    void taken(long number) {
        State state = numbered(number);
        if (state == null || state.where != Where.LEAVING) {
            depot.drop(number);
        } else {
            leavingBytes.addAndGet(-state.size);
            state.where = Where.ELSEWHERE;
            close(state);
            boundElsewhere();
        }
        tellRested();
    }

    // Nothing else would ever end what is known of states that nobody comes back to.
    private void boundElsewhere() {
        List<State> idle =
                states.stream()
                        .filter(state -> state.where == Where.ELSEWHERE && !state.fetching)
                        .toList();
        if (idle.size() > ELSEWHERE_MAX) {
            drop(idle.getFirst());
        }
    }

    /// A state has come back.
    void fetched(long number, Decoder.Saved saved) {
        State state = numbered(number);
        if (state == null || state.where != Where.ELSEWHERE) {
            saved.close();
            return;
        }
        shrinkTo(Math.max(0, bytesMax - state.size));
        state.fetching = false;
        state.where = Where.MEMORY;
        state.saved = saved;
        bytes.addAndGet(state.size);
        // It is longer when it leaves again.
        depot.drop(number);
        state.number = 0;
    }

    /// The depot does not take it, or has it no longer.
    void gone(long number) {
        State state = numbered(number);
        if (state != null) {
            state.number = 0;
            drop(state);
        }
        tellRested();
    }

    void drop(State state) {
        if (!states.remove(state)) {
            return;
        }
        state.fetching = false;
        switch (state.where) {
            case MEMORY -> bytes.addAndGet(-state.size);
            case LEAVING -> {
                leavingBytes.addAndGet(-state.size);
                depot.withdraw(state.number);
            }
            case ELSEWHERE -> {
                if (state.number != 0) {
                    depot.drop(state.number);
                }
            }
        }
        close(state);
    }

    void forget(String tenant) {
        Predicate<State> theirs = state -> state.key.tenant().equals(tenant);
        states.stream().filter(theirs).toList().forEach(this::drop);
        tellRested();
    }

    /// Brings everything to the depot, because the engine is to end.
    ///
    /// @param done called once it is there
    void rest(Runnable done) {
        states.reversed().stream()
                .filter(state -> state.where == Where.MEMORY)
                .toList()
                .forEach(this::leave);
        rested = done;
        tellRested();
    }

    private void tellRested() {
        Runnable done = rested;
        if (done != null && states.stream().noneMatch(state -> state.where == Where.LEAVING)) {
            rested = null;
            done.run();
        }
    }

    private @Nullable State numbered(long number) {
        for (State state : states) {
            if (state.number == number && state.where != Where.MEMORY) {
                return state;
            }
        }
        return null;
    }

    private static void close(State state) {
        if (state.saved != null) {
            state.saved.close();
            state.saved = null;
        }
    }
}
