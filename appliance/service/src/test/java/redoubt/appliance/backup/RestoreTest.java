package redoubt.appliance.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.appliance.site.Home;
import redoubt.appliance.site.SiteException;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.Event;

/// What comes back from a backup, and what does not.
class RestoreTest {
    private static final String NAME = "Zebedee Quillfeather";
    private static final String SECRET = "marmalade-under-the-drawbridge";

    @TempDir Path folder;

    private Path medium;
    private Path keys;
    private Path restored;
    private LivingSite site;
    private String person = "";
    private String kept = "";
    private String forgotten = "";
    private BackupWriter.Made made;

    @BeforeEach
    void backUp() throws Exception {
        medium = folder.resolve("medium");
        keys = folder.resolve("keys");
        restored = folder.resolve("restored");
        site = new LivingSite(folder.resolve("home"));
        site.person("admin");
        person = site.person(NAME);
        kept = site.ask("somebody else", "What is a redoubt?");
        forgotten = site.ask(person, SECRET);
        made = site.backUp(medium, keys);
    }

    @AfterEach
    void close() throws Exception {
        site.close();
    }

    private static Restore.Asked asked(Path home, Path medium, Path keys) {
        return new Restore.Asked(
                home,
                medium,
                Optional.empty(),
                Optional.of(keys),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Set.of());
    }

    static Restore.Done restore(Path home, Path medium, Path keys) throws Exception {
        return Restore.run(asked(home, medium, keys), _ -> {});
    }

    /// The restored home, with a key of the epoch as the root would give it one.
    static LivingSite live(LivingSite from, Path home) throws Exception {
        from.lendEpochTo(home);
        return new LivingSite(home);
    }

    private String refusal(Restore.Asked asked) {
        return String.valueOf(
                assertThrows(BackupException.class, () -> Restore.run(asked, _ -> {}))
                        .getMessage());
    }

    private Restore.Asked asked() {
        return asked(restored, medium, keys);
    }

    private void assertNoHome() {
        assertFalse(Files.exists(restored.resolve("layout.json")));
    }

    private void assertNothingStartsThere() {
        assertNoHome();
        assertThrows(SiteException.class, () -> Home.open(restored));
    }

    @Nested
    class A_home_that_was_restored {
        @Test
        void has_record_people_and_content_again_and_says_so_in_the_record() throws Exception {
            var done = restore(restored, medium, keys);
            assertEquals(4, done.items());
            assertEquals(0, done.erasedAgain());
            assertEquals(0, done.withoutKey());
            try (LivingSite back = live(site, restored)) {
                assertEquals(SECRET, back.items.conversation(forgotten).orElseThrow().title());
                assertEquals(1, back.items.turnsOf(kept).size());
                assertEquals(NAME, back.people.find(person).orElseThrow().name());
                Restored.note(back.home, back.ledger);
                Restored.note(back.home, back.ledger);
                var noted =
                        back.events().stream().filter(Event.Restored.class::isInstance).toList();
                assertEquals(1, noted.size());
                assertEquals(made.name(), ((Event.Restored) noted.getFirst()).what());
            }
        }

        @Test
        void without_the_keys_has_the_record_alone() throws Exception {
            Restore.run(
                    new Restore.Asked(
                            restored,
                            medium,
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            List.of(),
                            Set.of()),
                    _ -> {});
            try (LivingSite back = live(site, restored)) {
                assertTrue(back.people.none());
                assertEquals(List.of(), back.content.files());
            }
        }

        @Test
        void cannot_be_signed_for_by_what_the_media_hold() throws Exception {
            restore(restored, medium, keys);
            assertFalse(Files.exists(restored.resolve("keys/epoch.key")));
            assertFalse(Files.exists(restored.resolve("keys/offline")));
            assertThrows(IOException.class, () -> new LivingSite(restored));
        }
    }

