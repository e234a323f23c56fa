package redoubt.appliance.api.telling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.identity.Principal;

/// What all streams together may hold.
class StreamsInAllTest {
    private static final long BYTES_MAX = 100_000;
    private static final Principal OWNER = Principal.console();

    private final Streams streams = new Streams(BYTES_MAX);

    @AfterEach
    void end() {
        streams.close();
    }

    private StreamLog open(String id) {
        return streams.open(OWNER, id, "c-" + id, true, () -> {});
    }

    private static void grow(StreamLog log, int frames) {
        byte[] frame = ("data: " + "x".repeat(990) + "\n\n").getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < frames; i++) log.frame(frame);
    }

    @Test
    void one_that_grows_beyond_it_lets_go_of_its_beginning() throws Exception {
        StreamLog log = open("a");
        grow(log, 1000);
        assertTrue(streams.bytes() <= BYTES_MAX, "holds " + streams.bytes());
        RefusedException lost =
                assertThrows(RefusedException.class, () -> log.from(0, Duration.ZERO));
        assertEquals("stream_offset_lost", lost.code());
        assertEquals(1000, log.from(999, Duration.ZERO).next());
    }

    @Test
    void those_that_ended_go_first() throws Exception {
        StreamLog ended = open("a");
        grow(ended, 50);
        ended.end();
        StreamLog growing = open("b");
        grow(growing, 80);
        assertThrows(RefusedException.class, () -> streams.find("a", OWNER));
        assertTrue(growing.from(0, Duration.ZERO).frames().length > 0, "it is whole");
        assertTrue(streams.bytes() <= BYTES_MAX, "holds " + streams.bytes());
    }

    @Test
    void several_that_grow_together_stay_within_it() {
        StreamLog one = open("a");
        StreamLog other = open("b");
        for (int i = 0; i < 300; i++) {
            grow(one, 1);
            grow(other, 1);
        }
        assertTrue(streams.bytes() <= BYTES_MAX, "holds " + streams.bytes());
    }

    @Test
    void what_is_erased_holds_nothing_and_cannot_be_read_nor_grow() throws Exception {
        StreamLog log = open("a");
        grow(log, 20);
        streams.drop(Set.of("c-other"));
        assertEquals(log, streams.find("a", OWNER));
        streams.drop(Set.of("c-a"));
        assertEquals(0, streams.bytes());
        grow(log, 5);
        assertEquals(0, streams.bytes());
        assertThrows(RefusedException.class, () -> streams.find("a", OWNER));
        assertThrows(RefusedException.class, () -> log.from(0, Duration.ZERO));
        assertTrue(log.from(20, Duration.ZERO).over());
    }

    @Test
    void the_sum_is_nothing_again_when_all_are_gone() {
        for (int i = 0; i < 30; i++) {
            StreamLog log = open("s" + i);
            grow(log, 7);
            log.end();
            streams.forget("s" + i, OWNER);
        }
        assertEquals(0, streams.bytes());
    }
}
