package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the root, witnesses and anchors say of a record, in the record itself; and that the number
/// of threads changes nothing of what is found. docs/audit-record.md sections 6.1 and 10.
class RecordRulesTest {
    @TempDir Path home;
    @TempDir Path elsewhere;
    private Forge forge;

    @BeforeEach
    void begin() throws Exception {
        forge = new Forge(home);
        forge.add(new Event.SignedIn()).inference("r1").turn().inference("r2");
    }

    private RecordReport verify() throws Exception {
        return new RecordVerifier(RecordTrust.read(forge.trust()), List.of())
                .verify(forge.folder(), size -> {});
    }

    private void holds(String saying) throws Exception {
        forge.write();
        var report = verify();
        assertEquals(Verdict.VALID_UNWITNESSED, report.verdict(), report.checks().toString());
        assertTrue(report.checks().toString().contains(saying), report.checks().toString());
    }

    private void isFound(Verdict verdict, String check) throws Exception {
        forge.write();
        var report = verify();
        assertEquals(verdict, report.verdict(), report.checks().toString());
        assertEquals(check, report.checks().getLast().name(), report.checks().toString());
    }

    @Nested
    class An_epoch_that_the_root_opened_because_a_key_was_lost {
        @Test
        void follows_an_epoch_that_nobody_could_close() throws Exception {
            forge.replace().add(new Event.SignedIn());
            holds("1 that took the place of a lost key");
        }

        @Test
        void follows_a_closed_epoch_too_and_is_followed_by_ordinary_ones() throws Exception {
            forge.add(new Event.EpochClosed(2, "test")).replace().turn().add(new Event.SignedIn());
            holds("4 epoch(s)");
        }

        @Test
        void cannot_be_moved_to_another_place() throws Exception {
            forge.replace();
            var signature = ((Event.EpochOpened) entry(forge.next() - 1).event()).endorsement();
            forge.entries.removeLast();
            forge.addPayload(
                    Forge.withEpoch(forge.entry(new Event.SignedIn()), 2).encode(),
                    forge.keys.get(1));
            forge.add(forge.replacement(signature));
            isFound(Verdict.INVALID, "epoch chain");
        }

        @Test
        void is_refused_without_the_roots_signature() throws Exception {
            EpochKey stolen = forge.key();
            forge.keys.add(EpochKey.generate());
            forge.add(forge.replacement(stolen.endorse(forge.logId(), 3, forge.key())));
            isFound(Verdict.INVALID, "epoch chain");
        }

        @Test
        void is_refused_with_what_the_root_signs_for_a_first_epoch() throws Exception {
            forge.keys.add(EpochKey.generate());
            forge.add(forge.replacement(forge.root.endorse(forge.logId(), 3, forge.key())));
            isFound(Verdict.INVALID, "epoch chain");
        }

        @Test
        void ends_what_the_lost_key_may_sign() throws Exception {
            forge.replace();
            forge.addPayload(
                    Forge.withEpoch(forge.entry(new Event.SignedIn()), 2).encode(),
                    forge.keys.get(1));
            isFound(Verdict.INVALID, "epoch");
        }

        private Entry entry(long sequence) throws Exception {
            var cose = Bytes.of(forge.entries.get((int) sequence));
            return SignedEntry.read(cose, "an entry").entry();
        }
    }

    @Nested
    class A_countersignature_of_the_root {
        @Test
        void is_told() throws Exception {
            forge.add(forge.countersigned(1, 6, forge.tree().root(6)));
            forge.add(forge.countersigned(2, forge.next(), forge.tree().root()));
            holds("countersigned the first 12 entries");
        }

        @Test
        void is_refused_with_an_epoch_that_was_not_in_force_there() throws Exception {
            forge.add(forge.countersigned(2, 6, forge.tree().root(6)));
            isFound(Verdict.INVALID, "countersignature");
        }

        @Test
        void is_refused_where_somebody_else_signed() throws Exception {
            var good = forge.countersigned(1, 6, forge.tree().root(6));
            var other = new Forge(elsewhere).countersigned(1, 6, forge.tree().root(6));
            forge.add(new Event.Countersigned(1, 6, good.root(), other.signature()));
            isFound(Verdict.INVALID, "countersignature");
        }

        @Test
        void of_a_record_that_was_not_there_yet_is_refused() throws Exception {
            forge.add(forge.countersigned(2, forge.next() + 1, forge.tree().root()));
            isFound(Verdict.INVALID, "roots");
        }

        @Test
        void of_another_history_shows_a_fork() throws Exception {
            forge.add(forge.countersigned(1, 6, Forge.ZEROS));
            isFound(Verdict.FORKED, "roots");
        }
    }

    @Nested
    class A_witness_or_an_anchor_in_the_record {
        private Event witnessed(long size, Bytes root) {
            return new Event.Witnessed("w", Forge.ZEROS, size, root, 1, Forge.ZEROS);
        }

        @Test
        void names_a_root_that_the_record_has() throws Exception {
            forge.add(witnessed(5, forge.tree().root(5)));
            forge.add(new Event.Anchored("rfc3161", 9, forge.tree().root(9), Forge.ZEROS));
            holds("13 entries");
        }

