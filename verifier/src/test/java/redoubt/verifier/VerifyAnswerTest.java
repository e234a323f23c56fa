package redoubt.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.provenance.record.Checkpoint;
import redoubt.verifier.TestSite.Said;

class VerifyAnswerTest {
    @TempDir static Path home;
    @TempDir static Path elsewhere;
    @TempDir Path scratch;
    private static TestSite site;
    private static TestSite otherSite;
    private static TestSite.Answer answer;
    private static TestSite.Answer otherAnswer;

    @BeforeAll
    static void make() throws Exception {
        TestSite.library();
        site = new TestSite(home);
        answer = site.answer("first", TestSite.TEXT);
        otherAnswer = site.answer("second", "Another answer.\n");
        otherSite = new TestSite(elsewhere);
    }

    @AfterAll
    static void close() throws Exception {
        if (site != null) site.close();
        if (otherSite != null) otherSite.close();
    }

    private static Said verify(Object... files) {
        Object[] words = new Object[files.length + 3];
        words[0] = "verify";
        System.arraycopy(files, 0, words, 1, files.length);
        words[files.length + 1] = "--trust";
        words[files.length + 2] = site.trust();
        return TestSite.run(words);
    }

    private static void holds(Said said) {
        assertEquals(0, said.status(), said.out() + said.err());
        assertTrue(said.out().contains("VALID-UNWITNESSED"), said.out());
        assertTrue(said.out().contains("nothing is witnessed yet"), said.out());
    }

    private static void isWrong(Said said, String check) {
        assertEquals(1, said.status(), said.out() + said.err());
        assertTrue(said.out().contains("INVALID: " + check), said.out());
    }

    @Nested
    class An_untouched_answer {
        @Test
        void holds_in_its_text_form() {
            holds(verify(answer.file("stamped.txt"), answer.file("answer.proof")));
        }

        @Test
        void holds_in_its_markdown_form_whatever_the_order() {
            holds(verify(answer.file("answer.proof"), answer.file("stamped.md")));
        }

        @Test
        void holds_detached() {
            holds(
                    verify(
                            answer.file("answer.c2pa"),
                            answer.file("answer.proof"),
                            answer.file("answer.txt")));
        }

        @Test
        void holds_in_a_zip() throws Exception {
            Path zip = scratch.resolve("answer.zip");
            var bytes = new ByteArrayOutputStream();
            try (var out = new ZipOutputStream(bytes)) {
                for (String name : new String[] {"answer.txt", "answer.c2pa"}) {
                    out.putNextEntry(new ZipEntry(name));
                    out.write(Files.readAllBytes(answer.file(name)));
                }
            }
            Files.write(zip, bytes.toByteArray());
            holds(verify(zip, answer.file("answer.proof")));
        }

        @Test
        void is_told_to_programs_too() {
            Said said = verify(answer.file("stamped.txt"), answer.file("answer.proof"), "--json");
            assertTrue(
                    said.out().startsWith("{\"verdict\":\"VALID-UNWITNESSED\",\"exitStatus\":0"));
            Said quiet = verify(answer.file("stamped.txt"), answer.file("answer.proof"), "--quiet");
            assertEquals("VALID-UNWITNESSED\n", quiet.out());
        }
    }

    @Nested
    class A_changed_text {
        @Test
        void is_found_in_the_detached_form() throws Exception {
            Path changed = scratch.resolve("answer.txt");
            Files.writeString(changed, TestSite.TEXT.replace("Tuesdays", "Thursdays"));
            isWrong(
                    verify(changed, answer.file("answer.c2pa"), answer.file("answer.proof")),
                    "content");
        }

        @Test
        void is_found_in_the_stamped_forms() throws Exception {
            for (String name : new String[] {"stamped.txt", "stamped.md"}) {
                Path changed = scratch.resolve(name);
                String text = Files.readString(answer.file(name), StandardCharsets.UTF_8);
                Files.writeString(changed, text.replace("Tuesdays", "Thursdays"));
                isWrong(verify(changed, answer.file("answer.proof")), "content");
            }
        }
    }

    @Test
    void the_proof_of_another_answer_is_found() {
        isWrong(verify(answer.file("stamped.txt"), otherAnswer.file("answer.proof")), "content");
    }

    @Test
    void a_credential_of_another_answer_is_found() {
        Said said =
                verify(
                        answer.file("answer.txt"),
                        otherAnswer.file("answer.c2pa"),
                        answer.file("answer.proof"));
        assertEquals(1, said.status(), said.out());
    }

