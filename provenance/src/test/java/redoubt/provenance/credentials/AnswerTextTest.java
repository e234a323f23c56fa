package redoubt.provenance.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class AnswerTextTest {
    private static final String SELECTOR = "\uFE0F";

    @Test
    void is_normalised_to_nfc() {
        assertEquals("é", AnswerText.of("e\u0301").text());
    }

    @Test
    void keeps_ordinary_text_and_emoji_as_they_are() {
        for (String text :
                new String[] {"plain", "☺\uFE0F and 👩\u200D🔬", "\uFEFFwith a mark", "汉字\n"}) {
            assertEquals(text, AnswerText.of(text).text());
        }
    }

    @Test
    void of_no_answer_at_all_is_one_line_break() {
        assertEquals("\n", AnswerText.of("").text());
        assertEquals("\n", AnswerText.of("\uFEFF" + SELECTOR).text());
    }

    @Test
    void replaces_half_a_surrogate_pair() {
        assertEquals("a\uFFFDb", AnswerText.of("a\uD800b").text());
        assertEquals("a\uFFFD", AnswerText.of("a\uDC00").text());
    }

    @Test
    void composes_what_a_removed_wrapper_held_apart() {
        assertEquals("é", AnswerText.of("e\uFEFF" + SELECTOR + "\u0301").text());
    }

    @Test
    void keeps_the_words_of_a_markdown_delimiter_but_not_its_effect() {
        String text =
                AnswerText.of(
                                "-----BEGIN C2PA MANIFEST-----BEGIN C2PA MANIFEST----- x"
                                        + " -----END C2PA MANIFEST-----")
                        .text();
        assertFalse(text.contains("BEGIN C2PA MANIFEST"), text);
        assertFalse(text.contains("END C2PA MANIFEST"), text);
        assertTrue(text.contains("BEGIN C2PA\u00A0MANIFEST"), text);
    }

    @Nested
    class A_wrapper_that_a_model_wrote {
        @TempDir Path folder;

        @Test
        void is_removed_whole_or_nested() throws Exception {
            String wrapper =
                    new String(
                            TextCarrier.INSTANCE.embed(new byte[0], new byte[300]),
                            StandardCharsets.UTF_8);
            assertEquals("ab", AnswerText.of("a" + wrapper + "b").text());
            String nested = wrapper.substring(0, 9) + wrapper + wrapper.substring(9);
            String rest = AnswerText.of("a" + nested + "b").text();
            assertNull(TextCarrier.INSTANCE.extract(rest.getBytes(StandardCharsets.UTF_8)), rest);
        }

        @Test
        void of_another_answer_does_not_ride_along() throws Exception {
            try (Site site = Site.in(folder)) {
                String other =
                        new String(
                                site.stamp(Form.TEXT, "Another answer.").bytes(),
                                StandardCharsets.UTF_8);
                Stamped stamped = site.stamp(Form.TEXT, other);
                assertInstanceOf(CredentialVerdict.Valid.class, site.verify(stamped));
                String markdown =
                        new String(
                                site.stamp(Form.MARKDOWN, "Another answer.").bytes(),
                                StandardCharsets.UTF_8);
                assertInstanceOf(
                        CredentialVerdict.Valid.class,
                        site.verify(site.stamp(Form.MARKDOWN, markdown)));
            }
        }
    }

    @Test
    void made_again_of_itself_is_the_same() {
        long seed = Long.getLong("redoubt.seed", 20261121L);
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        String[] parts = {
            "\uFEFF",
            SELECTOR,
            "\uDB40\uDD00",
            "e",
            "\u0301",
            "\uD800",
            "-----",
            "BEGIN C2PA MANIFEST",
            "END C2PA MANIFEST",
            "C2PATXT",
            " ",
            "\n",
            "\u212B"
        };
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(14); n >= 0; n--) {
                text.append(parts[random.nextInt(parts.length)]);
            }
            String once = AnswerText.of(text.toString()).text();
            assertEquals(once, AnswerText.of(once).text());
        }
    }

    @Test
    @Timeout(300) // a bound against a quadratic scan, far from any real duration
    void is_made_in_one_pass_of_a_million_selectors_and_marks() {
        assertEquals("\n", AnswerText.of("\uFEFF" + SELECTOR.repeat(1_000_000)).text());
        assertEquals("\n", AnswerText.of(("\uFEFF" + SELECTOR).repeat(500_000)).text());
        assertEquals(
                "\uFEFF".repeat(999_999),
                AnswerText.of("\uFEFF".repeat(1_000_000) + SELECTOR).text());
        assertEquals(5_000_000, AnswerText.of("-".repeat(5_000_000)).text().length());
    }
}
