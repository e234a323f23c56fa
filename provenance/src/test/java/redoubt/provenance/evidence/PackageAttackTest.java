package redoubt.provenance.evidence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.provenance.record.Verdict;
import redoubt.provenance.record.WitnessKey;

/// What can be done to a package by whoever has it in hand. A forger who knows the format makes the
/// manifest anew, so most of these do.
class PackageAttackTest {
    private static final Set<String> FOR_READING =
            Set.of("policy.txt", "root.pem", "SPEC.md", "verify.py");

    @TempDir static Path shared;
    private static EvidenceSite site;
    private static EvidenceSite.Asked asked;
    private static Map<String, byte[]> selection;
    private static Map<String, byte[]> otherSelection;
    private static Map<String, byte[]> range;
    private static Map<String, byte[]> longRange;

    @TempDir Path home;
    private TreeMap<String, byte[]> files;
    private int written;

    @BeforeAll
    static void begin() throws Exception {
        site = new EvidenceSite(shared.resolve("site"));
        site.signIn(2);
        asked = site.askWithTools("When?", "On Tuesdays.\n");
        var other = site.askWithTools("Who?", "Whoever has the key.\n");
        site.visit(WitnessKey.ofSeed("auditor.example/1", new byte[WitnessKey.SEED_BYTES]));
        site.signIn(3);
        selection =
                EvidenceSite.files(
                        site.folder(
                                shared.resolve("selection"),
                                asked.intent(),
                                asked.tools().getFirst(),
                                asked.output(),
                                asked.tools().getLast(),
                                asked.seal()));
        otherSelection =
                EvidenceSite.files(
                        site.folder(
                                shared.resolve("other"),
                                other.intent(),
                                other.tools().getFirst(),
                                other.output(),
                                other.tools().getLast(),
                                other.seal()));
        range =
                EvidenceSite.files(
                        site.folder(
                                shared.resolve("range"),
                                new EvidenceRequest.Range(asked.intent(), site.record.size() - 1)));
        site.signIn(1_010);
        longRange =
                EvidenceSite.files(
                        site.folder(
                                shared.resolve("long"),
                                new EvidenceRequest.Range(2, site.record.size() - 1)));
    }

    @AfterAll
    static void end() throws Exception {
        site.close();
    }

    @BeforeEach
    void copy() {
        files = new TreeMap<>(selection);
    }

    private PackageReport verify(Map<String, byte[]> altered) throws Exception {
        return site.verify(EvidenceSite.write(home.resolve("forged-" + written++), altered));
    }

    private void isFound(String check) throws Exception {
        Path place = EvidenceSite.write(home.resolve("forged-" + written++), files);
        PackageReport report = site.verify(place);
        assertEquals(Verdict.INVALID, report.verdict(), report.checks().toString());
        assertEquals(check, report.checks().getLast().name(), report.checks().toString());
        SecondVerifier.agrees(place, site.trust(), Verdict.INVALID);
    }

    private static String name(String folder, long number, String ending) {
        return PackageNames.of(folder, number, ending);
    }

    private static byte[] flipped(byte[] content) {
        byte[] altered = content.clone();
        if (altered.length == 0) return new byte[] {'x'};
        altered[altered.length / 2] ^= 1;
        return altered;
    }

    @Nested
    class Each_file_of_a_package {
        @Test
        void altered_by_one_bit_is_found() throws Exception {
            for (String name : range.keySet()) {
                Path place = shared.resolve("range").resolve(name);
                Files.write(place, flipped(range.get(name)));
                assertFalse(site.verify(shared.resolve("range")).verdict().holds(), name);
                Files.write(place, range.get(name));
            }
            assertTrue(site.verify(shared.resolve("range")).verdict().holds());
        }

        @Test
        void altered_by_one_bit_and_listed_anew_is_found_unless_it_is_only_for_reading()
                throws Exception {
            for (String name : selection.keySet()) {
                if (name.equals("manifest.json")) continue;
                files = new TreeMap<>(selection);
                files.put(name, flipped(selection.get(name)));
                assertEquals(FOR_READING.contains(name), verify(files).verdict().holds(), name);
            }
        }

        @Test
        void removed_and_not_listed_is_found_unless_it_only_adds() throws Exception {
            for (String name : selection.keySet()) {
                if (name.equals("manifest.json")) continue;
                files = new TreeMap<>(selection);
                files.remove(name);
                // Without its key an answer is still the one that its OUTPUT names.
                assertEquals(name.endsWith("output.key"), verify(files).verdict().holds(), name);
            }
        }

