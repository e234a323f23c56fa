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
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import redoubt.appliance.site.Home;
import redoubt.appliance.site.SiteException;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.Event;

/// What comes back from a backup, and what cannot be restored.
class RestoreTest extends RestoredHome {
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
                assertEquals(List.of(), back.files());
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
