package redoubt.foreign.llama;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import redoubt.foreign.binding.Shapes;

/// The form that answers must have, read and checked. Never changes; may be used by several threads
/// and for several answers. Native memory goes with the object.
public final class Grammar {
    private final MemorySegment grammar;

    @SuppressWarnings("restricted") // its memory is freed when nobody holds this any more
    private Grammar(ShimLibrary shim, MemorySegment grammar) {
        this.grammar =
                grammar.reinterpret(1, Arena.ofAuto(), address -> shim.grammarFree.call(address));
    }

    /// @throws NativeException when the grammar is wrong, endless or too large
    static Grammar ofGbnf(ShimLibrary shim, String source) {
        return read(shim, shim.grammarNew, source, "The grammar cannot be used (%s).");
    }

    static Grammar ofForm(ShimLibrary shim, AnswerForm form) {
        return read(
                shim,
                shim.grammarOfForm,
                form.json(),
                "The form of the answer cannot be kept (%s).");
    }

    private static Grammar read(
            ShimLibrary shim, Shapes.PPPI function, String source, String sentence) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment error = arena.allocate(ShimLibrary.ERROR_BYTES);
            MemorySegment made =
                    function.call(CText.of(source, arena), error, ShimLibrary.ERROR_BYTES);
            if (made.equals(MemorySegment.NULL)) {
                throw new NativeException(sentence.formatted(CText.reason(error)));
            }
            return new Grammar(shim, made);
        }
    }

    MemorySegment segment() {
        return grammar;
    }
}