        @Test
        void exchanged_with_another_packages_is_found() throws Exception {
            for (String name : selection.keySet()) {
                String ending = name.substring(name.indexOf('/') + 1).replaceFirst("[0-9]*", "");
                for (String theirs : otherSelection.keySet()) {
                    if (!name.contains("/")
                            || selection.containsKey(theirs)
                            || !theirs.startsWith(name.substring(0, name.indexOf('/')))
                            || !theirs.endsWith(ending)) continue;
                    files = new TreeMap<>(selection);
                    files.put(name, otherSelection.get(theirs));
                    assertNotEquals(
                            Verdict.VALID_UNWITNESSED, verify(files).verdict(), name + theirs);
                    break;
                }
            }
        }

        @Test
        void of_another_package_added_is_found() throws Exception {
            for (String name : otherSelection.keySet()) {
                if (selection.containsKey(name)) continue;
                files = new TreeMap<>(selection);
                files.put(name, otherSelection.get(name));
                assertFalse(verify(files).verdict().holds(), name);
            }
        }
    }

    @Nested
    class A_range {
        @BeforeEach
        void copy() {
            files = new TreeMap<>(range);
        }

        @Test
        void with_an_entry_left_out_is_found() throws Exception {
            for (String ending : new String[] {"cose", "json", "sig", "tbs"})
                files.remove(name("entries", asked.output(), ending));
            files.remove(name("outputs", asked.output(), "txt"));
            files.remove(name("disclosures", asked.output(), "output.key"));
            isFound("range");
        }

        @Test
        void with_two_entries_swapped_is_found() throws Exception {
            for (String ending : new String[] {"cose", "json", "sig", "tbs"}) {
                byte[] one = files.get(name("entries", asked.output(), ending));
                files.put(
                        name("entries", asked.output(), ending),
                        files.get(name("entries", asked.seal(), ending)));
                files.put(name("entries", asked.seal(), ending), one);
            }
            isFound("range");
        }

        @Test
        void that_ends_earlier_than_it_claims_is_found() throws Exception {
            long last = site.verify(shared.resolve("range")).claim().orElseThrow().entries().last();
            for (String ending : new String[] {"cose", "json", "sig", "tbs"})
                files.remove(name("entries", last, ending));
            files.remove(name("proofs", last, "tlog-proof"));
            isFound("range");
        }

        @Test
        void that_says_it_ends_earlier_lacks_its_proof() throws Exception {
            long last = site.verify(shared.resolve("range")).claim().orElseThrow().entries().last();
            for (String ending : new String[] {"cose", "json", "sig", "tbs"})
                files.remove(name("entries", last, ending));
            files.remove(name("proofs", last, "tlog-proof"));
            String text = new String(files.get("range.json"), StandardCharsets.US_ASCII);
            long count = last - asked.intent() + 1;
            files.put(
                    "range.json",
                    text.replace("\"last\":" + last, "\"last\":" + (last - 1))
                            .replace("\"count\":" + count, "\"count\":" + (count - 1))
                            .getBytes(StandardCharsets.US_ASCII));
            isFound("files");
        }

        @Test
        void with_a_wrong_count_is_found() throws Exception {
            String text = new String(files.get("range.json"), StandardCharsets.US_ASCII);
            files.put(
                    "range.json",
                    text.replaceFirst("\"count\":", "\"count\":1")
                            .getBytes(StandardCharsets.US_ASCII));
            isFound("range");
        }

        @Test
        void with_an_entry_cut_out_of_a_file_of_many_is_found() throws Exception {
            files = new TreeMap<>(longRange);
            String first = name("entries", 2, "cose");
            byte[] many = files.get(first);
            int length =
                    redoubt.provenance.record.StoredEntry.split(many, 1_024, "it")
                            .getFirst()
                            .length();
            byte[] fewer = new byte[many.length - length];
            System.arraycopy(many, 0, fewer, 0, length);
            System.arraycopy(many, 2 * length, fewer, length, many.length - 2 * length);
            files.put(first, fewer);
            assertFalse(verify(files).verdict().holds());
        }
    }

    @Nested
    class A_view {
        @Test
        void that_lies_is_found() throws Exception {
            String view = name("entries", asked.intent(), "json");
            String text = new String(files.get(view), StandardCharsets.US_ASCII);
            files.put(
                    view,
                    text.replace("compliance", "complianze").getBytes(StandardCharsets.US_ASCII));
            isFound("views");
        }

        @Test
        void that_says_the_same_in_other_words_is_found() throws Exception {
            String view = name("entries", asked.intent(), "json");
            String text = new String(files.get(view), StandardCharsets.US_ASCII);
            files.put(view, text.replace("\\u00fc", "\\u00FC").getBytes(StandardCharsets.US_ASCII));
            isFound("views");
        }

