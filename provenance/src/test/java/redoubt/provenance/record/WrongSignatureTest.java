package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A private key that was really destroyed: the JDK goes on signing with it and makes garbage,
/// which is found out beside the signing of the entries behind it.
class WrongSignatureTest {
    @TempDir Path home;

    private OpenRecord open() throws RecordException {
        return RecordOpening.open(RecordCrashTest.settings(home), System::nanoTime);
    }

    private static Pending append(AuditRecord record) throws RecordException {
        return record.append(new Event.SignedIn(), Actor.SYSTEM, OptionalLong.empty());
    }

    private static Pending commit(AuditRecord record) throws RecordException {
        return record.commit(new Event.SignedIn(), Actor.SYSTEM, OptionalLong.empty());
    }

    private void releases(OpenRecord record) {
        assertThrows(RecordException.class, record::close);
    }

    @Nested
    class Of_an_entry {
        @Test
        void fails_whoever_waits_for_it_and_names_it() throws Exception {
            var record = open();
            record.key().forget();
            var entry = append(record);
            var failed = assertThrows(RecordException.class, entry::awaitDurable);
            assertEquals(RecordException.Reason.SIGNER, failed.reason());
            assertTrue(
                    failed.sentence().contains("entry " + entry.appended().sequence()),
                    failed.sentence());
            releases(record);
        }

        /// They wait in the record itself, and one of them signs for all.
        @Test
        @Timeout(60)
        void fails_each_of_many_who_commit() throws Exception {
            var record = open();
            record.appendDurably(new Event.SignedIn(), Actor.SYSTEM);
            long size = record.size();
            record.key().forget();
            try (var writers = Executors.newVirtualThreadPerTaskExecutor()) {
                var failures = new ArrayList<Future<RecordException>>();
                for (int i = 0; i < 20; i++)
                    failures.add(
                            writers.submit(() ->
                                    assertThrows(RecordException.class, () -> commit(record))));
                for (var failure : failures)
                    assertEquals(RecordException.Reason.SIGNER, failure.get().reason());
            }
            assertEquals(size, record.size());
            releases(record);
        }

        @Test
        void keeps_everything_behind_it_off_the_disk() throws Exception {
            var record = open();
            record.appendDurably(new Event.SignedIn(), Actor.SYSTEM);
            long size = record.size();
            record.key().forget();
            var behind = new ArrayList<Pending>();
            try {
                for (int i = 0; i < 20; i++) behind.add(append(record));
            } catch (RecordException found) {
                assertEquals(RecordException.Reason.SIGNER, found.reason());
            }
            for (var entry : behind) {
                var failed = assertThrows(RecordException.class, entry::awaitDurable);
                assertEquals(RecordException.Reason.SIGNER, failed.reason());
            }
            assertEquals(size, record.size());
            assertEquals(size, RecordFullDiskTest.entries(home).size());
            releases(record);
        }

        @Test
        void closes_the_record_until_the_next_start_which_finds_it_whole() throws Exception {
            var record = open();
            record.key().forget();
            var entry = append(record);
            assertThrows(RecordException.class, entry::awaitDurable);
            var refused = assertThrows(RecordException.class, () -> append(record));
            assertEquals(RecordException.Reason.SIGNER, refused.reason());
            releases(record);
            try (var again = open()) {
                again.appendDurably(new Event.SignedIn(), Actor.SYSTEM);
            }
            RecordFullDiskTest.verifies(home);
        }
    }

    @Test
    void of_an_epochs_first_entry_takes_the_close_of_the_one_before_with_it() throws Exception {
        var record = open();
        long size = record.size();
        var next = EpochKey.generate();
        var opened =
                new Event.EpochOpened(
                        2,
                        next.publicKey(),
                        next.notePublicKey(),
                        1,
                        record.key().endorse(record.logId(), 2, next));
        next.forget();
        var entry = record.chain().turn("daily", next, opened);
        var failed = assertThrows(RecordException.class, entry::awaitDurable);
        assertEquals(RecordException.Reason.SIGNER, failed.reason());
        assertEquals(size, record.size());
        releases(record);
        open().close();
        RecordFullDiskTest.verifies(home);
    }

