package redoubt.provenance.credentials;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StampedAnswerTest {
    private static final String ANSWER = "The answer is forty-two.\nNaïve 漢字 🙂\n";

    @TempDir Path folder;
    private Site site;

    @BeforeEach
    void makeSite() throws Exception {
        site = Site.in(folder);
    }

    @AfterEach
    void close() {
        site.close();
    }

    @ParameterizedTest
    @EnumSource
    void is_valid_in_each_form_and_says_what_was_given(Form form) throws Exception {
        Stamped stamped = site.stamp(form, ANSWER);
        CredentialFacts facts = valid(site.verify(stamped));
        assertEquals(stamped.urn(), facts.urn());
        assertEquals(form, facts.form());
        assertEquals("Redoubt Content Credentials Signer", facts.signer());
        assertEquals("Test Site", facts.issuer());
        assertEquals("Redoubt 0.1.0", facts.generator());
        assertEquals(Instant.parse("2026-11-21T10:00:00Z"), facts.createdAt());
        assertEquals(new ModelFacts("tiny", Site.MODEL_SHA256, "llama"), facts.model());
        assertEquals(Site.facts(AnswerText.of(ANSWER)).entry(), facts.entry());
        assertEquals(stamped.hashes(), facts.hashes());
    }

    @ParameterizedTest
    @EnumSource
    void names_the_model_and_the_kind_of_its_making(Form form) throws Exception {
        String manifest = valid(site.verify(site.stamp(form, ANSWER))).manifestJson();
        assertTrue(manifest.contains("digitalsourcetype/trainedAlgorithmicMedia"), manifest);
        assertTrue(manifest.contains("nih:sha-256;" + Site.MODEL_SHA256), manifest);
        assertTrue(manifest.contains("\"humanOversightLevel\": \"prompt_guided\""), manifest);
        assertTrue(manifest.contains("\"allActionsIncluded\": true"), manifest);
    }

    @ParameterizedTest
    @EnumSource
    void keeps_its_text_to_the_byte(Form form) throws Exception {
        Stamped stamped = site.stamp(form, ANSWER);
        byte[] content = ANSWER.getBytes(StandardCharsets.UTF_8);
        byte[] file = stamped.bytes();
        byte[] kept = new byte[content.length];
        int from = form == Form.MARKDOWN ? file.length - content.length : 0;
        System.arraycopy(file, from, kept, 0, kept.length);
        assertArrayEquals(content, kept);
    }

    @ParameterizedTest
    @EnumSource
    void is_valid_whatever_its_length(Form form) throws Exception {
        for (int length : new int[] {0, 1, 2, 23, 24, 255, 256, 65_535, 65_536, 300_000}) {
            valid(site.verify(site.stamp(form, "x".repeat(length))));
        }
    }

    @Test
    void is_valid_with_its_manifest_in_front_matter() throws Exception {
        for (String text :
                List.of(
                        "---\ntitle: t\n---\nbody\n",
                        "+++\n+++\n",
                        "---\nnot closed\n",
                        "--- \ntitle: t\n---\n")) {
            valid(site.verify(site.stamp(Form.MARKDOWN, text)));
        }
    }

    @Test
    void fits_its_wrapper_exactly_time_after_time() throws Exception {
        for (int i = 0; i < 40; i++) {
            Stamped stamped = site.stamp(Form.TEXT, ANSWER + i);
            CredentialFile.Opened opened =
                    assertInstanceOf(
                            CredentialFile.Opened.class,
                            CredentialFile.open(Form.TEXT, stamped.bytes(), null));
            assertArrayEquals(stamped.manifest(), opened.manifest());
            assertEquals(stamped.hashes(), opened.hashes());
        }
    }

    @Test
    void can_be_made_by_many_threads_at_once() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<CredentialVerdict>> tasks =
                    java.util.stream.IntStream.range(0, 48)
                            .mapToObj(i ->
                                    (Callable<CredentialVerdict>)
                                            () ->
                                                    site.verify(
                                                            site.stamp(
                                                                    Form.values()[i % 3],
                                                                    "answer " + i)))
                            .toList();
            for (var result : threads.invokeAll(tasks)) {
                valid(result.get());
            }
        }
    }

    @Test
    void is_refused_for_an_entry_that_speaks_of_another_text() {
        ManifestFacts facts = Site.facts(AnswerText.of("another"));
        assertThrows(
                IllegalArgumentException.class,
                () -> site.issuer().stamp(Form.DETACHED, AnswerText.of("this"), facts));
    }

    @Test
    void is_unchecked_and_not_valid_where_there_is_no_library() throws Exception {
        Stamped stamped = site.stamp(Form.TEXT, ANSWER);
        CredentialVerdict verdict =
                CredentialVerifier.withoutLibrary("no library for this platform")
                        .verify(Form.TEXT, stamped.bytes(), null, site.anchors());
        assertEquals(new CredentialVerdict.Unchecked("no library for this platform"), verdict);
    }

    private static CredentialFacts valid(CredentialVerdict verdict) {
        assertNotNull(verdict);
        return assertInstanceOf(CredentialVerdict.Valid.class, verdict, () -> verdict.toString())
                .facts();
    }
}