        @Test
        void of_the_signed_bytes_that_lies_is_found() throws Exception {
            String signed = name("entries", asked.intent(), "tbs");
            files.put(signed, flipped(files.get(signed)));
            isFound("views");
        }
    }

    @Test
    void a_disclosure_with_the_wrong_key_is_found() throws Exception {
        files.put(
                name("disclosures", asked.intent(), "input.key"),
                files.get(name("disclosures", asked.output(), "output.key")));
        isFound("disclosures");
    }

    @Test
    void another_content_under_the_right_key_is_found() throws Exception {
        files.put(name("disclosures", asked.intent(), "input"), new byte[] {'W', 'h', 'y', '?'});
        isFound("disclosures");
    }

    @Test
    void what_a_tool_was_told_is_not_what_it_answered() throws Exception {
        long answered = asked.tools().getFirst();
        long called = asked.tools().getLast();
        files.put(
                name("disclosures", answered, "tool"),
                files.get(name("disclosures", called, "tool")));
        files.put(
                name("disclosures", answered, "tool.key"),
                files.get(name("disclosures", called, "tool.key")));
        isFound("disclosures");
    }

    @Test
    void a_disclosure_of_a_tool_for_an_entry_that_speaks_of_none_is_found() throws Exception {
        long called = asked.tools().getLast();
        for (String ending : List.of("tool", "tool.key"))
            files.put(
                    name("disclosures", asked.seal(), ending),
                    files.get(name("disclosures", called, ending)));
        isFound("disclosures");
    }

    @Test
    void an_answer_that_the_entry_does_not_speak_of_is_found() throws Exception {
        files.put(name("outputs", asked.output(), "txt"), new byte[] {'N', 'o'});
        isFound("outputs");
    }

    @Test
    void a_root_exchanged_in_the_package_changes_nothing() throws Exception {
        files.put("root.pem", "somebody's own root".getBytes(StandardCharsets.US_ASCII));
        assertEquals(Verdict.VALID_UNWITNESSED, verify(files).verdict());
    }

    @Test
    void a_policy_in_the_package_makes_nobody_a_witness() throws Exception {
        String vkey =
                WitnessKey.ofSeed("auditor.example/1", new byte[WitnessKey.SEED_BYTES])
                        .witness()
                        .vkey();
        files.put(
                "policy.txt",
                ("witness a " + vkey + "\nquorum a\n").getBytes(StandardCharsets.US_ASCII));
        assertEquals(Verdict.VALID_UNWITNESSED, verify(files).verdict());
    }

    @Test
    void a_proof_under_an_older_checkpoint_is_found() throws Exception {
        String proof = name("proofs", asked.output(), "tlog-proof");
        String theirs = new String(range.get("checkpoint"), StandardCharsets.UTF_8);
        String older = new String(longRange.get("checkpoint"), StandardCharsets.UTF_8);
        String text = new String(files.get(proof), StandardCharsets.UTF_8);
        files.put(proof, text.replace(theirs, older).getBytes(StandardCharsets.UTF_8));
        isFound("proofs");
    }

    @Test
    void a_list_of_nothing_is_found() throws Exception {
        Path place = EvidenceSite.write(home.resolve("unlisted"), files);
        Files.writeString(
                place.resolve("manifest.json"),
                "{\"format\":\"redoubt-evidence/1\",\"files\":[\n]}\n");
        PackageReport report = site.verify(place);
        assertEquals("manifest", report.checks().getLast().name());
        SecondVerifier.agrees(place, site.trust(), Verdict.INVALID);
    }

    @Test
    void a_file_with_a_name_of_no_package_is_found() throws Exception {
        for (String name :
                new String[] {"notes.txt", "entries/1.cose", "entries/evil\u001b[2J.json"}) {
            files = new TreeMap<>(selection);
            files.put(name, new byte[] {1});
            isFound("files");
        }
    }

    @Test
    void a_link_is_not_followed() throws Exception {
        Path place = EvidenceSite.write(home.resolve("linked"), files);
        Path root = place.resolve("root.pem");
        Files.delete(root);
        Files.createSymbolicLink(root, site.trust().resolve("record-root.pem"));
        PackageReport report = site.verify(place);
        assertEquals("files", report.checks().getLast().name());
        assertEquals(Verdict.INVALID, report.verdict());
        SecondVerifier.agrees(place, site.trust(), Verdict.INVALID);
    }

    @Test
    void an_empty_folder_is_found() throws Exception {
        Path place = Files.createDirectory(home.resolve("empty"));
        assertEquals(Verdict.INVALID, site.verify(place).verdict());
    }
}