    @Test
    void an_answer_without_its_credential_is_found() {
        isWrong(verify(answer.file("answer.txt"), answer.file("answer.proof")), "credential");
    }

    @Test
    void another_sites_roots_do_not_vouch_for_it() {
        Said said =
                TestSite.run(
                        "verify",
                        answer.file("stamped.txt"),
                        answer.file("answer.proof"),
                        "--trust",
                        otherSite.trust());
        isWrong(said, "record root");
    }

    @Nested
    class The_state_of_the_credential {
        private static void is(String state, int status, Said said) {
            assertEquals(status, said.status(), said.out() + said.err());
            assertTrue(said.out().contains("\"credential\":\"" + state + "\""), said.out());
        }

        @Test
        void is_valid() {
            is(
                    "valid",
                    0,
                    verify(answer.file("stamped.txt"), answer.file("answer.proof"), "--json"));
        }

        @Test
        void of_a_signer_that_nobody_vouches_for_is_not_invalid() throws Exception {
            Path trust = Files.createDirectories(scratch.resolve("trust"));
            for (String name : new String[] {"record-root.pem", "record-log-id"})
                Files.copy(site.trust().resolve(name), trust.resolve(name));
            Files.copy(
                    otherSite.trust().resolve("credentials-root.pem"),
                    trust.resolve("credentials-root.pem"));
            Object[] words = {
                "verify", answer.file("stamped.txt"), answer.file("answer.proof"), "--trust", trust
            };
            Said said = TestSite.run(words);
            assertEquals(3, said.status(), said.out());
            assertTrue(said.out().contains("INCOMPLETE: credential"), said.out());
            assertTrue(said.out().contains("no forgery"), said.out());
            assertFalse(said.out().contains("INVALID"), said.out());
            Object[] forPrograms = Arrays.copyOf(words, words.length + 1);
            forPrograms[words.length] = "--json";
            is("unknown_signer", 3, TestSite.run(forPrograms));
        }

        @Test
        void of_a_changed_text_is_invalid() throws Exception {
            Path changed = scratch.resolve("answer.txt");
            Files.writeString(changed, TestSite.TEXT.replace("Tuesdays", "Thursdays"));
            is("invalid", 1, verify(changed, answer.file("answer.c2pa"), "--json"));
        }

        @Test
        void that_is_not_there_is_absent() {
            is("absent", 1, verify(answer.file("answer.txt"), "--json"));
        }

        @Test
        void without_a_library_is_unchecked() {
            String given = System.getProperty("redoubt.native", "");
            System.setProperty("redoubt.native", scratch.toString());
            try {
                is("unchecked", 3, verify(answer.file("stamped.txt"), "--json"));
            } finally {
                System.setProperty("redoubt.native", given);
            }
        }
    }

    @Nested
    class What_is_missing_is_said {
        @Test
        void without_the_proof() {
            Said said = verify(answer.file("stamped.txt"));
            assertEquals(3, said.status(), said.out());
            assertTrue(said.out().contains("INCOMPLETE: proof"), said.out());
        }

        @Test
        void without_the_answer() {
            assertEquals(3, verify(answer.file("answer.proof")).status());
        }

        @Test
        void with_a_proof_older_than_the_form() {
            Said said = verify(answer.file("stamped.txt"), answer.file("first.proof"));
            assertEquals(3, said.status(), said.out());
            assertTrue(said.out().contains("INCOMPLETE: seal"), said.out());
        }

        @Test
        void without_a_library_for_this_platform() {
            String given = System.getProperty("redoubt.native", "");
            System.setProperty("redoubt.native", scratch.toString());
            try {
                Said said = verify(answer.file("stamped.txt"), answer.file("answer.proof"));
                assertEquals(3, said.status(), said.out());
                assertTrue(said.out().contains("INCOMPLETE: credential"), said.out());
            } finally {
                System.setProperty("redoubt.native", given);
            }
        }
    }

    @Test
    void a_proof_with_one_bit_changed_anywhere_never_holds() throws Exception {
        byte[] proof = Files.readAllBytes(answer.file("answer.proof"));
        Path changed = scratch.resolve("answer.proof");
        for (int at = 24; at < proof.length; at += 499) {
            proof[at] ^= 1;
            Files.write(changed, proof);
            Said said = verify(answer.file("stamped.txt"), changed);
            assertTrue(said.status() != 0, "byte " + at + ": " + said.out());
            proof[at] ^= 1;
        }
    }

