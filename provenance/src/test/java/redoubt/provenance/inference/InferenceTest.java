package redoubt.provenance.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.foreign.c2pa.C2pa;
import redoubt.provenance.credentials.AnswerText;
import redoubt.provenance.credentials.CredentialIssuer;
import redoubt.provenance.credentials.CredentialVerdict;
import redoubt.provenance.credentials.CredentialVerifier;
import redoubt.provenance.credentials.Form;
import redoubt.provenance.credentials.ModelFacts;
import redoubt.provenance.credentials.SiteAuthority;
import redoubt.provenance.credentials.Stamped;
import redoubt.provenance.credentials.TrustAnchors;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.AuditRecord;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordException;
import redoubt.provenance.record.RecordSettings;

class InferenceTest {
    private static final Bytes COMMITMENT = Bytes.of(new byte[32]);
    private static final BeforeSeal NOWHERE = (detached, output) -> {};

    @TempDir Path folder;
    private final MemoryRecord record = new MemoryRecord();
    private Path library;
    private SiteAuthority authority;
    private CredentialIssuer issuer;

    @BeforeEach
    void open() throws Exception {
        String path = System.getProperty("redoubt.native", "");
        assumeTrue(
                !path.isEmpty() && Files.exists(Path.of(path, C2pa.LIBRARY)),
                "the C2PA library is not built");
        library = Path.of(path);
        authority =
                SiteAuthority.openOrCreate(
                        folder.resolve("keys"),
                        folder.resolve("trust"),
                        "Test Site",
                        InstantSource.system());
        issuer = CredentialIssuer.open(library, authority, "0.1.0");
    }

    @AfterEach
    void close() {
        if (issuer != null) {
            issuer.close();
        }
    }

    @Test
    void has_its_intent_on_disk_before_anything_may_be_said() throws Exception {
        IntentRecorded intent = begin();
        assertEquals(List.of("append Intent", "durable Intent"), record.order);
        assertEquals(0, intent.sequence());
    }

    @Test
    void that_cannot_record_its_intent_does_not_begin() {
        record.diskFull = true;
        assertThrows(RecordException.class, this::begin);
    }

    @Nested
    class That_is_completed {
        @Test
        void waits_for_the_disk_once_for_output_and_seal_and_stores_between_them()
                throws Exception {
            begin().complete(answer("yes"), (detached, output) -> record.order.add("store"));
            assertEquals(
                    List.of(
                            "append Intent",
                            "durable Intent",
                            "append Output",
                            "store",
                            "append Seal",
                            "durable Seal"),
                    record.order);
        }

        @Test
        void waits_no_longer_for_tools_that_answered_and_are_called() throws Exception {
            IntentFacts asked =
                    intent(List.of(tool("c1", "weather"), tool("what did he say?", "")));
            AnswerFacts answer = answer("yes", List.of(tool("c2", "now")));
            new Inference(record, issuer).begin(asked).complete(answer, NOWHERE);
            assertEquals(
                    List.of(
                            "append Intent",
                            "append ToolAnswered",
                            "append ToolAnswered",
                            "durable ToolAnswered",
                            "append Output",
                            "append ToolCalled",
                            "append Seal",
                            "durable Seal"),
                    record.order);
            var answered = record.entries.get(1);
            assertEquals(OptionalLong.of(0), answered.refersTo());
            assertEquals(
                    new Event.ToolAnswered("req-1", "c1", "weather", COMMITMENT), answered.event());
            assertEquals(
                    new Event.ToolAnswered("req-1", "", "", COMMITMENT),
                    record.entries.get(2).event(),
                    "what is no short word stays out of the record");
            assertEquals(OptionalLong.of(3), record.entries.get(4).refersTo());
            assertEquals(
                    new Event.ToolCalled("req-1", "c2", "now", COMMITMENT),
                    record.entries.get(4).event());
        }

        @Test
        void binds_entry_and_credential_both_ways() throws Exception {
            SealedAnswer sealed = begin().complete(answer("yes"), NOWHERE);
            var facts = valid(sealed.detached());
            Event.Output output =
                    assertInstanceOf(Event.Output.class, record.entries.get(1).event());
            Event.Seal seal = assertInstanceOf(Event.Seal.class, record.entries.get(2).event());
            assertEquals(OptionalLong.of(0), record.entries.get(1).refersTo());
            assertEquals(OptionalLong.of(1), record.entries.get(2).refersTo());
            assertEquals(output.manifestUrn(), facts.urn());
            assertEquals(1, facts.entry().sequence());
            assertEquals(sealed.receipt().leafHash(), facts.entry().leafHash());
            assertEquals(sealed.receipt().logId(), facts.entry().logId());
            assertEquals(output.contentSha256().hex(), facts.entry().contentSha256());
            assertEquals(seal.manifestSha256().hex(), facts.hashes().manifestSha256());
            assertEquals(seal.claimSha256().hex(), facts.hashes().claimSha256());
            assertEquals(seal.signatureSha256().hex(), facts.hashes().signatureSha256());
            assertEquals(seal.assetSha256().hex(), facts.hashes().assetSha256());
            assertEquals(
                    new Receipt(
                            record.logId().hex(), 0, 1, 2, facts.entry().leafHash(), "note of 3"),
                    sealed.receipt());
        }