    @Nested
    class What_was_erased_after_the_backup {
        @Test
        void does_not_come_back_once_the_keys_were_written_anew() throws Exception {
            site.erase(forgotten);
            site.writeKeys(keys);
            assertEquals(2, restore(restored, medium, keys).withoutKey());
            try (LivingSite back = live(site, restored)) {
                assertFalse(back.items.read(forgotten).isPresent());
                assertTrue(back.items.read(kept).isPresent());
            }
            assertEquals(List.of(), LivingSite.holding(SECRET, restored, medium, keys));
        }

        @Test
        void does_not_come_back_where_a_newer_record_says_so() throws Exception {
            site.erase(forgotten);
            var done = Restore.run(withRecord(folder.resolve("home/record")), _ -> {});
            assertEquals(2, done.erasedAgain());
            assertTrue(done.size() > made.size());
            try (LivingSite back = live(site, restored)) {
                assertFalse(back.items.read(forgotten).isPresent());
            }
        }

        @Test
        void does_not_come_back_where_the_operator_names_it() throws Exception {
            var plain = asked();
            var done =
                    Restore.run(
                            new Restore.Asked(
                                    restored,
                                    medium,
                                    plain.name(),
                                    plain.keysFrom(),
                                    Optional.empty(),
                                    Optional.empty(),
                                    List.of(),
                                    Set.of(person)),
                            _ -> {});
            assertEquals(3, done.erasedAgain(), "the person, the conversation and its question");
            try (LivingSite back = live(site, restored)) {
                assertTrue(back.people.find(person).isEmpty());
                assertFalse(back.items.read(forgotten).isPresent());
                assertTrue(back.items.read(kept).isPresent());
                Restored.note(back.home, back.ledger);
                assertTrue(back.ledger.erasedSince(0).contains(person));
            }
        }

        @Test
        void as_a_person_leaves_nobody_and_nothing_of_theirs() throws Exception {
            site.erasePerson(person);
            site.writeKeys(keys);
            restore(restored, medium, keys);
            try (LivingSite back = live(site, restored)) {
                assertTrue(back.people.find(person).isEmpty());
                assertTrue(back.people.named("admin").isPresent());
                assertFalse(back.items.read(forgotten).isPresent());
            }
            assertEquals(List.of(), LivingSite.holding(NAME, restored, medium, keys));
        }
    }

    private Restore.Asked withRecord(Path record) {
        return new Restore.Asked(
                restored,
                medium,
                Optional.empty(),
                Optional.of(keys),
                Optional.of(record),
                Optional.empty(),
                List.of(),
                Set.of());
    }

    @Nested
    class A_restore_is_refused {
        @Test
        void over_a_living_home_and_says_how_long_its_record_is() throws Exception {
            site.settle();
            String why = refusal(asked(site.home.root(), medium, keys));
            assertTrue(why.contains("holds a record of " + site.record.size()), why);
        }

        @Test
        void into_a_folder_that_holds_anything() throws Exception {
            Files.createDirectories(restored);
            Files.writeString(restored.resolve("mine"), "x");
            assertTrue(refusal(asked()).contains("is not empty"));
            assertTrue(Files.exists(restored.resolve("mine")));
        }

        @Test
        void where_a_checkpoint_that_was_kept_is_newer_than_the_backup() throws Exception {
            site.ledger.note(new Event.Administered("x", "y"), Actor.SYSTEM);
            site.record.appendDurably(new Event.Administered("x", "z"), Actor.SYSTEM);
            Path note = Files.writeString(folder.resolve("note"), site.record.checkpoint().note());
            var plain = asked();
            String why =
                    refusal(
                            new Restore.Asked(
                                    restored,
                                    medium,
                                    plain.name(),
                                    plain.keysFrom(),
                                    Optional.empty(),
                                    Optional.empty(),
                                    List.of(note),
                                    Set.of()));
            assertTrue(why.contains("rolled back"), why);
            assertNothingStartsThere();
        }

