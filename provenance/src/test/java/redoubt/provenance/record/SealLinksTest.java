package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SealLinksTest {
    private final SealLinks links = new SealLinks();

    /// @param outputs what each entry refers to as a SEAL; -1 for none
    private void add(long... outputs) {
        for (long output : outputs)
            links.add(output < 0 ? OptionalLong.empty() : OptionalLong.of(output));
    }

    @Test
    void the_seals_of_an_output_are_found_in_their_order_among_others() {
        add(-1, -1, 0, 1, 0, -1, 0, 1);
        assertEquals(List.of(2L, 4L, 6L), links.of(0));
        assertEquals(List.of(3L, 7L), links.of(1));
        assertEquals(List.of(), links.of(5));
        assertEquals(List.of(), links.of(8));
        assertEquals(List.of(), links.of(-1));
    }

    @Test
    void a_seal_that_refers_to_a_seal_to_itself_or_to_nothing_belongs_to_nobody() {
        add(-1, 0, 1, 3, 99, 0);
        assertEquals(List.of(1L, 5L), links.of(0));
        for (long seal = 1; seal < 6; seal++) assertEquals(List.of(), links.of(seal));
    }
}
