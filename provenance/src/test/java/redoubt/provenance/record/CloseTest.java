package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Threads that append while another closes: each of their entries is there or was refused, and
/// none follows EPOCH_CLOSED.
class CloseTest {
    private static final int WRITERS = 6;
    private static final int TURNS = 5;

    @TempDir Path home;

    @Test
    void an_entry_is_in_the_record_before_its_end_or_is_refused() throws Exception {
        Queue<Appended> acknowledged = new ConcurrentLinkedQueue<>();
        AtomicInteger refusals = new AtomicInteger();
        for (int turn = 0; turn < TURNS; turn++) {
            var record = AuditRecord.open(RecordCrashTest.settings(home));
            var begun = new CountDownLatch(WRITERS);
            try (var writers = Executors.newCachedThreadPool()) {
                for (int i = 0; i < WRITERS; i++)
                    writers.execute(() -> {
                        try {
                            while (true) {
                                var entry =
                                        record.append(
                                                new Event.SignedIn(),
                                                Actor.SYSTEM,
                                                OptionalLong.empty());
                                begun.countDown();
                                entry.awaitDurable();
                                acknowledged.add(entry.appended());
                            }
                        } catch (RecordException closed) {
                            if (closed.reason() == RecordException.Reason.CLOSED)
                                refusals.incrementAndGet();
                        }
                    });
                assertTrue(begun.await(300, TimeUnit.SECONDS));
                record.close();
            }
        }
        assertEquals(TURNS * WRITERS, refusals.get(), "a writer ended otherwise than by the close");
        var found = entries();
        for (var place : acknowledged)
            assertInstanceOf(
                    Event.SignedIn.class,
                    found.get(Math.toIntExact(place.sequence())).event(),
                    "entry " + place.sequence());
        assertEquals(
                acknowledged.size(),
                found.stream().filter(entry -> entry.event() instanceof Event.SignedIn).count(),
                "an entry was refused and is there, or was acknowledged and is not");
        assertInstanceOf(Event.EpochClosed.class, found.getLast().event());
        RecordFullDiskTest.verifies(home);
    }

    @Test
    void of_somebody_who_was_interrupted_is_in_order_and_the_interruption_stands()
            throws Exception {
        var record = AuditRecord.open(RecordCrashTest.settings(home));
        Thread.currentThread().interrupt();
        record.close();
        assertTrue(Thread.interrupted());
        assertInstanceOf(Event.EpochClosed.class, entries().getLast().event());
        try (var again = AuditRecord.open(RecordCrashTest.settings(home))) {
            assertTrue(again.recovery().orderly());
        }
    }

    @Test
    void of_a_start_that_fails_at_its_end_leaves_no_thread_behind() throws Exception {
        AuditRecord.open(RecordCrashTest.settings(home)).close();
        Files.delete(home.resolve("trust/record-log-id"));
        // A folder where the file would be written.
        Files.createDirectories(home.resolve("trust/record-log-id.new/it"));
        var before = committers();
        assertThrows(RecordException.class, () -> AuditRecord.open(RecordCrashTest.settings(home)));
        assertEquals(before, committers());
    }

    private static Set<Thread> committers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("record-committer"))
                .collect(Collectors.toSet());
    }

    private List<Entry> entries() throws Exception {
        return RecordFullDiskTest.entries(home);
    }
}