        @Test
        void where_the_record_that_is_brought_is_older_than_the_backup() throws Exception {
            Path first = folder.resolve("first");
            restore(first, medium, keys);
            site.ledger.note(new Event.Administered("x", "y"), Actor.SYSTEM);
            site.backUp(medium, keys);
            String why = refusal(withRecord(first.resolve("record")));
            assertTrue(why.contains("rolled back"), why);
            assertNothingStartsThere();
        }

        @Test
        void of_an_altered_file() throws Exception {
            Path object = object("content/");
            byte[] bytes = Files.readAllBytes(object);
            bytes[bytes.length - 1] ^= 1;
            Files.write(object, bytes);
            assertTrue(refusal(asked()).contains("was altered or damaged"));
            assertNoHome();
        }

        @Test
        void of_a_missing_file() throws Exception {
            Files.delete(object("rows/"));
            assertTrue(refusal(asked()).contains("is missing"));
            assertNoHome();
        }

        @Test
        void of_a_file_that_is_a_link() throws Exception {
            Path object = object("content/");
            Path elsewhere = Files.move(object, folder.resolve("elsewhere"));
            Files.createSymbolicLink(object, elsewhere);
            assertTrue(refusal(asked()).contains("is missing"));
            assertNoHome();
        }

        @Test
        void of_a_list_that_leads_out_of_the_home() throws Exception {
            String good = Files.readString(list());
            for (String bad :
                    new String[] {
                        good.replaceFirst(" trust/[^\n]*", " trust/../../outside"),
                        good.replaceFirst(" trust/[^\n]*", " /etc/passwd"),
                        good.replaceFirst(" trust/[^\n]*", " keys/epoch.key"),
                        good.substring(0, good.length() / 2),
                        good.replaceFirst("end [0-9]+", "end 1"),
                        good.replaceFirst("object [0-9a-f]{64}", "object ../../../etc/passwd"),
                        good + "x"
                    }) {
                assertFalse(good.equals(bad));
                Files.writeString(list(), bad);
                assertTrue(refusal(asked()).contains("no whole list"));
                assertNoHome();
            }
        }

        @Test
        void of_a_list_that_is_a_link() throws Exception {
            Path elsewhere = Files.move(list(), folder.resolve("elsewhere"));
            Files.createSymbolicLink(medium.resolve(made.name() + ".backup"), elsewhere);
            assertTrue(refusal(asked()).contains("not a plain file"));
        }

        @Test
        void of_a_record_that_does_not_hold() throws Exception {
            // Object and list agree; only the record itself shows it.
            Path segment = object("record/0000000000000000.seg");
            byte[] bytes = Files.readAllBytes(segment);
            bytes[bytes.length - 600] ^= 1;
            String before = String.valueOf(segment.getFileName());
            String after = Sha256.hex(bytes);
            Path place = medium.resolve("objects").resolve(after.substring(0, 2));
            Files.createDirectories(place);
            Files.write(place.resolve(after), bytes);
            Files.writeString(list(), Files.readString(list()).replace(before, after));
            assertTrue(refusal(asked()).contains("does not hold"));
            assertNothingStartsThere();
        }

        @Test
        void with_the_keys_of_another_site() throws Exception {
            Path others = folder.resolve("others");
            try (LivingSite other = new LivingSite(folder.resolve("other"))) {
                other.writeKeys(others);
            }
            assertTrue(refusal(asked(restored, medium, others)).contains("another site"));
            assertNoHome();
        }
    }

    private Path list() {
        return medium.resolve(made.name() + ".backup");
    }

    private Path object(String path) throws IOException {
        String sha256 =
                Files.readAllLines(list()).stream()
                        .filter(line -> line.startsWith("object ") && line.contains(" " + path))
                        .findFirst()
                        .orElseThrow()
                        .split(" ", -1)[1];
        return medium.resolve("objects").resolve(sha256.substring(0, 2)).resolve(sha256);
    }
}
