package redoubt.engine.process;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import redoubt.engine.client.ParkedState;
import redoubt.engine.client.ParkedStore;
import redoubt.engine.protocol.Parking;
import redoubt.engine.schedule.Decoder;
import redoubt.engine.schedule.Depot;
import redoubt.engine.schedule.Scheduler;

/// The depot of an engine is its gateway, at the other end of the pipes: an engine has neither
/// files nor keys. The step thread offers and asks; the thread that reads frames brings the
/// answers. A state that was offered is read here until it is taken or withdrawn.
final class FramesDepot implements Depot {
    private final Consumer<Parking> say;
    private final LongFunction<Decoder.Saved> blank;
    private final Map<Long, Decoder.Saved> leaving = new HashMap<>();
    private final Map<Long, Arriving> arriving = new HashMap<>();
    private @Nullable Scheduler scheduler;

    private static final class Arriving {
        final Decoder.Saved saved;
        long got;

        Arriving(Decoder.Saved saved) {
            this.saved = saved;
        }
    }

    /// @param blank makes room for a state of so many bytes
    FramesDepot(Consumer<Parking> say, LongFunction<Decoder.Saved> blank) {
        this.say = say;
        this.blank = blank;
    }

    /// Names who gets the answers, before anything else.
    void serves(Scheduler steps) {
        scheduler = steps;
    }

    @Override
    public boolean open() {
        return true;
    }

    @Override
    public synchronized void offer(long number, String tenant, int[] tokens, Decoder.Saved saved) {
        leaving.put(number, saved);
        ByteBuffer bytes = ByteBuffer.allocate(tokens.length * Integer.BYTES);
        bytes.asIntBuffer().put(tokens);
        say.accept(new Parking.Offer(new ParkedState(number, tenant, bytes, saved.bytes())));
    }

    @Override
    public synchronized void withdraw(long number) {
        if (leaving.remove(number) != null) {
            say.accept(new Parking.Gone(number));
        }
    }

    @Override
    public synchronized void fetch(long number, long bytes) {
        arriving.put(number, new Arriving(blank.apply(bytes)));
        say.accept(new Parking.Give(number, 0));
    }

    @Override
    public synchronized void drop(long number) {
        Arriving dropped = arriving.remove(number);
        if (dropped != null) {
            dropped.saved.close();
        }
        say.accept(new Parking.Gone(number));
    }

    /// What the gateway says. Called by the thread that reads frames.
    ///
    /// @throws IllegalStateException when it makes no sense
    synchronized void take(Parking message) {
        Scheduler steps = scheduler;
        if (steps == null) {
            throw new IllegalStateException("nobody is served yet");
        }
        switch (message) {
            case Parking.Kept(ParkedState state) -> kept(state, steps);
            case Parking.Give(long number, long offset) -> give(number, offset);
            case Parking.Part(long number, ByteBuffer bytes) -> part(number, bytes, steps);
            case Parking.Taken(long number) -> {
                if (leaving.remove(number) != null) {
                    steps.returns().taken(number);
                } else {
                    say.accept(new Parking.Gone(number));
                }
            }
            case Parking.Gone(long number) -> {
                leaving.remove(number);
                Arriving lost = arriving.remove(number);
                if (lost != null) {
                    lost.saved.close();
                }
                steps.returns().gone(number);
            }
            case Parking.Forget(String tenant) -> {
                steps.forget(tenant);
                steps.between(() -> say.accept(new Parking.Forgot(tenant)));
            }
            case Parking.Rest _ -> steps.returns().rest(() -> say.accept(new Parking.Rested()));
            case Parking.Offer _, Parking.Forgot _, Parking.Rested _ ->
                    throw new IllegalStateException("only an engine says that");
        }
    }

    private static void kept(ParkedState state, Scheduler steps) {
        int[] tokens = new int[state.tokens().remaining() / Integer.BYTES];
        state.tokens().asIntBuffer().get(tokens);
        steps.returns().kept(state.number(), state.tenant(), tokens, state.bytes());
    }

    private void give(long number, long offset) {
        Decoder.Saved saved = leaving.get(number);
        boolean there = saved != null && offset >= 0 && offset < saved.bytes();
        say.accept(
                there && saved != null
                        ? new Parking.Part(
                                number, ByteBuffer.wrap(saved.part(offset, ParkedStore.PART_BYTES)))
                        : new Parking.Gone(number));
    }

    private void part(long number, ByteBuffer bytes, Scheduler steps) {
        Arriving state = arriving.get(number);
        if (state == null) {
            return;
        }
        byte[] part = new byte[bytes.remaining()];
        bytes.get(part);
        if (part.length == 0 || part.length > state.saved.bytes() - state.got) {
            throw new IllegalStateException("a part of a state that is not of it");
        }
        state.saved.put(state.got, part);
        state.got += part.length;
        if (state.got == state.saved.bytes()) {
            arriving.remove(number);
            steps.returns().fetched(number, state.saved);
        } else {
            say.accept(new Parking.Give(number, state.got));
        }
    }
}
