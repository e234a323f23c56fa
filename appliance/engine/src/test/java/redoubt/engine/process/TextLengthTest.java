package redoubt.engine.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TextLengthTest {
    private static String anyText(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(200); i > 0; i--) {
            int character =
                    switch (random.nextInt(4)) {
                        case 0 -> random.nextInt(0x20);
                        case 1 -> "\"\\/ab".charAt(random.nextInt(5));
                        case 2 -> 0x20 + random.nextInt(0x3000);
                        default -> 0x10000 + random.nextInt(0x1000);
                    };
            text.appendCodePoint(character);
        }
        return text.toString();
    }

    @Test
    void of_a_text_is_its_bytes_in_utf_8() {
        Random random = new Random(20_261_121);
        for (int i = 0; i < 500; i++) {
            String text = anyText(random);
            assertEquals(text.getBytes(StandardCharsets.UTF_8).length, TextLength.utf8(text));
        }
    }

    @Test
    void of_json_is_never_more_than_its_text_and_its_punctuation() throws Exception {
        Random random = new Random(20_261_122);
        ObjectMapper mapper = new ObjectMapper();
        for (int i = 0; i < 500; i++) {
            String text = anyText(random);
            long bytes = TextLength.utf8OfJson(mapper.writeValueAsString(text));
            long atMost = text.getBytes(StandardCharsets.UTF_8).length + 2L;
            assertTrue(bytes <= atMost, bytes + " of " + atMost);
            assertTrue(bytes >= text.codePointCount(0, text.length()), "each character counts");
        }
    }

    @Test
    void of_json_counts_an_escape_once_and_survives_one_that_is_cut_off() {
        assertEquals(4, TextLength.utf8OfJson("\"\\u00e9\\n\""));
        assertEquals(2, TextLength.utf8OfJson("\"\\"));
    }
}
