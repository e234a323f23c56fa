package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static redoubt.provenance.record.Auditor.ANNA;
import static redoubt.provenance.record.Auditor.BEN;
import static redoubt.provenance.record.Auditor.CLARA;
import static redoubt.provenance.record.Auditor.STRANGER;
import static redoubt.provenance.record.Auditor.is;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Records that witnesses saw, and what somebody kept of a record to compare it with later.
/// docs/audit-record.md section 10.
class WitnessedRecordTest extends Witnessed {
    private static RecordVerifier.KeptProof kept(byte[] file) {
        return new RecordVerifier.KeptProof("answer.proof", Bytes.of(file));
    }

    @Nested
    class A_record {
        @Test
        void that_a_quorum_saw_is_valid_up_to_there() throws Exception {
            keep(forge.seenBy(ANNA, CLARA));
            forge.add(new Event.SignedIn()).write();
            var report = verify();
            is(Verdict.VALID, "witnessed up to entry 11 of 12", report);
            assertEquals(11, report.witnessedTo());
            assertEquals(List.of("ben"), report.witnessing().absent());
        }

        @Test
        void that_its_witnesses_saw_on_different_days_is_valid_up_to_the_earlier_one()
                throws Exception {
            keep(forge.seenBy(ANNA));
            forge.add(new Event.SignedIn());
            keep(forge.seenBy(BEN));
            forge.add(new Event.SignedIn()).write();
            assertEquals(11, verify().witnessedTo());
        }

        @Test
        void that_too_few_saw_is_unwitnessed_and_says_who_is_missing() throws Exception {
            keep(forge.seenBy(BEN));
            forge.write();
            var report = verify();
            is(
                    Verdict.VALID_UNWITNESSED,
                    "asks for 2 of (anna, ben, clara), and 1 of its 3",
                    report);
            assertEquals(List.of("anna", "clara"), report.witnessing().absent());
            assertEquals(0, report.witnessedTo());
        }

        @Test
        void that_strangers_saw_is_unwitnessed() throws Exception {
            keep(forge.seenBy(ANNA, STRANGER));
            forge.write();
            is(Verdict.VALID_UNWITNESSED, "nothing is witnessed yet", verify());
        }

        @Test
        void with_a_line_in_a_witnesss_name_that_is_not_its_own_counts_none_of_that_note()
                throws Exception {
            var other = forge.seenBy(BEN);
            forge.add(new Event.SignedIn());
            var lines = forge.seenBy(ANNA, CLARA);
            keep(lines.with(other.cosignatures().getFirst()));
            forge.write();
            is(Verdict.VALID_UNWITNESSED, "is not by its key", verify());
        }

        @Test
        void that_a_quorum_saw_in_a_note_that_the_checker_kept_is_valid() throws Exception {
            bring("kept.note", forge.seenBy(ANNA, BEN));
            forge.write();
            is(Verdict.VALID, "the whole of this record", verify());
        }

        @Test
        void that_witnesses_saw_with_another_end_is_forked() throws Exception {
            keep(forge.seenBy(ANNA, BEN));
            forge.entries.removeLast();
            forge.add(new Event.SignedOut()).write();
            is(Verdict.FORKED, "a checkpoint that witnesses saw", verify());
        }

        @Test
        void that_is_shorter_than_what_witnesses_saw_was_rolled_back() throws Exception {
            keep(forge.seenBy(ANNA, BEN));
            forge.entries.removeLast();
            forge.write();
            is(Verdict.INVALID, "rolled back", verify());
        }

        @Test
        void with_something_else_among_its_notes_is_refused() throws Exception {
            keep(forge.seenBy(ANNA, BEN));
            forge.write();
            Files.writeString(
                    forge.folder().resolve("witnessed/0000000000000003.note"), "no note\n");
            assertEquals("witnessed", verify().checks().getLast().name());
            assertEquals(Verdict.INVALID, verify().verdict());
        }

        @Test
        void whose_revoked_key_a_quorum_had_seen_before_is_in_no_doubt() throws Exception {
            keep(forge.seenBy(ANNA, BEN));
            forge.replace().add(forge.revoked(2, 9)).write();
            is(Verdict.VALID, "witnessed up to entry 11", verify());
        }

        @Test
        void whose_revoked_key_signed_behind_the_quorum_is_in_doubt_from_there() throws Exception {
            keep(forge.seenBy(ANNA, BEN));
            forge.add(new Event.SignedIn()).replace().add(forge.revoked(2, 9)).write();
            var report = verify();
            is(Verdict.INCOMPLETE, "entries 11 to 11 rest on it", report);
        }
    }

