package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.provenance.cbor.CborWriter;

/// A record that somebody changed who has the disk, and often the keys too. Both verifiers have to
/// come to the same verdict, the Python one where it can be had.
class RecordAttackTest {
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

    private void isFound(Verdict verdict, String check) throws Exception {
        RecordReport report = verify();
        assertEquals(verdict, report.verdict(), report.checks().toString());
        var told =
                report.checks().stream()
                        .filter(one -> one.outcome() != Check.Outcome.GOOD)
                        .filter(one -> one.outcome() != Check.Outcome.NOTE)
                        .map(Check::name)
                        .toList();
        assertEquals(List.of(check), told, report.checks().toString());
        agrees(verdict);
    }

    private void agrees(Verdict verdict) throws Exception {
        if (!PythonVerifier.isPresent()) return;
        var said = PythonVerifier.run("record", forge.folder(), forge.trust());
        assertEquals(verdict.exitStatus(), said.status(), said.text());
    }

    @Test
    void an_honest_record_holds_and_is_said_to_be_unwitnessed() throws Exception {
        forge.write();
        RecordReport report = verify();
        assertEquals(Verdict.VALID_UNWITNESSED, report.verdict(), report.checks().toString());
        assertTrue(report.checks().getLast().detail().contains("nothing is witnessed yet"));
        agrees(Verdict.VALID_UNWITNESSED);
    }

    @Test
    void an_unfinished_last_frame_is_noted_only() throws Exception {
        forge.write();
        Path segment = SegmentFile.name(forge.folder(), 0);
        byte[] whole = Files.readAllBytes(segment);
        Files.write(segment, Arrays.copyOf(whole, whole.length - 9));
        // The checkpoint covers one entry less, as a crash in the middle of a write leaves it.
        byte[] last = forge.entries.removeLast();
        Files.writeString(forge.folder().resolve("checkpoint"), forge.checkpoint().note());
        assertEquals(Verdict.VALID_UNWITNESSED, verify().verdict());
        assertTrue(last.length > 9);
        agrees(Verdict.VALID_UNWITNESSED);
    }

    @Nested
    class Without_any_key {
        @Test
        void two_entries_are_swapped() throws Exception {
            java.util.Collections.swap(forge.entries, 3, 4);
            forge.write();
            isFound(Verdict.INVALID, "sequence");
        }

        @Test
        void an_entry_is_taken_out() throws Exception {
            forge.entries.remove(4);
            forge.write();
            isFound(Verdict.INVALID, "sequence");
        }

        @Test
        void an_entry_is_replayed() throws Exception {
            forge.entries.add(5, forge.entries.get(4));
            forge.write();
            isFound(Verdict.INVALID, "sequence");
        }

        @Test
        void the_tail_is_cut() throws Exception {
            Checkpoint whole = forge.checkpoint();
            forge.entries.removeLast();
            forge.write(whole);
            isFound(Verdict.INVALID, "checkpoint");
        }

        @Test
        void the_checkpoint_is_taken_away() throws Exception {
            forge.write();
            Files.delete(forge.folder().resolve("checkpoint"));
            isFound(Verdict.INCOMPLETE, "checkpoint");
        }

        @Test
        void one_bit_of_an_entry_is_flipped_and_the_checksum_made_right() throws Exception {
            byte[] entry = forge.entries.get(5);
            Checkpoint honest = forge.checkpoint();
            for (int at = 0; at < entry.length; at += at < 600 ? 1 : 61) {
                entry[at] ^= 4;
                forge.write(honest);
                assertEquals(Verdict.INVALID, verify().verdict(), "byte " + at);
                entry[at] ^= 4;
            }
            forge.write();
            assertEquals(Verdict.VALID_UNWITNESSED, verify().verdict());
        }

        @Test
        void another_appliances_record_is_put_in_its_place() throws Exception {
            Forge other = new Forge(elsewhere);
            forge.entries.clear();
            forge.entries.addAll(other.entries);
            forge.write(other.checkpoint());
            isFound(Verdict.INVALID, "record root");
        }

        @Test
        void an_entry_of_another_appliance_is_spliced_in() throws Exception {
            Forge other = new Forge(elsewhere);
            other.add(new Event.SignedIn());
            forge.entries.set(2, other.entries.get(2));
            forge.write();
            isFound(Verdict.INVALID, "chain");
        }

