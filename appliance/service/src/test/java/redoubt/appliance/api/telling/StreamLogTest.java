package redoubt.appliance.api.telling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class StreamLogTest {
    private static final int FRAMES = 3000;

    private final StreamLog log = new StreamLog("s", "p-1", null, (_, _) -> {}, () -> {});

    private static byte[] frame(int number) {
        return ("data: " + number + "x".repeat(500) + "\n\n").getBytes(StandardCharsets.US_ASCII);
    }

    @Nested
    class A_long_stream_that_is_read_again {
        @Test
        void is_handed_out_in_small_parts_for_a_reader_may_be_slow() throws Exception {
            ByteArrayOutputStream told = new ByteArrayOutputStream();
            for (int number = 0; number < FRAMES; number++) {
                log.frame(frame(number));
                told.writeBytes(("id: " + number + "\n").getBytes(StandardCharsets.US_ASCII));
                told.writeBytes(frame(number));
            }
            log.end();
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            StreamLog.Read part = log.from(0, Duration.ZERO);
            assertFalse(part.over(), "all of it at once");
            for (; !part.over(); part = log.from(part.next(), Duration.ZERO)) {
                assertTrue(part.frames().length > 0);
                assertTrue(part.frames().length <= 128 * 1024, part.frames().length + " bytes");
                read.writeBytes(part.frames());
            }
            read.writeBytes(part.frames());
            assertArrayEquals(told.toByteArray(), read.toByteArray());
        }

        @Test
        void has_a_frame_that_is_longer_than_a_part_whole() throws Exception {
            byte[] large =
                    ("data: " + "x".repeat(1 << 20) + "\n\n").getBytes(StandardCharsets.US_ASCII);
            log.frame(large);
            log.end();
            StreamLog.Read part = log.from(0, Duration.ZERO);
            assertTrue(part.over());
            assertTrue(part.frames().length > large.length);
        }
    }
}
