package redoubt.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import redoubt.provenance.inference.Receipt;
import redoubt.provenance.record.Checkpoint;
import redoubt.verifier.TestSite.Said;

/// What people keep of a record: three lines on paper, the receipt of an answer, a signed
/// checkpoint; held years later against the record, or against a later checkpoint alone.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VerifyKeptTest {
    @TempDir static Path folder;
    private TestSite site;
    private TestSite other;
    private Checkpoint old;
    private Receipt receipt;

    @BeforeAll
    void begin() throws Exception {
        site = new TestSite(folder.resolve("site"));
        other = new TestSite(folder.resolve("other"));
        receipt = site.answer("one", TestSite.TEXT).sealed().receipt();
        old = Checkpoint.parse(receipt.checkpoint().getBytes(StandardCharsets.UTF_8));
        site.answer("two", TestSite.TEXT);
        other.answer("one", TestSite.TEXT);
        other.answer("two", TestSite.TEXT);
    }

    @AfterAll
    void end() throws Exception {
        site.close();
        other.close();
    }

    private static Path file(String name, String text) throws Exception {
        return Files.writeString(folder.resolve(name), text);
    }

    private Said verify(TestSite whose, Object... more) {
        Object[] words = new Object[more.length + 5];
        List<Object> first =
                List.of("record", "verify", whose.recordFolder(), "--trust", whose.trust());
        for (int i = 0; i < 5; i++) words[i] = first.get(i);
        System.arraycopy(more, 0, words, 5, more.length);
        return TestSite.run(words);
    }

    @Nested
    class Three_lines_on_paper {
        @Test
        void agree_with_the_record_that_they_were_taken_from() throws Exception {
            for (String text : List.of(old.text(), old.text().stripTrailing())) {
                Said said = verify(site, "--checkpoint", file("paper", text));
                assertEquals(0, said.status(), said.out() + said.err());
                assertTrue(said.out().contains("agrees with all 1"), said.out());
            }
        }

        @Test
        void do_not_agree_with_another_history_or_another_log() throws Exception {
            String root = old.text().split("\n")[2];
            String changed =
                    old.text().replace(root, root.replace(root.charAt(0), 'A').replace('B', 'C'));
            assertNotEquals(old.text(), changed);
            Said said = verify(site, "--checkpoint", file("paper", changed));
            assertEquals(1, said.status(), said.out() + said.err());
            assertTrue(said.out().contains("your checkpoints"), said.out());
            said = verify(other, "--checkpoint", file("paper", old.text()));
            assertEquals(1, said.status(), said.out() + said.err());
            assertTrue(said.out().contains("of another log"), said.out());
        }

        @Test
        void show_a_record_that_has_become_shorter() throws Exception {
            String more = old.text().replace("\n" + old.size() + "\n", "\n999999\n");
            Said said = verify(site, "--checkpoint", file("paper", more));
            assertEquals(1, said.status(), said.out());
            assertTrue(said.out().contains("rolled back"), said.out());
        }

        @Test
        void that_are_anything_else_begin_no_check() throws Exception {
            String text = old.text();
            for (String bad :
                    List.of(
                            "",
                            "\n",
                            text + "\n",
                            " " + text,
                            text.replace("\n", "\r\n"),
                            text + "more\n",
                            text.replace("\n" + old.size(), "\n0" + old.size()),
                            text.replace("\n" + old.size(), "\n-1"),
                            text.replace("\n" + old.size(), "\n9999999999999999999"),
                            text.replace("redoubt/", "redoubt/x"),
                            text.substring(0, text.length() - 2),
                            text.replace("=", ""),
                            text.replace("redoubt", "r\u00e9doubt"),
                            "x".repeat(10_000))) {
                Said said = verify(site, "--checkpoint", file("paper", bad));
                assertEquals(2, said.status(), bad + said.out());
            }
        }
    }

    @Nested
    class A_receipt {
        private String json(String checkpoint) {
            return """
            {"output_id":"x","log_id":"%s","intent":%d,"output":%d,"seal":%d,"leaf_hash":"%s",%s"credential_url":"/v1/x","proof_url":"/v1/y","provenance_ms":1.25}
            """
                    .formatted(
                            receipt.logId(),
                            receipt.intent(),
                            receipt.output(),
                            receipt.seal(),
                            receipt.leafHash(),
                            checkpoint);
        }

        private String whole() {
            return json("\"checkpoint\":\"" + receipt.checkpoint().replace("\n", "\\n") + "\",");
        }

        @Test
        void names_its_entries_in_the_record_with_and_without_a_checkpoint() throws Exception {
            for (String json : List.of(whole(), json(""))) {
                Said said = verify(site, "--receipt", file("receipt.json", json));
                assertEquals(0, said.status(), said.out() + said.err());
                assertTrue(said.out().contains("INTENT, OUTPUT and SEAL of"), said.out());
            }
        }

        @Test
        void is_not_of_a_record_whose_entries_are_others() throws Exception {
            String three =
                    "\"intent\":%d,\"output\":%d,\"seal\":%d,\"leaf_hash\":\"%s\""
                            .formatted(
                                    receipt.intent(),
                                    receipt.output(),
                                    receipt.seal(),
                                    receipt.leafHash());
            String format = "\"intent\":%d,\"output\":%d,\"seal\":%d,\"leaf_hash\":\"%s\"";
            long i = receipt.intent();
            long o = receipt.output();
            long s = receipt.seal();
            for (String changed :
                    List.of(
                            format.formatted(i, o, s, "00".repeat(32)),
                            format.formatted(i, o, s + 1000, receipt.leafHash()),
                            format.formatted(i, o, s + 5, receipt.leafHash()),
                            format.formatted(i - 1, o, s, receipt.leafHash()),
                            format.formatted(i, o - 0, s, receipt.leafHash().replace('a', 'b')))) {
                if (changed.equals(three)) continue;
                String json = json("").replace(three, changed);
                Said said = verify(site, "--receipt", file("receipt.json", json));
                assertEquals(1, said.status(), json + said.out() + said.err());
                assertTrue(said.out().contains("your receipts"), said.out());
            }
            Said said = verify(other, "--receipt", file("receipt.json", json("")));
            assertEquals(1, said.status(), said.out());
            assertTrue(said.out().contains("of another log"), said.out());
        }

        @Test
        void that_is_anything_else_begins_no_check() throws Exception {
            String json = whole();
            for (String bad :
                    List.of(
                            "{}",
                            "{",
                            "{\"redoubt\":" + json.strip() + "}",
                            json + "{}",
                            json.replace("\"intent\":", "\"intent\":1,\"intent\":"),
                            json.replace("\"intent\":", "\"Intent\":"),
                            json.replace("\"seal\":" + receipt.seal(), "\"seal\":1"),
                            json.replace("\"seal\":" + receipt.seal(), "\"seal\":-1"),
                            json.replace("\"seal\":" + receipt.seal(), "\"seal\":7.0"),
                            json.replace("\"seal\":" + receipt.seal(), "\"seal\":\"7\""),
                            json.replace("\"seal\":" + receipt.seal(), "\"seal\":1e400"),
                            json.replace("\"seal\":" + receipt.seal(), "\"seal\":" + old.size()),
                            json.replace(receipt.leafHash(), receipt.leafHash().substring(2)),
                            json.replace(receipt.leafHash(), "Z".repeat(64)),
                            json.replaceFirst(receipt.logId(), "0".repeat(64)),
                            json.replace("redoubt/", "redoubt-"),
                            json.replace("1.25", "[1.25]"),
                            "{\"a\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}",
                            "{\"output_id\":\"" + "x".repeat(3 << 20) + "\"}")) {
                Said said = verify(site, "--receipt", file("receipt.json", bad));
                assertEquals(2, said.status(), bad.substring(0, Math.min(300, bad.length())));
            }
        }
    }

    @Nested
    class A_consistency_file {
        private Path way() throws Exception {
            return Files.write(
                    folder.resolve("way.consistency"), site.record.consistencyFile(old.size()));
        }

        private Said lead(Path way, Object... kept) {
            Object[] words = new Object[kept.length + 6];
            List<Object> first =
                    List.of("record", "verify", "--trust", site.trust(), "--consistency", way);
            for (int i = 0; i < 6; i++) words[i] = first.get(i);
            System.arraycopy(kept, 0, words, 6, kept.length);
            return TestSite.run(words);
        }

        @Test
        void leads_from_a_note_from_paper_and_from_a_proof_to_a_later_checkpoint()
                throws Exception {
            for (Object[] kept :
                    new Object[][] {
                        {"--checkpoint", file("note", old.note())},
                        {"--checkpoint", file("paper", old.text())},
                        {"--checkpoint", file("last", site.record.checkpoint().text())},
                    }) {
                Said said = lead(way(), kept);
                assertEquals(0, said.status(), said.out() + said.err());
                assertTrue(said.out().contains("only adds to the"), said.out());
                assertTrue(said.out().contains("VALID-UNWITNESSED"), said.out());
            }
        }

        @Test
        void says_nothing_of_what_it_does_not_reach() throws Exception {
            String between = old.text().replace("\n" + old.size() + "\n", "\n3\n");
            Said said = lead(way(), "--checkpoint", file("paper", between));
            assertEquals(3, said.status(), said.out());
            assertTrue(said.out().contains("--from 3"), said.out());
            assertEquals(3, lead(way()).status(), "and nothing was kept");
        }

        @Test
        void of_another_history_is_not_taken() throws Exception {
            Path foreign =
                    Files.write(
                            folder.resolve("foreign"), other.record.consistencyFile(old.size()));
            assertEquals(1, lead(foreign, "--checkpoint", file("note", old.note())).status());
            String size = "\n" + site.record.checkpoint().size() + "\n";
            String changed = old.text().replace("\n" + old.size() + "\n", size);
            Said said = lead(way(), "--checkpoint", file("paper", changed));
            assertEquals(1, said.status(), said.out());
            assertTrue(said.out().contains("later checkpoint"), said.out());
        }

        @Test
        void with_a_changed_bit_is_never_taken() throws Exception {
            byte[] whole = Files.readAllBytes(way());
            Path note = file("note", old.note());
            Path changed = folder.resolve("changed");
            Random random = new Random(8);
            for (int i = 0; i < 40; i++) {
                byte[] broken = whole.clone();
                broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
                Files.write(changed, broken);
                Said said = lead(changed, "--checkpoint", note);
                assertTrue(said.status() == 1 || said.status() == 4, said.out() + said.err());
            }
        }

        @Test
        void is_not_mixed_with_a_record_or_an_answer() throws Exception {
            assertEquals(2, verify(site, "--consistency", way()).status());
            assertEquals(
                    2,
                    TestSite.run("verify", way(), "--trust", site.trust(), "--consistency", way())
                            .status());
        }
    }
}
