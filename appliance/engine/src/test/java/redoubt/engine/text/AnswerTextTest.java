package redoubt.engine.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class AnswerTextTest {
    @Nested
    class Characters_that_tokens_cut_apart {
        @Test
        void are_shown_whole() {
            Utf8Stream stream = new Utf8Stream();
            byte[] euro = "€".getBytes(StandardCharsets.UTF_8);
            assertEquals("", stream.add(new byte[] {euro[0]}));
            assertEquals("", stream.add(new byte[] {euro[1]}));
            assertEquals("€", stream.add(new byte[] {euro[2]}));
            assertEquals("", stream.end());
        }

        @Test
        void give_the_same_text_however_they_are_cut() {
            long seed = 20261121;
            System.out.println("seed " + seed);
            Random random = new Random(seed);
            String text = "a€ß😀 Grüße 漢字 \uD83D\uDC69\u200D\uD83D\uDCBB end";
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            for (int round = 0; round < 200; round++) {
                Utf8Stream stream = new Utf8Stream();
                StringBuilder shown = new StringBuilder();
                for (int from = 0; from < bytes.length; ) {
                    int to = Math.min(bytes.length, from + random.nextInt(4));
                    String part = stream.add(java.util.Arrays.copyOfRange(bytes, from, to));
                    assertFalse(
                            !part.isEmpty()
                                    && Character.isHighSurrogate(part.charAt(part.length() - 1)),
                            "half a character was shown");
                    shown.append(part);
                    from = to;
                }
                assertEquals(text, shown + stream.end());
            }
        }
    }

    @Nested
    class Bytes_that_are_no_character {
        @Test
        void become_the_replacement_character() {
            Utf8Stream stream = new Utf8Stream();
            assertEquals("a\uFFFDb", stream.add(new byte[] {'a', (byte) 0xFF, 'b'}));
        }

        @Test
        void become_one_at_the_end_when_a_character_was_never_finished() {
            Utf8Stream stream = new Utf8Stream();
            assertEquals("x", stream.add(new byte[] {'x', (byte) 0xF0, (byte) 0x9F}));
            assertEquals("\uFFFD", stream.end());
            assertEquals("", stream.end());
        }
    }

    @Nested
    class A_stop_text {
        @Test
        void is_never_shown_though_tokens_cut_it_apart() {
            StopTexts stops = new StopTexts(List.of("END"));
            assertEquals("say ", stops.add("say E"));
            assertEquals("", stops.add("N"));
            assertEquals("", stops.add("D and more"));
            assertTrue(stops.hit());
            assertEquals("", stops.add("never"));
            assertEquals("", stops.end());
        }

        @Test
        void that_does_not_come_after_all_lets_its_beginning_through() {
            StopTexts stops = new StopTexts(List.of("END"));
            assertEquals("", stops.add("EN"));
            assertEquals("ENT", stops.add("T"));
            assertEquals("", stops.add("EN"));
            assertEquals("EN", stops.end());
            assertFalse(stops.hit());
        }

        @Test
        void that_begins_inside_its_own_beginning_is_found() {
            StopTexts stops = new StopTexts(List.of("aab"));
            assertEquals("a", stops.add("aaa"));
            assertEquals("", stops.add("b"));
            assertTrue(stops.hit());
        }

        @Test
        void which_comes_first_counts() {
            StopTexts stops = new StopTexts(List.of("later", "now"));
            assertEquals("do ", stops.add("do now or later"));
            assertTrue(stops.hit());
        }

        @Test
        void leaves_the_same_text_however_tokens_cut_it() {
            long seed = 7;
            System.out.println("seed " + seed);
            Random random = new Random(seed);
            for (int round = 0; round < 500; round++) {
                String text = letters(random, 40);
                String stop = letters(random, 1 + random.nextInt(4));
                int at = text.indexOf(stop);
                StopTexts stops = new StopTexts(List.of(stop));
                StringBuilder shown = new StringBuilder();
                for (int from = 0; from < text.length(); ) {
                    int to = Math.min(text.length(), from + 1 + random.nextInt(3));
                    shown.append(stops.add(text.substring(from, to)));
                    from = to;
                }
                shown.append(stops.end());
                assertEquals(at >= 0, stops.hit(), text + " / " + stop);
                assertEquals(at >= 0 ? text.substring(0, at) : text, shown.toString());
            }
        }

        private static String letters(Random random, int length) {
            StringBuilder text = new StringBuilder();
            for (int at = 0; at < length; at++) {
                text.append((char) ('a' + random.nextInt(2)));
            }
            return text.toString();
        }
    }
}
