package redoubt.foreign.llama;

import java.lang.foreign.Arena;

/// That part of the states of a context's sequences which they do not keep as they go on: the
/// positions in a sliding window, or what recurrent layers carry along. Together with the cells of
/// the other layers up to the same position it is the whole sequence, so a sequence can go back to
/// where such a part was saved. Used by the context's thread. Source: `llama.h`, partial states of
/// sequences.
public final class PassingStates {
    /// `LLAMA_STATE_SEQ_FLAGS_PARTIAL_ONLY`
    private static final int PARTIAL_ONLY = 1;

    private final LlamaLibrary library;
    private final LlamaContext context;

    PassingStates(LlamaLibrary library, LlamaContext context) {
        this.library = library;
        this.context = context;
    }

    /// Bytes that [#save] would take now. A model whose layers keep everything has nearly none.
    public long size(int sequence) {
        return library.sequencePartSize.call(
                context.segment(), context.checked(sequence), PARTIAL_ONLY);
    }

    /// Saves the part as it is now. The caller closes it.
    ///
    /// @throws NativeException when it cannot be read
    public SavedSequence save(int sequence) {
        long size = size(sequence);
        Arena own = Arena.ofShared();
        SavedSequence saved = SavedSequence.allocate(own, Math.max(size, 1));
        long written =
                library.sequencePart.call(
                        context.segment(), saved.segment(), size, sequence, PARTIAL_ONLY);
        if (written == 0) {
            own.close();
            throw new NativeException(
                    "What sequence %d holds in passing could not be read.".formatted(sequence));
        }
        return saved.first(written);
    }

    /// Replaces the part, and cuts the sequence back to the position of that time. Its other layers
    /// must hold the same tokens up to there. What it had in its window until now is given back.
    /// Only for states of this model and these options that were kept where nobody else writes.
    ///
    /// @param tokens positions that the sequence had when `saved` was saved
    /// @throws NativeException when there is no room for it or it does not fit; the sequence is
    ///   then empty
    public void restore(int sequence, SavedSequence saved, int tokens) {
        long size = saved.size();
        long read =
                library.sequencePartRestore.call(
                        context.segment(),
                        saved.segment(),
                        size,
                        context.checked(sequence),
                        PARTIAL_ONLY);
        // A recurrent state has to be of that position before the rest can be cut off.
        if (read != size || !context.removeSequence(sequence, tokens, -1)) {
            context.removeSequence(sequence);
            throw new NativeException(
                    "Sequence %d could not be brought back to position %d. Compute it again from its tokens."
                            .formatted(sequence, tokens));
        }
    }
}