        @Test
        void with_another_root_shows_a_fork() throws Exception {
            forge.add(witnessed(5, forge.tree().root(4)));
            isFound(Verdict.FORKED, "roots");
        }

        @Test
        void of_an_anchor_with_another_root_shows_a_fork() throws Exception {
            forge.add(new Event.Anchored("rfc3161", 9, forge.tree().root(8), Forge.ZEROS));
            isFound(Verdict.FORKED, "roots");
        }

        @Test
        void of_no_entries_is_refused() throws Exception {
            forge.add(witnessed(0, Merkle.emptyRoot()));
            isFound(Verdict.INVALID, "roots");
        }
    }

    @Nested
    class A_revoked_epoch {
        private void disputes(long from, long to) throws Exception {
            forge.write();
            var report = verify();
            assertEquals(Verdict.INCOMPLETE, report.verdict(), report.checks().toString());
            assertEquals(1, report.disputed().size(), report.checks().toString());
            var disputed = report.disputed().getFirst();
            assertEquals(from + " to " + to, disputed.from() + " to " + disputed.to());
            assertEquals("disputed", report.checks().getLast().name());
        }

        private void bringRevocation(long epoch, long from) throws Exception {
            Path folder = Files.createDirectories(forge.trust().resolve("revocations"));
            Files.write(folder.resolve("one.revocation"), forge.revocation(epoch, from).encode());
        }

        @Test
        void leaves_its_entries_from_there_on_in_doubt() throws Exception {
            forge.replace().add(forge.revoked(2, 9));
            disputes(9, 11);
        }

        @Test
        void casts_doubt_on_epochs_that_its_key_endorsed_until_the_root_opens_one()
                throws Exception {
            forge.turn().add(new Event.SignedIn());
            long clean = forge.next();
            forge.replace().add(forge.revoked(2, 9));
            disputes(9, clean);
        }

        @Test
        void is_believed_from_the_trust_folder_too() throws Exception {
            bringRevocation(2, 10);
            disputes(10, 11);
        }

        @Test
        void of_which_nothing_is_behind_that_entry_is_in_no_doubt() throws Exception {
            bringRevocation(1, 7);
            holds("11 entries");
        }

        @Test
        void is_refused_without_the_roots_signature() throws Exception {
            var good = forge.revoked(2, 9);
            forge.add(new Event.EpochRevoked(2, 8, good.reason(), good.signature()));
            isFound(Verdict.INVALID, "revocation");
        }

        @Test
        void that_was_never_opened_is_refused() throws Exception {
            forge.add(forge.revoked(3, 9));
            isFound(Verdict.INVALID, "revocation");
        }
    }

    @Test
    void a_clock_that_was_set_is_noted() throws Exception {
        forge.add(new Event.ClockJumped(5, 9)).add(new Event.ClockJumped(9, 5));
        holds("noticed 2 time(s) that its clock was set, first at entry 11");
    }

    @Nested
    class Many_threads {
        private String found(int threads) throws Exception {
            var report =
                    new RecordVerifier(RecordTrust.read(forge.trust()), Kept.of(List.of()), threads)
                            .verify(forge.folder(), size -> {});
            return report.verdict() + " " + report.size() + " " + report.checks();
        }

        private void findTheSame() throws Exception {
            forge.write();
            String alone = found(1);
            for (int threads : new int[] {2, 5}) assertEquals(alone, found(threads));
        }

        @Test
        void find_the_lowest_of_several_wrong_entries() throws Exception {
            EpochKey stranger = EpochKey.generate();
            for (int i = 0; i < 300; i++) {
                byte[] payload = forge.entry(new Event.SignedIn()).encode();
                forge.addPayload(payload, i == 140 || i == 141 ? stranger : forge.key());
            }
            // A broken chain far behind must not be told before the signature.
            forge.entries.set(290, forge.entries.get(289));
            findTheSame();
            assertTrue(found(2).contains("The signature of entry 151 "), found(2));
            assertTrue(found(2).startsWith("INVALID 151 "), found(2));
        }

        @Test
        void find_what_is_wrong_between_entries_where_all_signatures_are_good() throws Exception {
            for (int i = 0; i < 200; i++) forge.add(new Event.SignedIn());
            forge.entries.remove(150);
            findTheSame();
            assertTrue(found(3).contains("Entry 151 stands where entry 150 should"), found(3));
        }

        @Test
        void find_a_malformed_entry() throws Exception {
            for (int i = 0; i < 140; i++) forge.add(new Event.SignedIn());
            forge.entries.set(149, new byte[] {(byte) 0xd2, 1});
            findTheSame();
            assertTrue(found(3).contains("Entry 149 is not a well-formed entry"), found(3));
        }

        @Test
        void stop_when_the_caller_is_interrupted() throws Exception {
            forge.write();
            Thread.currentThread().interrupt();
            try {
                assertThrows(InterruptedIOException.class, () -> verify());
            } finally {
                assertTrue(Thread.interrupted());
            }
        }
    }
}
