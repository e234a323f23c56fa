package redoubt.engine.process;

import java.util.function.Consumer;
import java.util.function.Supplier;
import redoubt.engine.schedule.Draft;
import redoubt.foreign.llama.DecodeResult;
import redoubt.foreign.llama.NativeException;

/// A draft that answers can do without. At its first failure, want of memory too, it is given up:
/// closed at once, so that the model has what it held, and the log says so. Whoever asks it for
/// more is told that it is gone. Owns the draft; step thread only. Source: docs/engine.md,
/// "Guessing ahead".
final class ExpendableDraft implements Draft {
    private final String name;
    private final Draft draft;
    private final Consumer<String> log;
    private boolean gone;

    /// @param name of the draft, for the log
    ExpendableDraft(String name, Draft draft, Consumer<String> log) {
        this.name = name;
        this.draft = draft;
        this.log = log;
    }

    @Override
    public int contextTokens() {
        return draft.contextTokens();
    }

    @Override
    public int sequenceTokensMax() {
        return draft.sequenceTokensMax();
    }

    @Override
    public int sequencesMax() {
        return draft.sequencesMax();
    }

    @Override
    public int batchTokens() {
        return draft.batchTokens();
    }

    @Override
    public long nanoTime() {
        return draft.nanoTime();
    }

    @Override
    public void clear() {
        if (!gone) {
            draft.clear();
        }
    }

    @Override
    public int add(int token, int position, int sequence, boolean wantsLogits) {
        return orGone(() -> draft.add(token, position, sequence, wantsLogits));
    }

    @Override
    public DecodeResult decode() {
        return orGone(draft::decode);
    }

    @Override
    public int likeliest(int batchIndex) {
        return orGone(() -> draft.likeliest(batchIndex));
    }

    @Override
    public boolean keep(int sequence, int tokens) {
        return !gone && draft.keep(sequence, tokens);
    }

    @Override
    public void forget(int sequence) {
        if (!gone) {
            draft.forget(sequence);
        }
    }

    private <T> T orGone(Supplier<T> work) {
        if (gone) {
            throw new NativeException("The draft %s was given up.".formatted(name));
        }
        try {
            return work.get();
        } catch (NativeException failure) {
            giveUp(failure);
            throw failure;
        }
    }

    private void giveUp(NativeException failure) {
        close();
        log.accept(
                "The draft %s is given up until the model is loaded again, because %s: %s What it held is free, and answers go on without its guesses, with the same words."
                        .formatted(
                                name,
                                failure.outOfMemory() ? "it was given no memory" : "it failed",
                                failure.getMessage()));
    }

    @Override
    public void close() {
        if (!gone) {
            gone = true;
            draft.close();
        }
    }
}
