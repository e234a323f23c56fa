package redoubt.foreign.llama;

/// What became of a batch. Anything else is a [NativeException].
public enum DecodeResult {
    /// Computed; the logits asked for can be sampled until the next decode.
    DONE,
    /// The cache has no room for the batch; nothing changed. Free a sequence or send less.
    NO_ROOM,
    /// Stopped by [LlamaContext#requestAbort]; positions already computed stay in the cache, ask
    /// [LlamaContext#positionMax].
    ABORTED
}
