package redoubt.engine.process;

/// How long a text is, without making anything of it. Each is a lower bound of what a tokenizer
/// will be given, so that nothing is refused that might fit.
final class TextLength {
    private static final int UNICODE_ESCAPE = 5;

    private TextLength() {}

    /// Bytes of this text in UTF-8.
    static long utf8(String text) {
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            bytes += bytesOf(text.charAt(i));
        }
        return bytes;
    }

    /// Bytes of the strings in this JSON document, at least: an escape counts as one. Names and
    /// punctuation are counted too; they are fewer than what a template writes around each message.
    static long utf8OfJson(String json) {
        long bytes = 0;
        for (int i = 0; i < json.length(); i++) {
            char character = json.charAt(i);
            if (character == '\\' && i + 1 < json.length()) {
                i += json.charAt(i + 1) == 'u' ? UNICODE_ESCAPE : 1;
                bytes++;
            } else {
                bytes += bytesOf(character);
            }
        }
        return bytes;
    }

    // A surrogate is half of a character of four bytes.
    private static int bytesOf(char character) {
        if (character < 0x80) {
            return 1;
        }
        return character < 0x800 || Character.isSurrogate(character) ? 2 : 3;
    }
}
