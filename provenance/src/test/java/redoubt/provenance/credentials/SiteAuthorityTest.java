package redoubt.provenance.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SiteAuthorityTest {
    private static final Instant DAY_0 = Instant.parse("2026-11-21T00:00:00Z");

    @TempDir Path folder;
    private Instant now = DAY_0;

    @Test
    void issues_a_certificate_of_the_c2pa_profile() throws Exception {
        SiteAuthority authority = open();
        X509Certificate leaf = authority.signer().certificate();
        leaf.verify(authority.root().getPublicKey());
        assertEquals(3, leaf.getVersion());
        assertEquals(-1, leaf.getBasicConstraints());
        assertTrue(leaf.getKeyUsage()[0], "digitalSignature");
        assertEquals(
                List.of("1.3.6.1.5.5.7.3.36", "1.3.6.1.4.1.62558.2.1"), leaf.getExtendedKeyUsage());
        assertTrue(leaf.getNonCriticalExtensionOIDs().contains("2.5.29.35"), "authority key id");
        assertEquals("SHA256withECDSA", leaf.getSigAlgName());
        assertEquals(0, authority.root().getBasicConstraints());
    }

    @Test
    void keeps_its_keys_to_itself_and_publishes_its_certificate() throws Exception {
        SiteAuthority authority = open();
        for (String name : List.of(SiteAuthority.AUTHORITY_FILE, SiteAuthority.SIGNER_FILE)) {
            assertEquals(
                    "rw-------",
                    PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(folder.resolve("keys").resolve(name))));
        }
        String published = Files.readString(published());
        assertFalse(published.contains("PRIVATE"), "no key in the trust folder");
        assertEquals(TrustAnchors.pemOf(List.of(authority.root())), published);
    }

    @Test
    void is_the_same_after_a_restart() throws Exception {
        SiteAuthority first = open();
        SiteAuthority second = open();
        assertEquals(first.root(), second.root());
        assertEquals(first.signer().certificate(), second.signer().certificate());
    }

    @Test
    void replaces_its_signing_key_after_thirty_days_running_or_restarted() throws Exception {
        SiteAuthority running = open();
        X509Certificate first = running.signer().certificate();
        now = DAY_0.plus(Duration.ofDays(29));
        assertEquals(first, running.signer().certificate());
        now = DAY_0.plus(Duration.ofDays(31));
        X509Certificate second = running.signer().certificate();
        assertNotEquals(first, second);
        assertEquals(second, open().signer().certificate());
        assertTrue(first.getNotAfter().toInstant().isAfter(now.plus(Duration.ofDays(700))));
    }

    @Test
    void signs_on_with_its_new_key_and_the_old_answers_stay_valid() throws Exception {
        now = Instant.now();
        SiteAuthority authority = open();
        try (CredentialIssuer issuer = CredentialIssuer.open(Site.library(), authority, "0.1.0")) {
            AnswerText text = AnswerText.of("answer");
            Stamped before = issuer.stamp(Form.TEXT, text, Site.facts(text));
            Files.delete(folder.resolve("keys").resolve(SiteAuthority.SIGNER_FILE));
            SiteAuthority renewed = open();
            assertNotEquals(authority.signer().certificate(), renewed.signer().certificate());
            TrustAnchors anchors = TrustAnchors.read(published());
            try (CredentialIssuer next = CredentialIssuer.open(Site.library(), renewed, "0.1.0")) {
                Stamped after = next.stamp(Form.TEXT, text, Site.facts(text));
                for (Stamped stamped : List.of(before, after)) {
                    assertInstanceOf(
                            CredentialVerdict.Valid.class,
                            Site.verifier().verify(Form.TEXT, stamped.bytes(), null, anchors));
                }
            }
        }
    }

    @Test
    void refuses_a_clock_before_its_birth_or_after_its_end() throws Exception {
        open();
        now = DAY_0.minus(Duration.ofDays(1));
        assertTrue(sentence().contains("Set the clock right"));
        now = DAY_0.plus(Duration.ofDays(365 * 30));
        assertTrue(sentence().contains("Set the clock right"));
    }

    @Test
    void refuses_a_key_file_that_others_can_read() throws Exception {
        open();
        Files.setPosixFilePermissions(
                folder.resolve("keys").resolve(SiteAuthority.AUTHORITY_FILE),
                PosixFilePermissions.fromString("rw-r-----"));
        assertTrue(sentence().contains("can be read by other accounts"));
    }

    @Test
    void refuses_a_published_certificate_that_was_replaced() throws Exception {
        open();
        Path other = folder.resolve("other");
        SiteAuthority.openOrCreate(other, other, "Other", () -> now);
        Files.copy(
                other.resolve(SiteAuthority.ROOT_FILE),
                published(),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertTrue(sentence().contains("Somebody replaced"));
    }

    @Test
    void refuses_a_damaged_key_file() throws Exception {
        open();
        Path file = folder.resolve("keys").resolve(SiteAuthority.AUTHORITY_FILE);
        String pem = Files.readString(file);
        for (String damaged :
                new String[] {"", pem.substring(0, 100), pem.replace("BEGIN PRIVATE", "BEGIN")}) {
            Files.writeString(file, damaged);
            sentence();
        }
    }

    @Test
    void cannot_be_used_to_sign_with_a_certificate_of_another_time() throws Exception {
        now = Instant.now().plus(Duration.ofDays(400));
        SiteAuthority future = open();
        CredentialException refused =
                assertThrows(
                        CredentialException.class,
                        () -> stampOnce(CredentialIssuer.open(Site.library(), future, "0.1.0")));
        assertTrue(String.valueOf(refused.getMessage()).length() > 20, "says why");
    }

    @Test
    void makes_credentials_that_are_out_of_date_when_its_certificate_is() throws Exception {
        CredentialException late = null;
        // Longer, where this host takes longer than that to use it.
        for (int seconds = 2; seconds < 100; seconds *= 3) {
            try {
                expires(Duration.ofSeconds(seconds));
                return;
            } catch (CredentialException tooLate) {
                late = tooLate;
            }
        }
        throw new AssertionError(late);
    }

    private void expires(Duration life) throws Exception {
        try (Site site =
                Site.in(
                        folder.resolve("lives-" + life),
                        new SiteAuthority.Lifetimes(Duration.ofDays(1), life, life))) {
            Stamped stamped = site.stamp(Form.DETACHED, "answer");
            Thread.sleep(life.plusSeconds(1));
            CredentialVerdict verdict = site.verify(stamped);
            assertEquals(
                    "signingCredential.expired",
                    assertInstanceOf(CredentialVerdict.Invalid.class, verdict, verdict::toString)
                            .code());
        }
    }

    private static void stampOnce(CredentialIssuer issuer) throws CredentialException {
        try (issuer) {
            AnswerText text = AnswerText.of("answer");
            issuer.stamp(Form.DETACHED, text, Site.facts(text));
        }
    }

    private Path published() {
        return folder.resolve("trust").resolve(SiteAuthority.ROOT_FILE);
    }

    private SiteAuthority open() throws CredentialException {
        InstantSource clock = () -> now;
        return SiteAuthority.openOrCreate(
                folder.resolve("keys"), folder.resolve("trust"), "Test Site", clock);
    }

    private String sentence() {
        return String.valueOf(assertThrows(CredentialException.class, this::open).getMessage());
    }
}
