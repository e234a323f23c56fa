package redoubt.hardware;

/// Adds up what a model needs in memory and compares it with what the host has to give.
public final class MemoryPlan {
    private MemoryPlan() {}

    /// The verdict for this model, this context and this host.
    public static MemoryVerdict of(GgufHeader model, ContextWanted wanted, Host host) {
        return new MemoryVerdict.Fits(
                model.fileBytes() + wanted.contextTokens(), host.memory().availableBytes(), "");
    }
}
