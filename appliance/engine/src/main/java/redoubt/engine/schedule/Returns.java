package redoubt.engine.schedule;

import java.util.Queue;
import java.util.Set;

/// What comes back from the depot, for the step thread. Any thread.
public final class Returns {
    private final Queue<Signal> inbox;

    Returns(Queue<Signal> inbox) {
        this.inbox = inbox;
    }

    /// An earlier engine of the same kind left this state with the depot.
    public void kept(long number, String tenant, int[] tokens, long bytes) {
        PrefixTree.Key key = new PrefixTree.Key(tenant, Set.of());
        inbox.add(new Signal.Returned(parked -> parked.kept(number, key, tokens, bytes)));
    }

    /// The depot has taken what it was offered.
    public void taken(long number) {
        inbox.add(new Signal.Returned(parked -> parked.taken(number)));
    }

    /// A state has come back.
    public void fetched(long number, Decoder.Saved saved) {
        inbox.add(new Signal.Returned(parked -> parked.fetched(number, saved)));
    }

    /// The depot does not take a state, or has it no longer.
    public void gone(long number) {
        inbox.add(new Signal.Returned(parked -> parked.gone(number)));
    }

    /// Everything that is idle is to be brought to the depot, because the engine is to end.
    ///
    /// @param done called by the step thread when it is there
    public void rest(Runnable done) {
        inbox.add(new Signal.Resting(done));
    }
}
