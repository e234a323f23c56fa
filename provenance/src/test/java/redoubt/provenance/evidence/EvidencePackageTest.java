package redoubt.provenance.evidence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.provenance.record.RecordTrust;
import redoubt.provenance.record.Verdict;
import redoubt.provenance.record.WitnessKey;

/// Packages as the maker makes them, through the verifiers.
class EvidencePackageTest {
    @TempDir Path home;
    private EvidenceSite site;
    private EvidenceSite.Asked asked;

    @BeforeEach
    void begin() throws Exception {
        site = new EvidenceSite(home.resolve("site"));
        site.signIn(2);
        asked = site.ask("When does the gate open?", "On Tuesdays. Überprüft.\n");
    }

    @AfterEach
    void end() throws Exception {
        site.close();
    }

    private void holds(Path place, Verdict verdict) throws Exception {
        PackageReport report = site.verify(place);
        assertEquals(verdict, report.verdict(), report.checks().toString());
        SecondVerifier.agrees(place, site.trust(), verdict);
    }

    @Test
    void one_entry_holds_as_a_folder_and_as_a_zip() throws Exception {
        var request = new EvidenceRequest.Selection(List.of(asked.output()));
        Path folder = site.folder(home.resolve("package"), request);
        holds(folder, Verdict.VALID_UNWITNESSED);
        Path zip = home.resolve("package.zip");
        Files.write(zip, EvidenceSite.zipOf(EvidenceSite.files(folder)));
        holds(zip, Verdict.VALID_UNWITNESSED);
    }

    @Test
    void a_package_made_twice_is_the_same_bytes() throws Exception {
        var request =
                new EvidenceRequest.Selection(
                        List.of(asked.intent(), asked.output(), asked.seal()));
        var maker = site.maker(request);
        var one = new java.io.ByteArrayOutputStream();
        var two = new java.io.ByteArrayOutputStream();
        maker.write(PackageSink.zip(one));
        // The record goes on meanwhile; the excerpt stays what it was.
        site.signIn(1);
        maker.write(PackageSink.zip(two));
        assertArrayEquals(one.toByteArray(), two.toByteArray());
    }

