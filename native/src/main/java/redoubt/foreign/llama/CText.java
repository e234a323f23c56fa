package redoubt.foreign.llama;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/// Texts that cross the border, always bounded.
@SuppressWarnings("restricted") // texts are read no further than their bound
final class CText {
    /// Longer than any text that llama.cpp hands out; a longer one is cut, never read past.
    private static final long BYTES_MAX = 16L << 20;

    private CText() {}

    /// A text ended by a zero.
    static MemorySegment of(String text, Arena arena) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "a text for native code must not hold the character U+0000");
        }
        return arena.allocateFrom(text);
    }

    /// A text that native code owns, or "" for NULL.
    static String read(MemorySegment address) {
        if (address.equals(MemorySegment.NULL)) {
            return "";
        }
        MemorySegment text = address.reinterpret(BYTES_MAX);
        long length = 0;
        while (length < BYTES_MAX && text.get(ValueLayout.JAVA_BYTE, length) != 0) {
            length++;
        }
        return read(address, length);
    }

    /// A text of known length.
    static String read(MemorySegment address, long length) {
        byte[] bytes = address.reinterpret(length).toArray(ValueLayout.JAVA_BYTE);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /// What a failed function left in its error buffer, without the stop at the end.
    static String reason(MemorySegment error) {
        String sentence = error.getString(0).strip();
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }
}
