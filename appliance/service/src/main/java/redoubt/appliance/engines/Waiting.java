package redoubt.appliance.engines;

/// Somebody who waits for a model to be loaded.
public interface Waiting {
    /// What is waited for, in a sentence; once.
    void waits(String sentence);

    /// Whether nobody wants to wait any more.
    boolean over();

    /// A caller who is told nothing meanwhile and stays.
    static Waiting quietly() {
        return new Waiting() {
            @Override
            public void waits(String sentence) {}

            @Override
            public boolean over() {
                return false;
            }
        };
    }
}
