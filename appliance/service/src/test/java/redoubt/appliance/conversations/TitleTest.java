package redoubt.appliance.conversations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

/// What a conversation is called.
class TitleTest {
    private static final int TITLE_POINTS_MAX = 61;

    @Test
    void is_the_whole_message_where_that_is_short() {
        assertEquals("What is a redoubt?", Title.of("  What is\n\n a\tredoubt? "));
        assertEquals("-5 degrees, or 23?", Title.of("-5 degrees, or 23?"));
    }

    @Test
    void is_cut_at_a_word() {
        assertEquals(
                "Summarise for the board what the report of last year says…",
                Title.of(
                        "Summarise for the board what the report of last year says about the fortress."));
        assertEquals(
                "Compare these four, without further words of introduction…",
                Title.of(
                        "Compare these four, without further words of introduction: alpha, beta and gamma"));
    }

    @Test
    void is_cut_between_characters_where_there_are_no_words() {
        assertEquals("a".repeat(60) + "…", Title.of("a".repeat(100)));
        String family = "\uD83D\uDC69\u200D\uD83D\uDC69\u200D\uD83D\uDC67";
        assertEquals(family.repeat(12) + "…", Title.of(family.repeat(30)));
        assertEquals("字".repeat(60) + "…", Title.of("字".repeat(70)));
    }

    @Test
    void is_plain_text() {
        assertEquals("Plan", Title.of("# Plan"));
        assertEquals("said he", Title.of("> - said he"));
        assertEquals("int x = 1;", Title.of("```java\nint x = 1;"));
        assertEquals("evil txt.exe", Title.of("evil\u202E txt.exe\u2066"));
        assertEquals("bell and null", Title.of("bell\u0007and\u0000null"));
        assertEquals("Sealed text", Title.of("Sealed" + "\uDB40\uDD00".repeat(300) + " text"));
    }

    @Test
    void is_empty_where_nothing_can_be_shown() {
        assertEquals("", Title.of("\u202E\u2066 \n"));
        assertEquals("", Title.of(""));
    }

    @Test
    void is_short_and_without_controls_whatever_the_message_is() {
        long seed = Long.getLong("redoubt.seed", 20_261_121);
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            String message =
                    random.ints(random.nextInt(3000), 0, i % 2 == 0 ? 0x110000 : 0x3000)
                            .collect(
                                    StringBuilder::new,
                                    StringBuilder::appendCodePoint,
                                    StringBuilder::append)
                            .toString();
            String title = Title.of(message);
            assertTrue(title.codePointCount(0, title.length()) <= TITLE_POINTS_MAX, message);
            assertTrue(title.codePoints().noneMatch(Character::isISOControl), message);
        }
    }
}
