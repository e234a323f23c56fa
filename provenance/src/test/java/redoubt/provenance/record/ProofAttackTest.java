package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Proof files: honest ones from the writer, and what can be done to them.
class ProofAttackTest {
    @TempDir Path home;
    @TempDir Path elsewhere;
    private Forge forge;

    @BeforeEach
    void begin() throws Exception {
        forge = new Forge(home);
        forge.add(new Event.SignedIn()).inference("r1").turn().inference("r2");
    }

    private ProofReport verify(byte[] proof) throws Exception {
        return new ProofVerifier(RecordTrust.read(forge.trust())).verify(proof);
    }

    private void isFound(byte[] proof, String check) throws Exception {
        ProofReport report = verify(proof);
        assertEquals(Verdict.INVALID, report.verdict(), report.checks().toString());
        assertEquals(check, report.checks().getLast().name(), report.checks().toString());
        agrees(proof, Verdict.INVALID);
    }

    private void agrees(byte[] proof, Verdict verdict) throws Exception {
        if (!PythonVerifier.isPresent()) return;
        Path file = home.resolve("answer.proof");
        Files.write(file, proof);
        var said = PythonVerifier.run("proof", file, forge.trust());
        assertEquals(verdict.exitStatus(), said.status(), said.text());
    }

    private byte[] changed(java.util.function.UnaryOperator<List<ProofFile.Item>> change)
            throws Exception {
        ProofFile proof = ProofFile.decode(forge.proof(0, 1, 3, 4, 5, 7));
        var items = change.apply(new ArrayList<>(proof.items()));
        return new ProofFile(proof.logId(), proof.checkpoint(), items).encode();
    }

    @Test
    void an_honest_proof_holds_and_gives_the_entries_that_were_asked_for() throws Exception {
        byte[] proof = forge.proof(0, 1, 3, 4, 5, 7);
        ProofReport report = verify(proof);
        assertEquals(Verdict.VALID_UNWITNESSED, report.verdict(), report.checks().toString());
        assertEquals(3, report.entries().size());
        agrees(proof, Verdict.VALID_UNWITNESSED);
    }

    @Test
    void every_place_in_a_record_of_any_size_can_be_proven() throws Exception {
        for (int i = 0; i < 9; i++) {
            forge.add(new Event.SignedIn());
            for (long s = 2; s < forge.next(); s++) {
                if (s == 7) continue;
                long[] wanted = s < 7 ? new long[] {0, 1, s, 7} : new long[] {0, 1, 7, s};
                assertEquals(
                        Verdict.VALID_UNWITNESSED,
                        verify(forge.proof(wanted)).verdict(),
                        "at " + s);
            }
        }
    }

    @Test
    void one_bit_changed_anywhere_is_found() throws Exception {
        byte[] proof = forge.proof(0, 1, 3, 4, 5, 7);
        for (int at = 0; at < proof.length; at += 41) {
            proof[at] ^= 2;
            assertTrue(!verify(proof).verdict().holds(), "byte " + at);
            proof[at] ^= 2;
        }
    }

    @Test
    void any_prefix_is_found() throws Exception {
        byte[] proof = forge.proof(0, 1, 3, 4, 5, 7);
        for (int length = 0; length < proof.length; length += 373) {
            byte[] cut = java.util.Arrays.copyOf(proof, length);
            assertEquals(Verdict.INVALID, verify(cut).verdict(), "length " + length);
        }
    }

    @Nested
    class With_the_items_of_a_proof {
        @Test
        void an_epoch_is_left_out() throws Exception {
            isFound(changed(items -> items.subList(0, 5)), "checkpoint");
        }

        @Test
        void an_entry_takes_the_place_of_another() throws Exception {
            isFound(
                    changed(items -> {
                        var four = items.get(3);
                        items.set(4, new ProofFile.Item(5, four.cose(), items.get(4).path()));
                        return items;
                    }),
                    "place");
        }

        @Test
        void a_path_of_another_place_is_given() throws Exception {
            isFound(
                    changed(items -> {
                        var four = items.get(3);
                        items.set(3, new ProofFile.Item(4, four.cose(), items.get(4).path()));
                        return items;
                    }),
                    "inclusion");
        }

        @Test
        void a_node_is_given_out_as_a_leaf() throws Exception {
            // The path is one hash shorter, as it would be from the node above two leaves.
            isFound(
                    changed(items -> {
                        var four = items.get(3);
                        var path = four.path().subList(1, four.path().size());
                        items.set(3, new ProofFile.Item(4, four.cose(), path));
                        return items;
                    }),
                    "inclusion");
        }

