package redoubt.foreign.llama;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The texts of a model's tokens in the order that grammars need, made when the first grammar comes
/// and kept with the model. Any thread.
final class TokenTexts {
    private final ShimLibrary shim;
    private final MemorySegment model;
    private MemorySegment texts = MemorySegment.NULL;

    TokenTexts(ShimLibrary shim, MemorySegment model) {
        this.shim = shim;
        this.model = model;
    }

    /// Makes them, if they are not there. Takes a moment for a large vocabulary: not while
    /// sampling.
    synchronized MemorySegment made() {
        if (texts.equals(MemorySegment.NULL)) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment error = arena.allocate(ShimLibrary.ERROR_BYTES);
                texts = shim.textsNew.call(model, error, ShimLibrary.ERROR_BYTES);
                if (texts.equals(MemorySegment.NULL)) {
                    throw new NativeException(
                            "The texts of the model's tokens could not be sorted (%s)."
                                    .formatted(CText.reason(error)));
                }
            }
        }
        return texts;
    }

    /// How far one answer has come in a grammar, from its beginning.
    MemorySegment constraint(Grammar grammar) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment error = arena.allocate(ShimLibrary.ERROR_BYTES);
            MemorySegment made =
                    shim.constraintNew.call(
                            made(), grammar.segment(), error, ShimLibrary.ERROR_BYTES);
            if (made.equals(MemorySegment.NULL)) {
                throw new NativeException(
                        "The form that was asked for cannot be used (%s)."
                                .formatted(CText.reason(error)));
            }
            return made;
        }
    }

    /// Frees them; with the model, and no sooner.
    synchronized void free() {
        if (!texts.equals(MemorySegment.NULL)) {
            shim.textsFree.call(texts);
            texts = MemorySegment.NULL;
        }
    }
}