        @Test
        void the_algorithm_in_the_header_is_lowered() throws Exception {
            byte[] entry = forge.entries.get(4);
            assertEquals(0x30, entry[6]);
            entry[6] = 0x2f; // -48, ML-DSA-44
            forge.write();
            isFound(Verdict.INVALID, "entry format");
        }

        @Test
        void the_checkpoint_of_another_key_is_put_in() throws Exception {
            EpochKey stranger = EpochKey.generate();
            forge.write(
                    Checkpoint.sign(
                            forge.logId(),
                            forge.next(),
                            forge.tree().root(),
                            stranger.privateKey(),
                            stranger.publicKey(),
                            stranger.notePrivateKey(),
                            stranger.notePublicKey(),
                            java.time.Instant.EPOCH));
            isFound(Verdict.INVALID, "checkpoint");
        }
    }

    @Nested
    class With_the_present_epochs_key {
        @Test
        void another_history_is_signed() throws Exception {
            Checkpoint first = forge.checkpoint();
            forge.entries.removeLast();
            forge.add(new Event.SignedOut()).write(first);
            isFound(Verdict.FORKED, "checkpoint");
        }

        @Test
        void an_earlier_entry_is_made_anew() throws Exception {
            forge.entries.set(
                    4,
                    forge.key()
                            .sign(CoseSign1.decode(forge.entries.get(4)).payload().toArray())
                            .encode());
            forge.write();
            isFound(Verdict.INVALID, "signature");
        }

        @Test
        void a_stolen_key_signs_after_its_close() throws Exception {
            Entry late = Forge.withEpoch(forge.entry(new Event.SignedIn()), 1);
            forge.addPayload(late.encode(), forge.keys.getFirst()).write();
            isFound(Verdict.INVALID, "epoch");
        }

        @Test
        void a_number_of_an_epoch_is_skipped() throws Exception {
            forge.add(new Event.EpochClosed(2, "test")).open(4).write();
            isFound(Verdict.INVALID, "epoch chain");
        }

        @Test
        void an_epoch_is_opened_while_the_one_before_is_not_closed() throws Exception {
            forge.open(3).write();
            isFound(Verdict.INVALID, "epochs");
        }

        @Test
        void an_epoch_endorses_itself() throws Exception {
            forge.add(new Event.EpochClosed(2, "test"));
            forge.keys.add(EpochKey.generate());
            forge.add(forge.opened(3, forge.key().endorse(forge.logId(), 3, forge.key())));
            forge.write();
            isFound(Verdict.INVALID, "epoch chain");
        }

        @Test
        void an_entry_follows_the_close() throws Exception {
            forge.add(new Event.EpochClosed(2, "test")).add(new Event.SignedIn()).write();
            isFound(Verdict.INVALID, "epochs");
        }

        @Test
        void two_entries_take_one_sequence() throws Exception {
            forge.add(
                    new Event.SignedIn(),
                    entry -> Forge.with(entry, entry.sequence() - 1, entry.refersTo()));
            forge.write();
            isFound(Verdict.INVALID, "sequence");
        }

        @Test
        void the_monotonic_clock_runs_backwards() throws Exception {
            forge.add(new Event.SignedIn(), entry -> Forge.withMonotonic(entry, 1)).write();
            isFound(Verdict.INVALID, "clock");
        }

        @Test
        void an_output_has_no_intent() throws Exception {
            forge.add(Forge.output("r3"), 2).write();
            isFound(Verdict.INVALID, "relations");
        }

        @Test
        void an_intent_has_two_outputs() throws Exception {
            long intent = forge.next();
            forge.add(Forge.intent("r3")).add(Forge.output("r3"), intent);
            forge.add(Forge.output("r3"), intent).write();
            isFound(Verdict.INVALID, "relations");
        }

        @Test
        void a_seal_is_of_another_request() throws Exception {
            long intent = forge.next();
            forge.add(Forge.intent("r3")).add(Forge.output("r3"), intent);
            forge.add(Forge.seal("r2"), intent + 1).write();
            isFound(Verdict.INVALID, "relations");
        }

        @Test
        void a_tool_is_called_by_an_answer_that_is_sealed() throws Exception {
            forge.inference("r3").add(Forge.toolCalled("r3"), forge.next() - 2).write();
            isFound(Verdict.INVALID, "relations");
        }

