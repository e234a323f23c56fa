package redoubt.engine.text;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// Turns the bytes of tokens into whole characters: a token may end inside one, and then its bytes
/// wait for the next. Bytes that can never become a character become U+FFFD. One thread.
public final class Utf8Stream {
    private static final int WAITING_BYTES_MAX = 3;

    private final CharsetDecoder decoder =
            StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private byte[] waiting = new byte[0];

    /// The characters that are whole now; empty while none is.
    public String add(byte[] piece) {
        return decode(piece, false);
    }

    /// What is left at the end: U+FFFD for a character that was never finished, or nothing.
    public String end() {
        return decode(new byte[0], true);
    }

    private String decode(byte[] piece, boolean end) {
        ByteBuffer bytes = ByteBuffer.allocate(waiting.length + piece.length);
        bytes.put(waiting).put(piece).flip();
        CharBuffer characters = CharBuffer.allocate(bytes.remaining() + 1);
        decoder.reset();
        decoder.decode(bytes, characters, end);
        if (end) {
            decoder.flush(characters);
        }
        waiting = new byte[bytes.remaining()];
        bytes.get(waiting);
        if (waiting.length > WAITING_BYTES_MAX) {
            throw new AssertionError("more bytes wait than a character has");
        }
        return characters.flip().toString();
    }
}