    @Test
    void a_proof_mangled_at_random_is_refused_with_a_sentence() throws Exception {
        long seed = Long.getLong("redoubt.seed", 20261121L);
        System.out.println("seed of the mangled proofs: " + seed);
        Random random = new Random(seed);
        byte[] proof = Files.readAllBytes(answer.file("answer.proof"));
        Path changed = scratch.resolve("mangled.proof");
        for (int round = 0; round < 200; round++) {
            byte[] mangled = Arrays.copyOf(proof, proof.length - random.nextInt(2) * 40);
            for (int i = 0; i <= random.nextInt(4); i++)
                mangled[24 + random.nextInt(mangled.length - 24)] = (byte) random.nextInt(256);
            if (Arrays.equals(mangled, proof)) continue;
            Files.write(changed, mangled);
            Said said = verify(answer.file("stamped.txt"), changed);
            assertTrue(said.status() == 1 || said.status() == 4, said.out() + said.err());
            assertTrue(said.out().contains("WRONG"), said.out());
        }
    }

    @Nested
    class A_later_checkpoint {
        private Path way() throws Exception {
            Path file = scratch.resolve("way.consistency");
            long from = Checkpoint.parse(noteOf(answer.file("answer.proof"))).size();
            return Files.write(file, site.record.consistencyFile(from));
        }

        /// The note stands in the proof as it is.
        private static byte[] noteOf(Path proof) throws Exception {
            String text = Files.readString(proof, StandardCharsets.ISO_8859_1);
            int begin = text.indexOf("redoubt/");
            int lines = text.indexOf("\n\n", begin) + 2;
            int end = text.indexOf('\n', text.indexOf('\n', lines) + 1) + 1;
            return text.substring(begin, end).getBytes(StandardCharsets.ISO_8859_1);
        }

        @Test
        void is_reached_from_an_old_proof() throws Exception {
            Path later =
                    Files.writeString(scratch.resolve("later"), site.record.checkpoint().note());
            Said said =
                    verify(
                            answer.file("stamped.txt"),
                            answer.file("answer.proof"),
                            way(),
                            "--later",
                            later);
            holds(said);
            assertTrue(said.out().contains("only adds to the proof's"), said.out());
        }

        @Test
        void of_another_site_is_not_reached() throws Exception {
            Path later =
                    Files.writeString(
                            scratch.resolve("later"), otherSite.record.checkpoint().note());
            isWrong(
                    verify(
                            answer.file("stamped.txt"),
                            answer.file("answer.proof"),
                            way(),
                            "--later",
                            later),
                    "later checkpoint");
        }

        @Test
        void needs_the_file_that_leads_there() throws Exception {
            Path later =
                    Files.writeString(scratch.resolve("later"), site.record.checkpoint().note());
            Said said =
                    verify(
                            answer.file("stamped.txt"),
                            answer.file("answer.proof"),
                            "--later",
                            later);
            assertEquals(2, said.status());
            assertTrue(said.err().contains("needs the consistency file"), said.err());
        }
    }

    @Test
    void an_answer_that_begins_like_a_manifest_is_an_answer() throws Exception {
        TestSite.Answer jumble = site.answer("jumble", "The jumble is an answer.\n");
        holds(
                verify(
                        jumble.file("answer.txt"),
                        jumble.file("answer.c2pa"),
                        jumble.file("answer.proof")));
    }

    @Test
    void a_name_in_a_zip_cannot_command_the_terminal() throws Exception {
        Path zip = scratch.resolve("hostile.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            for (String name : new String[] {"a\u001b[2J.txt", "b\u001b]0;owned\u0007.txt"}) {
                out.putNextEntry(new ZipEntry(name));
                out.write('x');
            }
        }
        Said said = verify(zip);
        assertEquals(2, said.status());
        assertTrue(said.err().contains("look like the answer"), said.err());
        assertFalse(said.err().contains("\u001b"), said.err());
    }

    @Nested
    class A_command_that_cannot_begin {
        @Test
        void says_why_and_ends_with_2() {
            Said said = TestSite.run("verify", answer.file("stamped.txt"));
            assertEquals(2, said.status());
            assertTrue(said.err().contains("--trust DIR is missing"), said.err());
            assertEquals(2, verify(scratch.resolve("nothing")).status());
            assertEquals(2, verify(answer.file("answer.txt"), "--jsn").status());
            assertEquals(2, verify(answer.file("answer.txt"), answer.file("stamped.md")).status());
        }

        @Test
        void without_a_root_in_the_trust_folder() {
            Said said = TestSite.run("verify", answer.file("stamped.txt"), "--trust", scratch);
            assertEquals(2, said.status());
            assertTrue(said.err().contains("record-root.pem"), said.err());
        }
    }
}
