package redoubt.engine.client;

/// Why a generation ended.
public enum FinishReason {
    /// The model ended its answer.
    STOP,
    /// A stop text came up.
    STOP_SEQUENCE,
    /// The model calls tools and waits for what they say.
    TOOL_CALLS,
    /// The most tokens asked for, or the end of the context.
    LENGTH,
    /// The caller asked for it.
    CANCELLED
}
