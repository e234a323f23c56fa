package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static redoubt.provenance.record.Auditor.ANNA;
import static redoubt.provenance.record.Auditor.BEN;
import static redoubt.provenance.record.Auditor.CLARA;
import static redoubt.provenance.record.Auditor.is;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Proofs that witnesses saw, and the way from an old proof to a later checkpoint.
/// docs/audit-record.md sections 8.1 and 10.5.
class WitnessedProofTest extends Witnessed {
    @Nested
    class A_proof {
        private ProofFile proof() throws Exception {
            return ProofFile.decode(forge.proof(0, 1, 3, 4, 5, 7));
        }

        /// With checkpoints from before, linked as the writer does.
        private byte[] linked(Checkpoint... notes) throws Exception {
            var proof = proof();
            List<ProofFile.Linked> links = new ArrayList<>();
            for (var note : notes)
                links.add(
                        new ProofFile.Linked(
                                note, forge.tree().consistency(note.size(), forge.next())));
            return new ProofFile(proof.logId(), proof.checkpoint(), proof.items(), links).encode();
        }

        private ProofReport verify(byte[] proof) throws Exception {
            return new ProofVerifier(trust()).verify(proof);
        }

        @Test
        void whose_entries_a_quorum_saw_is_valid() throws Exception {
            var note = forge.seenBy(BEN, CLARA);
            forge.add(new Event.SignedIn());
            var report = verify(linked(note));
            is(Verdict.VALID, "witnessed up to entry 11", report);
            assertEquals(11, report.witnessedTo());
        }

        @Test
        void whose_entries_are_behind_what_a_quorum_saw_is_unwitnessed() throws Exception {
            var whole = new ArrayList<>(forge.entries);
            while (forge.next() > 8) forge.entries.removeLast();
            var note = forge.seenBy(ANNA, BEN);
            forge.entries.clear();
            forge.entries.addAll(whole);
            var proof = ProofFile.decode(forge.proof(0, 1, 7, 8, 9, 10));
            var link = new ProofFile.Linked(note, forge.tree().consistency(8, forge.next()));
            var file =
                    new ProofFile(proof.logId(), proof.checkpoint(), proof.items(), List.of(link));
            var report = verify(file.encode());
            is(Verdict.VALID_UNWITNESSED, "witnessed up to entry 8 of 11", report);
        }

        @Test
        void with_a_witnessed_checkpoint_of_another_history_is_refused() throws Exception {
            var whole = new ArrayList<>(forge.entries);
            forge.entries.removeLast();
            forge.add(new Event.SignedOut());
            var other = forge.seenBy(ANNA, BEN);
            forge.entries.clear();
            forge.entries.addAll(whole);
            forge.add(new Event.SignedIn());
            is(Verdict.INVALID, "only adds to the witnessed one", verify(linked(other)));
        }

        @Test
        void contradicted_by_a_checkpoint_that_was_kept_shows_a_fork() throws Exception {
            byte[] last = forge.entries.removeLast();
            forge.add(new Event.SignedOut());
            bring("kept.note", forge.checkpoint());
            forge.entries.removeLast();
            forge.entries.add(last);
            is(Verdict.FORKED, "that you kept", verify(proof().encode()));
        }

        @Test
        void of_a_revoked_key_is_in_doubt() throws Exception {
            Path folder = Files.createDirectories(forge.trust().resolve("revocations"));
            Files.write(folder.resolve("a.revocation"), forge.revocation(1, 4).encode());
            var report = verify(proof().encode());
            is(Verdict.INCOMPLETE, "no quorum of witnesses saw them", report);
            assertEquals(3, report.entries().size());
            var note = forge.seenBy(ANNA, BEN);
            is(Verdict.VALID, "witnessed up to entry 11", verify(linked(note)));
        }

        @Test
        void one_bit_changed_anywhere_is_found() throws Exception {
            byte[] proof = linked(forge.seenBy(ANNA, CLARA));
            for (int at = 3; at < proof.length; at += 97) {
                proof[at] ^= 2;
                assertTrue(verify(proof).verdict() != Verdict.VALID, "byte " + at);
                proof[at] ^= 2;
            }
        }
    }

    @Nested
    class A_later_checkpoint {
        private final List<byte[]> before = new ArrayList<>();
        private byte[] proof;

        @BeforeEach
        void keepAProof() throws Exception {
            proof = forge.proof(0, 1, 3, 4, 5, 7);
            before.addAll(forge.entries);
            forge.turn().inference("r3");
        }

        private ConsistencyFile honest(WitnessKey... witnesses) throws Exception {
            var keys = ProofFile.decode(forge.proof(0, 1, 7, 12));
            var note = forge.seenBy(witnesses);
            var later =
                    new ProofFile(
                            keys.logId(),
                            keys.checkpoint(),
                            keys.items(),
                            witnesses.length == 0
                                    ? List.of()
                                    : List.of(new ProofFile.Linked(note, List.of())));
            return new ConsistencyFile(
                    later, before.size(), forge.tree().consistency(before.size(), forge.next()));
        }

        private ProofReport verify(byte[] consistency, Optional<Checkpoint> given)
                throws Exception {
            return new ProofVerifier(trust())
                    .verify(
                            proof,
                            Optional.of(new ProofVerifier.Later(Bytes.of(consistency), given)));
        }

        @Test
        void that_only_adds_is_reached() throws Exception {
            is(
                    Verdict.VALID_UNWITNESSED,
                    "a signed checkpoint of 16 entries only adds to the proof's 11",
                    verify(honest().encode(), Optional.of(forge.checkpoint())));
        }

