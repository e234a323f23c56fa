package redoubt.provenance.credentials;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.regex.Pattern;

/// The text of an answer in the one spelling that is hashed, stored, shown and stamped.
///
/// A model can write anything, also the marks by which a credential is found in a text. They are
/// made harmless here, once and for every form, so that no output can carry somebody else's
/// credential or make its own uncertain:
///
/// - each U+FEFF followed by variation selectors, the shape of an A.8 wrapper, is removed with its
///   selectors (one pass is enough: nothing that remains can join into a new one);
/// - the delimiters of A.9 keep their words, with a no-break space that stops them from matching;
/// - a lone surrogate, which no UTF-8 can hold, becomes U+FFFD;
/// - the whole is normalised to NFC;
/// - an answer without any text becomes one line break, because C2PA cannot be bound to nothing.
///
/// Making it again of its own text changes nothing. Immutable, any thread. Linear in the length.
/// Source: C2PA 2.4, A.8 and A.9; docs/content-credentials.md section 2.
public final class AnswerText {
    private static final char MARKER = '\uFEFF';
    private static final Pattern DELIMITER =
            Pattern.compile("(?<=-----)(BEGIN|END) C2PA MANIFEST(?=-----)");

    private final String text;
    private final byte[] utf8;
    private final String sha256;

    private AnswerText(String text) {
        this.text = text;
        this.utf8 = text.getBytes(StandardCharsets.UTF_8);
        this.sha256 = Hex.sha256(utf8);
    }

    /// The canonical form of what a model wrote.
    public static AnswerText of(String written) {
        String nfc = Normalizer.normalize(withoutWrappers(written), Normalizer.Form.NFC);
        String harmless = DELIMITER.matcher(nfc).replaceAll("$1 C2PA\u00A0MANIFEST");
        return new AnswerText(harmless.isEmpty() ? "\n" : harmless);
    }

    public String text() {
        return text;
    }

    public byte[] utf8() {
        return utf8.clone();
    }

    /// SHA-256 of the UTF-8 bytes, lower-case hex.
    public String sha256() {
        return sha256;
    }

    byte[] shared() {
        return utf8;
    }

    private static String withoutWrappers(String written) {
        StringBuilder kept = new StringBuilder(written.length());
        int i = 0;
        while (i < written.length()) {
            int c = written.codePointAt(i);
            int next = i + Character.charCount(c);
            if (c == MARKER && next < written.length() && isSelector(written.codePointAt(next))) {
                i = next;
                while (i < written.length() && isSelector(written.codePointAt(i))) {
                    i += Character.charCount(written.codePointAt(i));
                }
                continue;
            }
            boolean lone = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
            kept.appendCodePoint(lone ? 0xFFFD : c);
            i = next;
        }
        return kept.toString();
    }

    private static boolean isSelector(int c) {
        return (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF);
    }
}