    @Test
    void a_selection_opens_what_its_entries_commit_to_and_says_that_it_is_one() throws Exception {
        Path folder =
                site.folder(home.resolve("package"), asked.intent(), asked.output(), asked.seal());
        PackageReport report = site.verify(folder);
        assertEquals(Verdict.VALID_UNWITNESSED, report.verdict(), report.checks().toString());
        String said = report.checks().toString();
        assertTrue(said.contains("that somebody chose"), said);
        assertTrue(said.contains("2 open what entries commit to"), said);
        for (String disclosed : List.of("", "disclosures"))
            assertEquals(
                    "rwx------",
                    PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(folder.resolve(disclosed))));
        try (var keys = Files.list(folder.resolve("disclosures"))) {
            for (Path key : keys.toList())
                assertEquals(
                        "rw-------",
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(key)));
        }
        SecondVerifier.agrees(folder, site.trust(), Verdict.VALID_UNWITNESSED);
    }

    @Test
    void a_call_of_a_tool_and_a_result_are_disclosed_alone() throws Exception {
        var tools = site.askWithTools("Will it rain?", "It will.\n").tools();
        Path folder = site.folder(home.resolve("package"), tools.toArray(Long[]::new));
        String said = site.verify(folder).checks().toString();
        assertTrue(said.contains("2 open what entries commit to"), said);
        holds(folder, Verdict.VALID_UNWITNESSED);
        holds(
                site.folder(
                        home.resolve("range"),
                        new EvidenceRequest.Range(0, site.record.size() - 1)),
                Verdict.VALID_UNWITNESSED);
    }

    @Test
    void nothing_is_disclosed_that_was_not_given() throws Exception {
        site.discloses = false;
        Path folder =
                site.folder(home.resolve("package"), asked.intent(), asked.output(), asked.seal());
        assertFalse(Files.exists(folder.resolve("disclosures")));
        for (byte[] file : EvidenceSite.files(folder).values())
            assertFalse(new String(file, StandardCharsets.UTF_8).contains("Tuesdays"));
        assertTrue(
                Files.exists(folder.resolve(PackageNames.of("outputs", asked.output(), "c2pa"))));
        holds(folder, Verdict.VALID_UNWITNESSED);
    }

    @Test
    void a_range_has_every_entry() throws Exception {
        long last = site.record.size() - 1;
        Path folder = site.folder(home.resolve("package"), new EvidenceRequest.Range(0, last));
        holds(folder, Verdict.VALID_UNWITNESSED);
        assertEquals(
                (last + 1),
                EvidenceSite.files(folder).keySet().stream()
                        .filter(name -> name.startsWith("entries/") && name.endsWith(".cose"))
                        .count());
    }

    @Test
    void a_long_range_puts_many_entries_in_one_file() throws Exception {
        site.signIn(1_100);
        long last = site.record.size() - 1;
        Path folder = site.folder(home.resolve("package"), new EvidenceRequest.Range(2, last));
        var cose =
                EvidenceSite.files(folder).keySet().stream()
                        .filter(name -> name.startsWith("entries/"))
                        .toList();
        assertEquals(4, cose.size(), cose.toString());
        holds(folder, Verdict.VALID_UNWITNESSED);
    }

    @Test
    void the_view_of_an_entry_is_plain_ascii_whatever_the_entry_says() throws Exception {
        Path folder = site.folder(home.resolve("package"), asked.intent());
        String view =
                Files.readString(
                        folder.resolve(PackageNames.of("entries", asked.intent(), "json")),
                        StandardCharsets.US_ASCII);
        assertTrue(
                view.contains(
                        "\"parameters\":{\"seed\":\"7\",\"\\u00fc\\u202e\":\"\\\"\\\\\\n\\u0007\"}"),
                view);
        assertTrue(view.chars().allMatch(c -> c >= 0x20 && c < 0x7F || c == '\n'), view);
    }

    @Test
    void an_entry_that_is_not_there_is_refused_before_anything_is_written() {
        assertThrows(
                EvidenceException.class,
                () -> site.maker(new EvidenceRequest.Range(2, site.record.size())));
    }

    @Nested
    class With_witnesses {
        private final List<WitnessKey> witnesses = new ArrayList<>();

        @BeforeEach
        void names() throws Exception {
            for (int i = 1; i <= 2; i++) {
                byte[] seed = new byte[WitnessKey.SEED_BYTES];
                seed[0] = (byte) i;
                witnesses.add(WitnessKey.ofSeed("auditor.example/" + i, seed));
            }
            Files.writeString(
                    site.trust().resolve("witness-policy.txt"),
                    "witness a %s\nwitness b %s\ngroup both all a b\nquorum both\n"
                            .formatted(
                                    witnesses.get(0).witness().vkey(),
                                    witnesses.get(1).witness().vkey()));
        }

        @Test
        void a_quorum_that_saw_all_of_it_makes_it_valid() throws Exception {
            site.visit(witnesses.get(0));
            site.signIn(1);
            site.visit(witnesses.get(1));
            site.signIn(3);
            holds(site.folder(home.resolve("package"), asked.output()), Verdict.VALID);
        }

        @Test
        void notes_that_cannot_be_used_are_left_out() throws Exception {
            Path notes = site.settings.folder().resolve("witnessed");
            site.visit(witnesses.get(0));
            Files.writeString(notes.resolve("%016d.note".formatted(3)), "nothing");
            site.signIn(1);
            site.visit(witnesses.get(1));
            holds(site.folder(home.resolve("package"), asked.output()), Verdict.VALID);
        }

        @Test
        void one_that_saw_only_a_part_does_not() throws Exception {
            site.visit(witnesses.get(0));
            site.visit(witnesses.get(1));
            long seen = site.record.checkpoint().size();
            site.signIn(3);
            holds(
                    site.folder(
                            home.resolve("package"),
                            new EvidenceRequest.Range(asked.intent(), seen)),
                    Verdict.VALID_UNWITNESSED);
        }

        @Test
        void one_of_two_is_below_the_quorum() throws Exception {
            site.visit(witnesses.get(0));
            holds(site.folder(home.resolve("package"), asked.output()), Verdict.VALID_UNWITNESSED);
        }
    }

    @Test
    void the_root_is_the_checkers_own() throws Exception {
        Path folder = site.folder(home.resolve("package"), asked.output());
        assertTrue(RecordTrust.read(site.trust()).logId().isPresent());
        try (EvidenceSite other = new EvidenceSite(home.resolve("other"))) {
            PackageReport report = other.verify(folder);
            assertEquals(Verdict.INVALID, report.verdict());
            assertEquals("record root", report.checks().getLast().name());
            SecondVerifier.agrees(folder, other.trust(), Verdict.INVALID);
        }
    }
}
