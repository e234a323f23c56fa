package redoubt.engine.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redoubt.engine.protocol.Parking;

/// The gateway's side of an engine's parked states. Owns one virtual thread, which alone touches
/// the store, so that neither a disk nor a cipher ever holds up the frames. Any thread.
public final class EngineParking {
    private final Consumer<Parking> say;
    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final CountDownLatch rested = new CountDownLatch(1);
    // All that was offered before the rest, or nothing can come any more.
    private final CountDownLatch written = new CountDownLatch(1);
    private final Object saying = new Object();
    private final Deque<ParkedState> offered = new ArrayDeque<>();
    private ParkedStore store = ParkedStore.none();
    // Tenants that the engine was told to forget and has not confirmed yet, each as often as that.
    private final Map<String, Integer> forgetting = new HashMap<>();
    private @Nullable Pull pull;
    private volatile boolean keeps;

    private static final class Pull {
        final ParkedState state;
        final ParkedStore.Keeping keeping;
        long got;

        Pull(ParkedState state, ParkedStore.Keeping keeping) {
            this.state = state;
            this.keeping = keeping;
        }
    }

    EngineParking(Consumer<Parking> say) {
        this.say = say;
        Thread.ofVirtual().name("engine-parking").start(this::work);
    }

    /// Has states kept in this store from now on, and tells the engine what is there.
    public void keepIn(ParkedStore where) {
        keeps = true;
        tasks.add(() -> {
            store = where;
            // What was listed is said before a Forget that comes meanwhile, or not listed.
            synchronized (saying) {
                where.kept().forEach(state -> say.accept(new Parking.Kept(state)));
            }
        });
    }

    /// Has the engine drop all that it computed of this tenant's texts. Until it confirms that, no
    /// state of this tenant is taken from it. What the store has of them is for the caller to drop:
    /// before this, so that the engine is not told of it again, and after it, because one may have
    /// been whole just before.
    public void forget(String tenant) {
        synchronized (forgetting) {
            forgetting.merge(tenant, 1, Integer::sum);
        }
        synchronized (saying) {
            say.accept(new Parking.Forget(tenant));
        }
    }

    private boolean forgets(String tenant) {
        synchronized (forgetting) {
            return forgetting.containsKey(tenant);
        }
    }

    private void forgot(String tenant) {
        synchronized (forgetting) {
            forgetting.computeIfPresent(tenant, (_, times) -> times == 1 ? null : times - 1);
        }
    }

    /// Has the engine bring what is idle into the store, before it ends. Nothing is waited for
    /// where it has ended already.
    ///
    /// @param within how long for each: until the engine rests, until all is written
    /// @return whether all is in the store that will ever come
    boolean rest(Duration within) throws InterruptedException {
        if (!keeps) {
            return true;
        }
        // Apart: the pipe of an engine that hangs may be full, and then this ends with it.
        Thread.ofVirtual().name("engine-rest").start(() -> say.accept(new Parking.Rest()));
        if (!rested.await(within.toMillis(), TimeUnit.MILLISECONDS)) {
            return false;
        }
        tasks.add(written::countDown);
        return written.await(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// The engine has ended: what is not whole is not kept.
    void end() {
        rested.countDown();
        tasks.add(() -> {
            abandon();
            throw new Ended();
        });
    }

    void came(Parking message) {
        switch (message) {
            case Parking.Offer(ParkedState state) -> tasks.add(() -> offer(state));
            case Parking.Give(long number, long offset) -> tasks.add(() -> give(number, offset));
            case Parking.Part(long number, ByteBuffer bytes) ->
                    tasks.add(() -> part(number, bytes));
            case Parking.Gone(long number) -> tasks.add(() -> gone(number));
            case Parking.Rested _ -> rested.countDown();
            // After what was offered before it.
            case Parking.Forgot(String tenant) -> tasks.add(() -> forgot(tenant));
            // What only a gateway says is nothing to it.
            case Parking.Kept _, Parking.Taken _, Parking.Forget _, Parking.Rest _ -> {}
        }
    }

    private static final class Ended extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private void work() {
        try {
            while (true) {
                tasks.take().run();
            }
        } catch (InterruptedException | Ended over) {
            // Nothing comes any more.
        } finally {
            written.countDown();
        }
    }

    private void offer(ParkedState state) {
        offered.addLast(state);
        next();
    }

    private void next() {
        while (pull == null && !offered.isEmpty()) {
            ParkedState state = offered.removeFirst();
            Optional<ParkedStore.Keeping> keeping = Optional.empty();
            try {
                keeping = forgets(state.tenant()) ? Optional.empty() : store.keep(state);
            } catch (IOException | RuntimeException full) {
                // Then it is computed again when it is needed.
            }
            if (keeping.isPresent()) {
                pull = new Pull(state, keeping.get());
                say.accept(new Parking.Give(state.number(), 0));
            } else {
                say.accept(new Parking.Gone(state.number()));
            }
        }
    }

    private void part(long number, ByteBuffer bytes) {
        Pull current = pull;
        if (current == null || current.state.number() != number) {
            return;
        }
        byte[] part = new byte[bytes.remaining()];
        bytes.get(part);
        current.got += part.length;
        try {
            if (part.length == 0 || current.got > current.state.bytes()) {
                throw new IOException("a part that is not of this state");
            }
            if (forgets(current.state.tenant())) {
                throw new IOException("the state is to be forgotten");
            }
            current.keeping.part(part);
            if (current.got < current.state.bytes()) {
                say.accept(new Parking.Give(number, current.got));
                return;
            }
            current.keeping.done();
            current.keeping.close();
            pull = null;
            say.accept(new Parking.Taken(number));
        } catch (IOException | RuntimeException failure) {
            abandon();
            say.accept(new Parking.Gone(number));
        }
        next();
    }

    private void give(long number, long offset) {
        Optional<byte[]> part = Optional.empty();
        try {
            part = store.part(number, offset);
        } catch (RuntimeException broken) {
            // Whatever is wrong with it, who waits for it is told.
        }
        say.accept(
                part.isPresent()
                        ? new Parking.Part(number, ByteBuffer.wrap(part.get()))
                        : new Parking.Gone(number));
    }

    private void gone(long number) {
        offered.removeIf(state -> state.number() == number);
        if (pull != null && pull.state.number() == number) {
            abandon();
            next();
        } else {
            store.drop(number);
        }
    }

    private void abandon() {
        if (pull != null) {
            pull.keeping.close();
            pull = null;
        }
    }
}
