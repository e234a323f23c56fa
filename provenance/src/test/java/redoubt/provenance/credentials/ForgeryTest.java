package redoubt.provenance.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whatever is done to a stamped answer, it is no longer valid, and the verdict says which way.
class ForgeryTest {
    private static final String ANSWER = "Transfer one hundred to account seven.\n";
    private static final int CHANGES = 150;

    @TempDir Path folder;
    private Site site;
    private CredentialVerifier verifier;
    private TrustAnchors anchors;

    @BeforeEach
    void makeSite() throws Exception {
        site = Site.in(folder);
        verifier = Site.verifier();
        anchors = site.anchors();
    }

    @AfterEach
    void close() {
        site.close();
    }

    @ParameterizedTest
    @EnumSource
    void one_changed_byte_anywhere_in_the_file_is_never_valid(Form form) throws Exception {
        long seed = Long.getLong("redoubt.seed", 20261121L);
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        Stamped stamped = site.stamp(form, ANSWER);
        for (int i = 0; i < CHANGES; i++) {
            byte[] file = stamped.bytes();
            file[random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(8));
            assertNotAccepted(form, file, Site.beside(stamped));
        }
    }

    @ParameterizedTest
    @EnumSource
    void every_byte_of_the_wrapping_around_the_manifest_counts(Form form) throws Exception {
        Stamped stamped = site.stamp(form, ANSWER);
        byte[] original = stamped.bytes();
        // The marks are within the first and the last bytes of what was put in.
        for (int i = 0; i < original.length; i += i == 120 ? original.length - 240 : 1) {
            if (i > 120 && i < original.length - 120) {
                continue;
            }
            byte[] file = original.clone();
            file[i] ^= 1;
            assertNotAccepted(form, file, Site.beside(stamped));
        }
    }

    @Test
    void one_changed_bit_in_any_byte_of_a_manifest_is_never_valid() throws Exception {
        long seed = Long.getLong("redoubt.seed", 20261121L);
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        Stamped stamped = site.stamp(Form.DETACHED, ANSWER);
        for (int i = 0; i < stamped.manifest().length; i++) {
            byte[] manifest = stamped.manifest();
            manifest[i] ^= (byte) (1 << random.nextInt(8));
            assertNotAccepted(Form.DETACHED, stamped.bytes(), manifest);
        }
    }

    @Test
    void changed_content_is_named_as_such() throws Exception {
        Stamped stamped = site.stamp(Form.DETACHED, ANSWER);
        byte[] changed = ANSWER.replace("seven", "eight").getBytes(StandardCharsets.UTF_8);
        assertEquals(
                "assertion.dataHash.mismatch",
                invalid(verify(Form.DETACHED, changed, stamped.manifest())).code());
    }

    @ParameterizedTest
    @EnumSource
    void a_credential_moved_to_another_answer_is_refused(Form form) throws Exception {
        Stamped one = site.stamp(form, ANSWER);
        byte[] other = ANSWER.replace("seven", "eight").getBytes(StandardCharsets.UTF_8);
        byte[] moved =
                form == Form.DETACHED ? other : Carrier.of(form).embed(other, one.manifest());
        assertEquals(
                "assertion.dataHash.mismatch",
                invalid(verify(form, moved, Site.beside(one))).code());
    }

    @Test
    void text_added_before_or_after_an_embedded_credential_is_refused() throws Exception {
        for (Form form : new Form[] {Form.TEXT, Form.MARKDOWN}) {
            byte[] file = site.stamp(form, ANSWER).bytes();
            assertNotAccepted(form, join("More. ", file, ""), null);
            assertNotAccepted(form, join("", file, " More."), null);
        }
    }

    @ParameterizedTest
    @EnumSource
    void two_wrappers_mean_none(Form form) throws Exception {
        if (form == Form.DETACHED) {
            return;
        }
        Stamped one = site.stamp(form, ANSWER);
        byte[] twice = Carrier.of(form).embed(one.bytes(), one.manifest());
        CredentialVerdict.Invalid verdict = invalid(verify(form, twice, null));
        assertEquals(
                form == Form.TEXT
                        ? "manifest.text.multipleWrappers"
                        : "manifest.structuredText.multipleReferences",
                verdict.code());
    }

    @ParameterizedTest
    @EnumSource
    void another_sites_credential_is_unknown_and_not_called_forged(Form form) throws Exception {
        Stamped stamped = site.stamp(form, ANSWER);
        try (Site other = Site.in(folder.resolve("other"))) {
            CredentialVerdict verdict =
                    Site.verifier()
                            .verify(form, stamped.bytes(), Site.beside(stamped), other.anchors());
            assertInstanceOf(CredentialVerdict.UnknownSigner.class, verdict, verdict::toString);
        }
    }

    @ParameterizedTest
    @EnumSource
    void nobody_is_trusted_without_anchors(Form form) throws Exception {
        Stamped stamped = site.stamp(form, ANSWER);
        CredentialVerdict verdict =
                Site.verifier()
                        .verify(form, stamped.bytes(), Site.beside(stamped), TrustAnchors.none());
        assertInstanceOf(CredentialVerdict.UnknownSigner.class, verdict, verdict::toString);
    }

    @ParameterizedTest
    @EnumSource
    void an_answer_without_a_credential_is_absent_and_not_invalid(Form form) throws Exception {
        byte[] plain = ANSWER.getBytes(StandardCharsets.UTF_8);
        assertInstanceOf(CredentialVerdict.Absent.class, verify(form, plain, null));
    }

    @Test
    void a_stolen_manifest_with_new_bytes_behind_it_is_refused() throws Exception {
        Stamped stamped = site.stamp(Form.DETACHED, ANSWER);
        byte[] longer = Arrays.copyOf(stamped.manifest(), stamped.manifest().length + 1);
        assertNotAccepted(Form.DETACHED, stamped.bytes(), longer);
    }

    private void assertNotAccepted(Form form, byte[] file, byte @Nullable [] manifest) {
        CredentialVerdict verdict = verify(form, file, manifest);
        assertFalse(
                verdict instanceof CredentialVerdict.Valid
                        || verdict instanceof CredentialVerdict.UnknownSigner,
                verdict::toString);
    }

    private CredentialVerdict verify(Form form, byte[] file, byte @Nullable [] manifest) {
        return verifier.verify(form, file, manifest, anchors);
    }

    private static CredentialVerdict.Invalid invalid(CredentialVerdict verdict) {
        return assertInstanceOf(CredentialVerdict.Invalid.class, verdict, verdict::toString);
    }

    private static byte[] join(String before, byte[] file, String after) {
        String text = new String(file, StandardCharsets.UTF_8);
        return (before + text + after).getBytes(StandardCharsets.UTF_8);
    }
}