    @Nested
    class Two_checkpoints_that_were_kept_and_contradict_each_other {
        private void bringBoth() throws Exception {
            bring("one.note", forge.checkpoint());
            byte[] last = forge.entries.removeLast();
            forge.add(new Event.SignedOut());
            bring("other.note", forge.checkpoint());
            forge.entries.removeLast();
            forge.entries.add(last);
        }

        @Test
        void show_a_fork_although_the_record_agrees_with_one() throws Exception {
            bringBoth();
            forge.write();
            is(Verdict.FORKED, "told two histories", verify());
        }

        @Test
        void show_it_although_the_record_is_broken() throws Exception {
            bringBoth();
            forge.entries.set(9, forge.entries.get(8));
            forge.write();
            is(Verdict.FORKED, "told two histories", verify());
        }

        @Test
        void show_it_without_a_record_where_a_kept_proof_has_the_keys() throws Exception {
            bringBoth();
            var kept = kept(forge.proof(0, 1, 3, 7));
            var report =
                    new RecordVerifier(
                                    trust(),
                                    new Kept(List.of(), List.of(), List.of(kept), List.of()))
                            .compare();
            is(Verdict.FORKED, "told two histories", report);
        }

        @Test
        void show_it_without_a_record_where_witnesses_signed_both() throws Exception {
            bring("one.note", forge.seenBy(ANNA));
            forge.entries.removeLast();
            forge.add(new Event.SignedOut());
            bring("other.note", forge.seenBy(BEN));
            is(
                    Verdict.FORKED,
                    "told two histories",
                    new RecordVerifier(trust(), List.of()).compare());
        }

        @Test
        void accuse_nobody_where_no_key_stands_for_one_of_them() throws Exception {
            bringBoth();
            // Without a record or a proof nobody knows the keys, so anybody could have written
            // them.
            is(
                    Verdict.INCOMPLETE,
                    "compared with itself",
                    new RecordVerifier(trust(), List.of()).compare());
        }
    }

    @Nested
    class A_proof_that_was_kept {
        @Test
        void is_found_in_the_grown_record() throws Exception {
            byte[] proof = forge.proof(0, 1, 3, 4, 5, 7);
            forge.turn().inference("r3").write();
            is(Verdict.VALID_UNWITNESSED, "all 6 entries of answer.proof", verify(kept(proof)));
        }

        @Test
        void shows_that_the_record_was_written_anew() throws Exception {
            byte[] proof = forge.proof(0, 1, 3, 4, 5, 7);
            forge.entries.removeLast();
            forge.add(new Event.SignedOut()).add(new Event.SignedIn()).write();
            is(Verdict.FORKED, "answer.proof", verify(kept(proof)));
        }

        @Test
        void shows_that_the_record_was_rolled_back() throws Exception {
            byte[] proof = forge.proof(0, 1, 3, 4, 5, 7);
            forge.entries.removeLast();
            forge.write();
            is(Verdict.INVALID, "answer.proof counts 11", verify(kept(proof)));
        }

        @Test
        void that_is_broken_is_named() throws Exception {
            byte[] proof = forge.proof(0, 1, 3, 4, 5, 7);
            proof[proof.length - 3] ^= 1;
            forge.write();
            is(Verdict.INVALID, "answer.proof does not hold by itself", verify(kept(proof)));
        }
    }

    @Nested
    class A_trust_folder_with_a_file_that_is_not_what_its_name_says {
        private void stops(String saying) {
            var refused = assertThrows(RecordException.class, () -> trust());
            assertTrue(refused.sentence().contains(saying), refused.sentence());
        }

        private void write(String name, byte[] bytes) throws Exception {
            Path file = forge.trust().resolve(name);
            Files.createDirectories(file.getParent());
            Files.write(file, bytes);
        }

        @Test
        void stops_the_check() throws Exception {
            write("checkpoints/one.note", new byte[] {1});
            stops("is not a checkpoint");
        }

        @Test
        void stops_it_for_a_revocation_by_another_root() throws Exception {
            write("revocations/a.revocation", new Forge(elsewhere).revocation(1, 1).encode());
            stops("not signed by the record root");
        }

        @Test
        void stops_it_for_a_revocation_that_was_cut() throws Exception {
            byte[] whole = forge.revocation(1, 1).encode();
            write("revocations/a.revocation", Arrays.copyOf(whole, whole.length - 1));
            stops("It is not a revocation");
        }

        @Test
        void stops_it_for_a_policy_without_a_quorum() throws Exception {
            write("witness-policy.txt", "\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            stops("no quorum line");
        }

        @Test
        void stops_it_for_a_log_id_of_another_length() throws Exception {
            write("record-log-id", "abcd\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            stops("not the 64 digits");
        }
    }
}
