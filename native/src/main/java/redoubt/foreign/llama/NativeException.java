package redoubt.foreign.llama;

import java.io.Serial;

/// Something that llama.cpp could not do. The message is a sentence for a person: what happened,
/// what it means, what to do. Thrown on the calling thread; the native side is left usable.
public final class NativeException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    // What the shim says of std::bad_alloc, and what a computation without memory is given as
    // reason.
    private static final String OUT_OF_MEMORY = "There is not enough memory.";
    // What llama_decode returns when buffers cannot be had.
    private static final int NO_MEMORY = -2;

    /// @param sentence what happened, what it means and what to do
    public NativeException(String sentence) {
        super(sentence);
    }

    /// @param sentence what happened, what it means and what to do
    public NativeException(String sentence, Throwable cause) {
        super(sentence, cause);
    }

    /// The reason of a computation's failure.
    static String why(int result, String said) {
        return result == NO_MEMORY ? OUT_OF_MEMORY : said;
    }

    /// Whether native code was given no memory.
    public boolean outOfMemory() {
        return String.valueOf(getMessage()).contains(OUT_OF_MEMORY);
    }
}
