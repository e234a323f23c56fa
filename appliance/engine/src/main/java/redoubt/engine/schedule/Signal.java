package redoubt.engine.schedule;

import java.util.function.Consumer;

/// What other threads have to say to the step thread.
sealed interface Signal {
    record Arrived(Job job) implements Signal {}

    record Woken() implements Signal {}

    record Between(Runnable task) implements Signal {}

    record Forgotten(String tenant) implements Signal {}

    record Returned(Consumer<ParkedStates> what) implements Signal {}

    record Resting(Runnable done) implements Signal {}

    record Stopped() implements Signal {}
}
