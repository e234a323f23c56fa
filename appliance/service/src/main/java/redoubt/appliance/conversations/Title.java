package redoubt.appliance.conversations;

import java.text.BreakIterator;
import java.util.Locale;
import java.util.regex.Pattern;

/// What a conversation is called until somebody names it: the beginning of its first message, as
/// plain text on one line.
public final class Title {
    private static final int CHARACTERS_MAX = 60;
    // What is looked at of a message, which may be a book.
    private static final int LOOKED_AT = 2048;
    // A heading, a quotation, an item of a list, or the fence of code.
    private static final Pattern MARKS = Pattern.compile("^(?:(?:#{1,6}|>|[-*+]|`{3,}\\w*) )+");
    private static final Pattern TAIL = Pattern.compile("[\\s,;:–—-]+$");
    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
    private static final int ZERO_WIDTH_JOINER = 0x200D;
    private static final int SELECTORS_FIRST = 0xE0100;
    private static final int SELECTORS_LAST = 0xE01EF;

    private Title() {}

    /// Empty where nothing of the message can be shown.
    public static String of(String message) {
        StringBuilder plain = new StringBuilder();
        message.codePoints().limit(LOOKED_AT).forEach(point -> add(plain, point));
        String line = plain.toString().strip().replaceAll(" +", " ");
        return cut(MARKS.matcher(line).replaceFirst(""));
    }

    private static void add(StringBuilder plain, int point) {
        switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    plain.append(' ');
            // What turns the direction of text would turn the list's, too.
            case Character.FORMAT -> {
                if (point == ZERO_WIDTH_JOINER || point == ZERO_WIDTH_NON_JOINER)
                    plain.appendCodePoint(point);
            }
            case Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED -> {}
            default -> {
                // A credential within a text that was pasted.
                if (point < SELECTORS_FIRST || point > SELECTORS_LAST) plain.appendCodePoint(point);
            }
        }
    }

    private static String cut(String line) {
        if (line.codePointCount(0, line.length()) <= CHARACTERS_MAX) return line;
        int most = line.offsetByCodePoints(0, CHARACTERS_MAX);
        int word = line.lastIndexOf(' ', most);
        int end = word > most / 2 ? word : wholeCharacters(line, most);
        return TAIL.matcher(line.substring(0, end)).replaceFirst("") + "…";
    }

    private static int wholeCharacters(String line, int most) {
        BreakIterator characters = BreakIterator.getCharacterInstance(Locale.ROOT);
        characters.setText(line);
        int end = characters.isBoundary(most) ? most : characters.preceding(most);
        return end > 0 ? end : most;
    }
}