        @Test
        void a_tool_is_called_by_an_answer_that_was_aborted() throws Exception {
            long intent = forge.next();
            forge.add(Forge.intent("r3")).add(Forge.output("r3"), intent);
            forge.add(new Event.Aborted("r3", "no"), intent);
            forge.add(Forge.toolCalled("r3"), intent + 1).write();
            isFound(Verdict.INVALID, "relations");
        }

        @Test
        void a_tool_is_called_by_an_intent() throws Exception {
            long intent = forge.next();
            forge.add(Forge.intent("r3")).add(Forge.toolCalled("r3"), intent).write();
            isFound(Verdict.INVALID, "relations");
        }

        @Test
        void a_tool_answers_when_the_model_has_answered() throws Exception {
            long intent = forge.next();
            forge.add(Forge.intent("r3")).add(Forge.output("r3"), intent);
            forge.add(Forge.toolAnswered("r3"), intent).write();
            isFound(Verdict.INVALID, "relations");
        }

        @Test
        void a_tool_answers_another_request() throws Exception {
            long intent = forge.next();
            forge.add(Forge.intent("r3")).add(Forge.toolAnswered("r2"), intent).write();
            isFound(Verdict.INVALID, "relations");
        }

        @Test
        void a_sealed_answer_is_called_aborted() throws Exception {
            long intent = forge.next();
            forge.inference("r3").add(new Event.Aborted("r3", "no"), intent).write();
            isFound(Verdict.INVALID, "relations");
        }
    }

    /// The same values in other bytes: signed by the right key, and still refused.
    @Nested
    class With_an_encoding_of_its_own {
        private void isRefused(byte[] payload) throws Exception {
            forge.addPayload(payload, forge.key()).write();
            isFound(Verdict.INVALID, "entry format");
        }

        private byte[] payload() {
            return forge.entry(new Event.SignedIn()).encode();
        }

        private byte[] replaced(int at, int taken, int... bytes) {
            byte[] old = payload();
            byte[] made = new byte[old.length - taken + bytes.length];
            System.arraycopy(old, 0, made, 0, at);
            for (int i = 0; i < bytes.length; i++) made[at + i] = (byte) bytes[i];
            System.arraycopy(old, at + taken, made, at + bytes.length, old.length - at - taken);
            return made;
        }

        @Test
        void a_number_longer_than_it_needs_to_be() throws Exception {
            isRefused(replaced(2, 1, 0x18, 0x01));
        }

        @Test
        void a_map_of_indefinite_length() throws Exception {
            byte[] made = replaced(0, 1, 0xbf);
            made = Arrays.copyOf(made, made.length + 1);
            made[made.length - 1] = (byte) 0xff;
            isRefused(made);
        }

        @Test
        void a_key_twice() throws Exception {
            // {1: 1, 1: 1, 2: ...} with one pair more in the head
            byte[] made = replaced(0, 1, 0xad, 0x01, 0x01);
            isRefused(made);
        }

        @Test
        void a_key_in_the_place_of_another() throws Exception {
            byte[] old = payload();
            // 7, the wall clock, says that it is 8, the monotonic one.
            int seven = indexOf(old, 0x07, 0x1a);
            byte[] made = old.clone();
            made[seven] = 0x08;
            assertTrue(seven > 0);
            isRefused(made);
        }

        @Test
        void something_after_the_end() throws Exception {
            byte[] old = payload();
            isRefused(Arrays.copyOf(old, old.length + 1));
        }

        @Test
        void a_type_that_does_not_exist() throws Exception {
            byte[] old = payload();
            int type = indexOf(old, 0x09, 0x18, 0x20);
            old[type + 2] = 0x7f;
            isRefused(old);
        }

        @Test
        void a_field_that_does_not_exist() throws Exception {
            byte[] old = payload();
            assertEquals((byte) 0xa0, old[old.length - 1]);
            byte[] more = new CborWriter().map(1).uint(1).uint(1).toByteArray();
            byte[] made = Arrays.copyOf(old, old.length - 1 + more.length);
            System.arraycopy(more, 0, made, old.length - 1, more.length);
            isRefused(made);
        }

        private static int indexOf(byte[] bytes, int... wanted) {
            for (int at = 0; at < bytes.length - wanted.length; at++) {
                boolean found = true;
                for (int i = 0; i < wanted.length; i++) found &= bytes[at + i] == (byte) wanted[i];
                if (found) return at;
            }
            return -1;
        }
    }
}