    /// Otherwise the close would go to disk with the next entry, and its key would sign on.
    @Test
    void of_an_epoch_that_cannot_be_opened_takes_its_close_back_too() throws Exception {
        var record = open();
        long size = record.size();
        var next = EpochKey.generate();
        var unwritable =
                new Event.EpochOpened(2, next.publicKey(), next.notePublicKey(), -1, Forge.ZEROS);
        assertThrows(
                IllegalArgumentException.class,
                () -> record.chain().turn("daily", next, unwritable));
        var refused = assertThrows(RecordException.class, () -> append(record));
        assertEquals(RecordException.Reason.SIGNER, refused.reason());
        releases(record);
        assertEquals(size, RecordFullDiskTest.entries(home).size());
        open().close();
        RecordFullDiskTest.verifies(home);
    }

    /// Nobody may wait for ever for a thread that is gone.
    @Test
    @Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void of_the_tree_refuses_those_that_wait_and_all_that_come() throws Exception {
        var record = open();
        long size = record.size();
        var head = record.chain().head();
        var written =
                record.chain()
                        .pen()
                        .write(head, new Event.SignedIn(), Actor.SYSTEM, OptionalLong.empty());
        var noLeaf = new Appended(size, Bytes.of(new byte[3]), Forge.ZEROS, Forge.ZEROS);
        var entry = new QueuedEntry(written, noLeaf, false, false, record);
        record.signed(entry);
        assertThrows(RecordException.class, entry::awaitDurable);
        assertThrows(RecordException.class, () -> append(record));
        assertEquals(size, record.size());
        releases(record);
        open().close();
        RecordFullDiskTest.verifies(home);
    }

    /// The key dies while six threads append: what was acknowledged is there, nothing else is.
    @Test
    void of_a_key_that_dies_under_load_takes_nothing_that_was_acknowledged() throws Exception {
        int writers = 6;
        var record = open();
        long before = record.size();
        Queue<Appended> acknowledged = new ConcurrentLinkedQueue<>();
        var begun = new CountDownLatch(3 * writers);
        try (var threads = Executors.newCachedThreadPool()) {
            var ends = new ArrayList<Future<RecordException>>();
            for (int i = 0; i < writers; i++)
                ends.add(
                        threads.submit(() -> {
                            while (true) {
                                try {
                                    var entry = append(record);
                                    entry.awaitDurable();
                                    acknowledged.add(entry.appended());
                                    begun.countDown();
                                } catch (RecordException refused) {
                                    return refused;
                                }
                            }
                        }));
            assertTrue(begun.await(300, TimeUnit.SECONDS));
            record.key().forget();
            for (var end : ends) assertEquals(RecordException.Reason.SIGNER, end.get().reason());
        }
        releases(record);
        var found = RecordFullDiskTest.entries(home);
        assertEquals(before + acknowledged.size(), found.size());
        for (var place : acknowledged)
            assertInstanceOf(
                    Event.SignedIn.class, found.get(Math.toIntExact(place.sequence())).event());
        open().close();
        RecordFullDiskTest.verifies(home);
    }

    @Test
    void of_a_checkpoint_is_found_before_anybody_gets_it() throws Exception {
        var key = EpochKey.generate();
        key.forget();
        assertThrows(
                GeneralSecurityException.class,
                () -> key.checkpoint(Forge.ZEROS, 1, Forge.ZEROS, Instant.EPOCH));
    }

    @Test
    void under_the_next_key_is_found_before_the_old_one_gives_way() throws Exception {
        var record = open();
        record.key().forget();
        assertThrows(
                GeneralSecurityException.class,
                () -> EpochTurn.prepare(record, new EpochKeyFiles(home.resolve("keys"))));
        assertEquals(1, record.epoch());
        record.release();
    }
}
