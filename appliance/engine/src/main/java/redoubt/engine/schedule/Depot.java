package redoubt.engine.schedule;

/// Where parked states go that memory has no room for, and come back from. Answers come as
/// [Scheduler#taken], [Scheduler#fetched] and [Scheduler#gone]. Called by the step thread, which
/// never waits for it.
public interface Depot {
    /// Whether it takes anything at all.
    boolean open();

    /// Offers a state. It stays the caller's until it is taken.
    void offer(long number, String tenant, int[] tokens, Decoder.Saved saved);

    /// Takes back an offer that was not taken yet: nothing of it is looked at afterwards.
    void withdraw(long number);

    /// Asks for a state that was taken, of so many bytes.
    void fetch(long number, long bytes);

    /// Says that a state that was taken is of no more use.
    void drop(long number);

    /// Takes nothing.
    static Depot none() {
        return new Depot() {
            @Override
            public boolean open() {
                return false;
            }

            @Override
            public void offer(long number, String tenant, int[] tokens, Decoder.Saved saved) {}

            @Override
            public void withdraw(long number) {}

            @Override
            public void fetch(long number, long bytes) {}

            @Override
            public void drop(long number) {}
        };
    }
}
