package redoubt.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void to_a_plain_transcript_drops_one_space_before_its_first_word() {
        Answer answer = new Answer(List.of(), true);
        assertEquals("", answer.add(bytes("")));
        assertEquals(" two", answer.add(bytes("  two")));
        assertEquals(" words", answer.add(bytes(" words")));
    }

    @Test
    void to_a_template_keeps_its_space() {
        assertEquals(" word", new Answer(List.of(), false).add(bytes(" word")));
    }
}