        @Test
        void that_a_quorum_saw_makes_an_old_proof_valid() throws Exception {
            is(
                    Verdict.VALID,
                    "witnessed up to entry 16",
                    verify(honest(ANNA, CLARA).encode(), Optional.empty()));
        }

        @Test
        void of_the_same_size_is_reached_too() throws Exception {
            forge.entries.clear();
            forge.entries.addAll(before);
            forge.keys.removeLast();
            var keys = ProofFile.decode(forge.proof(0, 1, 7));
            var same = new ConsistencyFile(keys, 11, List.of());
            is(Verdict.VALID_UNWITNESSED, "11 entries", verify(same.encode(), Optional.empty()));
        }

        @Test
        void of_another_history_is_not_reached() throws Exception {
            forge.entries.set(9, forge.entries.get(10));
            var path = forge.tree().consistency(before.size(), forge.next());
            var keys = ProofFile.decode(forge.proof(0, 1, 7, 12));
            var file = new ConsistencyFile(keys, before.size(), path);
            is(Verdict.INVALID, "only adds", verify(file.encode(), Optional.empty()));
        }

        @Test
        void that_somebody_else_published_with_another_root_shows_a_fork() throws Exception {
            byte[] file = honest().encode();
            forge.entries.removeLast();
            forge.add(new Event.SignedOut());
            is(Verdict.FORKED, "another root", verify(file, Optional.of(forge.checkpoint())));
        }

        @Test
        void of_another_history_than_one_that_was_kept_shows_a_fork() throws Exception {
            byte[] file = honest().encode();
            Checkpoint arrival = forge.checkpoint();
            forge.entries.removeLast();
            forge.add(new Event.SignedOut());
            Checkpoint kept = forge.checkpoint();
            var later = new ProofVerifier.Later(Bytes.of(file), Optional.of(arrival));
            is(
                    Verdict.FORKED,
                    "that you kept",
                    new ProofVerifier(trust().with(List.of(kept)))
                            .verify(proof, Optional.of(later)));
            if (!PythonVerifier.isPresent()) return;
            var said =
                    PythonVerifier.run(
                            "proof",
                            Files.write(home.resolve("answer.proof"), proof),
                            forge.trust(),
                            "--consistency",
                            Files.write(home.resolve("way"), file).toString(),
                            "--later",
                            Files.writeString(home.resolve("to"), arrival.note()).toString(),
                            "--checkpoint",
                            Files.writeString(home.resolve("kept"), kept.note()).toString());
            assertEquals(Verdict.FORKED.exitStatus(), said.status(), said.text());
        }

        @Test
        void from_another_size_is_refused() throws Exception {
            var other = new ConsistencyFile(honest().later(), 10, honest().path());
            is(
                    Verdict.INVALID,
                    "from a checkpoint of 10",
                    verify(other.encode(), Optional.empty()));
        }

        @Test
        void whose_file_holds_more_than_keys_is_refused() throws Exception {
            var more = ProofFile.decode(forge.proof(0, 1, 3, 7, 12));
            var file = new ConsistencyFile(more, 11, honest().path());
            is(Verdict.INVALID, "other entries", verify(file.encode(), Optional.empty()));
        }

        @Test
        void one_bit_changed_anywhere_in_its_file_is_found() throws Exception {
            byte[] file = honest(ANNA, BEN).encode();
            for (int at = 3; at < file.length; at += 97) {
                file[at] ^= 2;
                var verdict = verify(file, Optional.empty()).verdict();
                assertTrue(verdict != Verdict.VALID, "byte " + at);
                file[at] ^= 2;
            }
        }
    }

    @Nested
    class The_writer {
        private AuditRecord open() throws Exception {
            return AuditRecord.open(
                    RecordSettings.in(
                            elsewhere,
                            "site",
                            "test",
                            Forge.ZEROS,
                            java.time.InstantSource.system()));
        }

        @Test
        void hands_out_proofs_with_what_witnesses_saw_and_the_way_from_an_older_one()
                throws Exception {
            byte[] first;
            byte[] second;
            byte[] consistency;
            long answer;
            try (var record = open()) {
                answer = record.appendDurably(new Event.SignedIn(), Actor.SYSTEM).sequence();
                first = record.proof(answer);
                var note = record.checkpoint();
                note = note.with(ANNA.cosign(note, 1)).with(BEN.cosign(note, 2));
                new WitnessedNotes(elsewhere.resolve("record")).keep(note);
            }
            try (var record = open()) {
                second = record.proof(answer);
                consistency = record.consistencyFile(ProofFile.decode(first).checkpoint().size());
                assertThrows(IllegalArgumentException.class, () -> record.consistencyFile(100_000));
                assertThrows(IllegalArgumentException.class, () -> record.consistencyFile(0));
            }
            Files.copy(
                    forge.trust().resolve("witness-policy.txt"),
                    elsewhere.resolve("trust/witness-policy.txt"));
            var verifier = new ProofVerifier(RecordTrust.read(elsewhere.resolve("trust")));
            is(Verdict.VALID_UNWITNESSED, "nothing is witnessed yet", verifier.verify(first));
            is(Verdict.VALID, "witnessed up to", verifier.verify(second));
            is(
                    Verdict.VALID,
                    "only adds",
                    verifier.verify(
                            first,
                            Optional.of(
                                    new ProofVerifier.Later(
                                            Bytes.of(consistency), Optional.empty()))));
        }
    }
}
