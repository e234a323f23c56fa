package redoubt.appliance.answers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.text.Normalizer;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The one text that is sealed of everything that a model said.
class SaidTest {
    private static final List<Said.Call> CALL =
            List.of(new Said.Call("c1", "look_up", "{\"city\":\"Köln\"}"));

    private static String sealed(Said said) {
        return said.sealed().text();
    }

    @Test
    void is_the_content_where_there_is_only_content() {
        assertEquals("{\"a\": 1}", sealed(Said.content("{\"a\": 1}")));
    }

    @Test
    void is_an_object_in_a_fixed_order_where_there_is_more() {
        assertEquals(
                "{\"redoubt\":\"answer/1\",\"content\":\"é\",\"reasoning\":\"Hm.\",\"tool_calls\":"
                        + "[{\"id\":\"c1\",\"name\":\"look_up\",\"arguments\":\"{\\\"city\\\":\\\"Köln\\\"}\"}]}",
                sealed(new Said("e\u0301", "Hm.", CALL)));
    }

    @Test
    void comes_back_as_it_was() {
        for (Said said :
                List.of(
                        Said.content("plain"),
                        Said.content(""),
                        new Said("", "thinking", List.of()),
                        new Said("line\n\u0301", "\u0338<", CALL))) {
            String text = sealed(said);
            if (!text.equals("\n")) assertEquals(said, Said.read(text));
        }
    }

    @Test
    void cannot_be_imitated_by_content() {
        Said real = new Said("yes", "secretly no", List.of());
        Said imitation = Said.content(sealed(real));
        assertNotEquals(sealed(real), sealed(imitation));
        assertEquals(imitation, Said.read(sealed(imitation)));
    }

    @Test
    void is_in_nfc_also_where_a_mark_follows_an_escape() {
        String text = sealed(new Said("n\n\u0301", "r", List.of()));
        assertEquals(text, Normalizer.normalize(text, Normalizer.Form.NFC));
        assertEquals("n\n\u0301", Said.read(text).content());
    }
}