        @Test
        void gives_further_forms_with_a_seal_each_also_after_a_restart() throws Exception {
            SealedAnswer sealed = begin().complete(answer("yes"), NOWHERE);
            OutputForms later =
                    new Inference(record, issuer).forms(sealed.output(), AnswerText.of("yes"));
            for (OutputForms forms : List.of(sealed.forms(), later)) {
                for (Form form : List.of(Form.TEXT, Form.MARKDOWN)) {
                    OutputForms.Sealed made = forms.further(form);
                    assertEquals(record.entries.size() - 1, made.seal());
                    assertEquals(record.entries.size(), record.durable);
                    assertEquals(OptionalLong.of(1), record.entries.getLast().refersTo());
                    assertEquals(1, valid(made.stamped()).entry().sequence());
                }
            }
            assertThrows(
                    IllegalArgumentException.class,
                    () ->
                            new Inference(record, issuer)
                                    .forms(sealed.output(), AnswerText.of("no")));
        }

        @Test
        void cannot_be_completed_or_aborted_again() throws Exception {
            IntentRecorded intent = begin();
            intent.complete(answer("yes"), NOWHERE);
            assertThrows(IllegalStateException.class, () -> intent.complete(answer("no"), NOWHERE));
            assertThrows(IllegalStateException.class, () -> intent.abort("again"));
        }
    }

    @Nested
    class That_fails {
        @Test
        void to_store_its_answer_is_aborted_and_not_sealed() throws Exception {
            IntentRecorded intent = begin();
            assertThrows(
                    IOException.class,
                    () ->
                            intent.complete(
                                    answer("yes"),
                                    (detached, output) -> {
                                        throw new IOException("disk");
                                    }));
            assertAborted();
        }

        @Test
        void to_stamp_its_answer_is_aborted_and_not_sealed() throws Exception {
            IntentRecorded intent = begin();
            issuer.close();
            assertThrows(
                    IllegalStateException.class, () -> intent.complete(answer("yes"), NOWHERE));
            assertAborted();
        }

        @Test
        void to_reach_the_disk_gives_no_sealed_answer() throws Exception {
            IntentRecorded intent = begin();
            record.diskFull = true;
            assertThrows(RecordException.class, () -> intent.complete(answer("yes"), NOWHERE));
        }

        @Test
        void before_it_has_an_answer_is_aborted() throws Exception {
            begin().abort("engine died");
            assertAborted();
        }

        private void assertAborted() {
            assertInstanceOf(Event.Aborted.class, record.entries.getLast().event());
            assertEquals(OptionalLong.of(0), record.entries.getLast().refersTo());
            assertEquals(record.entries.size(), record.durable);
            assertEquals(
                    0,
                    record.entries.stream().filter(e -> e.event() instanceof Event.Seal).count());
        }
    }

    @Nested
    class On_the_record_itself {
        @Test
        void many_at_once_each_bind_their_own_entry() throws Exception {
            try (AuditRecord real = openRecord();
                    var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                Inference inference = new Inference(real, issuer);
                Callable<SealedAnswer> one =
                        () -> inference.begin(intent()).complete(answer("yes"), NOWHERE);
                for (var result : threads.invokeAll(Collections.nCopies(24, one))) {
                    SealedAnswer sealed = result.get();
                    Receipt receipt = sealed.receipt();
                    assertEquals(receipt.output(), valid(sealed.detached()).entry().sequence());
                    assertEquals(List.of(receipt.seal()), real.sealsOf(receipt.output()));
                    sealed.forms().further(Form.TEXT);
                    assertEquals(2, real.sealsOf(receipt.output()).size());
                }
            }
        }

        private AuditRecord openRecord() throws RecordException {
            return AuditRecord.open(
                    RecordSettings.in(
                            folder, "Test Site", "test", COMMITMENT, InstantSource.system()));
        }
    }

    private IntentRecorded begin() throws RecordException {
        return new Inference(record, issuer).begin(intent());
    }

    private static ToolCommitment tool(String callId, String tool) {
        return new ToolCommitment(callId, tool, COMMITMENT);
    }

    private static IntentFacts intent() {
        return intent(List.of());
    }

    private static IntentFacts intent(List<ToolCommitment> results) {
        return new IntentFacts(
                "req-1",
                "/v1/chat/completions",
                new Actor("p1", "password", "s1", List.of("staff")),
                new ModelFacts("tiny", "ab".repeat(32), "llama"),
                0,
                Map.of("seed", "1"),
                results,
                COMMITMENT);
    }

    private static AnswerFacts answer(String text) {
        return answer(text, List.of());
    }

    private static AnswerFacts answer(String text, List<ToolCommitment> calls) {
        return new AnswerFacts(
                AnswerText.of(text),
                COMMITMENT,
                calls,
                3,
                1,
                "stop",
                Instant.parse("2026-11-21T10:00:00Z"));
    }

    private redoubt.provenance.credentials.CredentialFacts valid(Stamped stamped) throws Exception {
        CredentialVerdict verdict =
                CredentialVerifier.open(library)
                        .verify(
                                stamped.form(),
                                stamped.bytes(),
                                stamped.form() == Form.DETACHED ? stamped.manifest() : null,
                                TrustAnchors.of(authority.root()));
        return assertInstanceOf(CredentialVerdict.Valid.class, verdict, verdict::toString).facts();
    }
}
