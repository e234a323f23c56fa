package redoubt.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redoubt.provenance.record.EventType;

/// What somebody typed becomes criteria, or a sentence that says what to type.
class CriteriaTextTest {
    private static Criteria read(String name, String value) throws BadCriteriaException {
        return CriteriaText.read(Map.of(name, List.of(value)));
    }

    private static String refusal(String name, String value) {
        var refused = assertThrows(BadCriteriaException.class, () -> read(name, value));
        assertEquals(name, refused.criterion());
        return refused.sentence();
    }

    private static OptionalLong us(String moment) {
        return OptionalLong.of(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(moment)));
    }

    @Nested
    class A_time {
        @Test
        void may_be_a_day_which_is_meant_whole() throws Exception {
            assertEquals(us("2026-11-22T00:00:00Z"), read("from", "2026-11-22").fromUs());
            assertEquals(us("2026-11-23T00:00:00Z"), read("to", "2026-11-22").toUs());
        }

        @Test
        void may_be_a_moment_with_any_offset() throws Exception {
            assertEquals(
                    us("2026-11-22T03:30:00Z"), read("from", "2026-11-22T04:30:00+01:00").fromUs());
            assertEquals(us("2026-11-22T03:30:00Z"), read("to", "2026-11-22T03:30:00Z").toUs());
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "yesterday",
                    "2026-13-01",
                    "2026-02-30",
                    "22.11.2026",
                    "2026-11-22T04:30:00",
                    "1969-12-30",
                    "+999999999-12-31T00:00:00Z",
                    "2026-11-22 04:30"
                })
        void is_refused_in_any_other_form(String text) {
            assertTrue(refusal("from", text).contains("2026-11-22T04:30:00Z"));
            assertTrue(refusal("to", text).contains("2026-11-22"));
        }

        @Test
        void that_ends_before_it_begins_is_refused() {
            var both = Map.of("from", List.of("2026-11-22"), "to", List.of("2026-11-21"));
            var refused = assertThrows(BadCriteriaException.class, () -> CriteriaText.read(both));
            assertTrue(refused.sentence().contains("later than 'from'"), refused.sentence());
        }
    }

    @Nested
    class A_type {
        @Test
        void is_named_as_in_the_record_or_as_people_write() throws Exception {
            assertEquals(
                    Set.of(EventType.INTENT, EventType.SIGNED_IN),
                    read("type", "intent, signed-in").types());
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "INTENT,", "intents", "\u001b[31m", "IN TENT"})
        void that_does_not_exist_is_refused_with_those_that_do(String text) {
            var sentence = refusal("type", text);
            assertTrue(sentence.contains("INTENT, OUTPUT, SEAL"), sentence);
            assertFalse(sentence.contains("\u001b"), sentence);
        }
    }

    @Nested
    class A_hash {
        @Test
        void is_read_in_either_case() throws Exception {
            assertEquals("ab".repeat(32), read("hash", "AB".repeat(32)).hash().orElseThrow());
            assertEquals("ab".repeat(32), read("model", "AB".repeat(32)).model().orElseThrow());
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "ab", "zz"})
        void of_another_form_is_refused(String text) {
            assertTrue(refusal("hash", text).contains("sha256sum"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a\u0000b", "\u001b[2J", "\ud800"})
    void a_text_that_a_terminal_would_obey_or_nobody_sees_is_refused(String text) {
        for (var name : List.of("person", "model", "adapter", "tool", "request"))
            assertTrue(refusal(name, text).contains("without control characters"));
    }

    @Test
    void a_text_beyond_all_measure_is_refused() {
        assertTrue(refusal("model", "m".repeat(201)).contains("1 to 200"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "01", "1e3", "99999999999999999999"})
    void a_reference_is_the_number_of_an_entry(String text) {
        assertTrue(refusal("refers-to", text).contains("the number of an entry"));
    }

    @Test
    void a_criterion_that_does_not_exist_is_refused_with_those_that_do() {
        var sentence = refusal("persons", "x");
        assertTrue(sentence.contains("There is no criterion 'persons'"), sentence);
        assertTrue(sentence.contains("person, refers-to, request, to, tool, type"), sentence);
    }

    @Test
    void a_criterion_that_is_there_twice_is_refused() {
        var twice = Map.of("type", List.of("INTENT", "OUTPUT"));
        var refused = assertThrows(BadCriteriaException.class, () -> CriteriaText.read(twice));
        assertTrue(refused.sentence().contains("with commas between types"), refused.sentence());
    }

    @Test
    void the_record_is_told_no_text_that_it_does_not_hold_already() throws Exception {
        var criteria =
                CriteriaText.read(
                        Map.of(
                                "type", List.of("OUTPUT,INTENT"),
                                "person", List.of("Ada, the patient of room 12"),
                                "model", List.of("tiny"),
                                "from", List.of("2026-11-22")));
        assertEquals(
                "type=INTENT,OUTPUT person=unknown model=tiny from=2026-11-22T00:00:00Z",
                criteria.text(term -> term.text().equals("tiny")));
        assertEquals("all", Criteria.ALL.text(_ -> false));
    }
}