        @Test
        void an_entry_that_the_checkpoint_does_not_cover_is_added() throws Exception {
            Checkpoint earlier = forge.checkpoint();
            ProofFile proof = ProofFile.decode(forge.proof(0, 1, 3, 7));
            forge.add(new Event.SignedIn());
            var items = new ArrayList<>(proof.items());
            long late = forge.next() - 1;
            items.add(
                    new ProofFile.Item(
                            late,
                            Bytes.of(forge.entries.getLast()),
                            forge.tree().inclusion(late, forge.next())));
            isFound(new ProofFile(proof.logId(), earlier, items).encode(), "inclusion");
        }
    }

    @Nested
    class With_entries_that_contradict_each_other {
        private void isFound(long... more) throws Exception {
            long[] all = new long[more.length + 3];
            System.arraycopy(new long[] {0, 1, 7}, 0, all, 0, 3);
            System.arraycopy(more, 0, all, 3, more.length);
            ProofAttackTest.this.isFound(forge.proof(all), "relations");
        }

        @Test
        void an_answer_that_was_sealed_is_called_aborted() throws Exception {
            forge.inference("r3").add(new Event.Aborted("r3", "no"), 11);
            isFound(11, 12, 13, 14);
            isFound(12, 13, 14);
        }

        @Test
        void an_answer_that_was_aborted_is_sealed() throws Exception {
            forge.add(Forge.intent("r3")).add(Forge.output("r3"), 11);
            forge.add(new Event.Aborted("r3", "no"), 11).add(Forge.seal("r3"), 12);
            isFound(11, 12, 13, 14);
            isFound(12, 13, 14);
        }

        @Test
        void a_tool_is_called_by_an_answer_that_was_sealed() throws Exception {
            forge.inference("r3").add(Forge.toolCalled("r3"), 12);
            isFound(11, 12, 13, 14);
            isFound(12, 13, 14);
            isFound(13, 14);
        }

        @Test
        void a_tool_answers_what_was_answered_already() throws Exception {
            forge.add(Forge.intent("r3")).add(Forge.output("r3"), 11);
            forge.add(Forge.toolAnswered("r3"), 11);
            isFound(11, 12, 13);
            isFound(12, 13);
        }

        @Test
        void one_intent_has_two_outputs() throws Exception {
            forge.add(Forge.intent("r3")).add(Forge.output("r3"), 11).add(Forge.output("r3"), 11);
            isFound(11, 12, 13);
            isFound(12, 13);
        }

        @Test
        void what_is_aborted_is_another_request() throws Exception {
            forge.add(Forge.intent("r3")).add(Forge.output("r3"), 11);
            forge.add(new Event.Aborted("r4", "no"), 11);
            isFound(11, 12, 13);
            isFound(12, 13);
        }

        @Test
        void nothing_at_all_is_aborted() throws Exception {
            forge.add(new Event.Aborted("r3", "no"));
            isFound(11);
        }
    }

    @Test
    void a_proof_of_another_appliance_is_found() throws Exception {
        Forge other = new Forge(elsewhere);
        other.add(new Event.SignedIn());
        isFound(other.proof(0, 1, 2), "record root");
    }

    @Test
    void the_second_verifier_reads_what_the_writer_writes() throws Exception {
        assumeTrue(
                PythonVerifier.isPresent(), "python3 with cbor2 and cryptography could not be had");
        Path own = elsewhere.resolve("site");
        var settings =
                RecordSettings.in(
                        own, "Gärten & Söhne", "test", Forge.ZEROS, InstantSource.system());
        AuditRecord.open(settings).close();
        try (var record = AuditRecord.open(settings)) {
            var intent = record.appendDurably(Forge.intent("r1"), Actor.SYSTEM);
            var output =
                    record.append(
                            Forge.output("r1"), Actor.SYSTEM, OptionalLong.of(intent.sequence()));
            record.append(
                            Forge.seal("r1"),
                            Actor.SYSTEM,
                            OptionalLong.of(output.appended().sequence()))
                    .awaitCheckpoint();
            Path file = elsewhere.resolve("answer.proof");
            Files.write(file, record.proof(intent.sequence(), output.appended().sequence()));
            var said = PythonVerifier.run("proof", file, settings.trust());
            assertEquals(0, said.status(), said.text());
        }
        var said = PythonVerifier.run("record", settings.folder(), settings.trust());
        assertEquals(0, said.status(), said.text());
        assertTrue(said.text().contains("2 epoch(s)"), said.text());
    }
}
