package redoubt.appliance.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import redoubt.appliance.conversations.Item;
import redoubt.appliance.identity.FormerKeys;
import redoubt.appliance.identity.Holds;
import redoubt.appliance.identity.People;
import redoubt.appliance.identity.Role;
import redoubt.appliance.identity.Sessions;
import redoubt.appliance.identity.SignIn;
import redoubt.provenance.record.Actor;

/// What was done after a backup stays done when it is restored.
class RestoredSinceTest extends RestoredHome {
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
            var done = Restore.run(naming(person), _ -> {});
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

    @Nested
    class An_answer_that_was_erased_alone_after_the_backup {
        private LivingSite.Talk talk;

        @BeforeEach
        void talk() throws Exception {
            talk = site.talk(person, SECRET + 2);
            site.backUp(medium, keys);
        }

        @Test
        void is_nowhere_once_the_keys_were_written_anew_and_the_rest_comes_back() throws Exception {
            site.erase(talk.answer());
            site.writeKeys(keys);
            var done = restore(restored, medium, keys);
            assertEquals(4, done.withoutKey(), "the two, what kept them, what was called so");
            try (LivingSite back = live(site, restored)) {
                var whole = back.items.conversation(talk.conversation()).orElseThrow();
                assertEquals("", whole.title());
                assertEquals(person, whole.owner());
                assertEquals(1, back.items.turnsOf(talk.conversation()).size());
                assertTrue(back.items.read(kept).isPresent());
            }
        }

        @Test
        void is_in_no_later_question_and_no_title_where_a_newer_record_says_so() throws Exception {
            site.erase(talk.answer());
            Restore.run(withRecord(folder.resolve("home/record")), _ -> {});
            assertUnsaid();
        }

        @Test
        void is_in_no_later_question_and_no_title_where_the_operator_names_it() throws Exception {
            Restore.run(naming(talk.answer()), _ -> {});
            assertUnsaid();
        }

        private void assertUnsaid() throws Exception {
            try (LivingSite back = live(site, restored)) {
                assertFalse(back.items.read(talk.answer()).isPresent());
                assertFalse(back.items.read(talk.question()).isPresent());
                var later = (Item.Question) back.items.read(talk.later()).orElseThrow();
                assertEquals(null, later.asked());
                assertEquals(
                        "", back.items.conversation(talk.conversation()).orElseThrow().title());
            }
        }
    }

    @Nested
    class What_was_done_to_people_and_keys_after_the_backup {
        private String key = "";

        @BeforeEach
        void makeKey() throws Exception {
            Actor own = new Actor(person, "password", "s", List.of("administrator"));
            key = site.apiKeys.create("script", Role.STAFF, NAME, own).key().id();
            site.backUp(medium, keys);
        }

        @Test
        void is_done_again_where_a_newer_record_says_so() throws Exception {
            String other = site.people.named("admin").orElseThrow().id();
            site.apiKeys.revoke(key, LivingSite.OFFICER);
            site.people.change(
                    person,
                    new People.Wanted(
                            Optional.of("another sentence to remember"),
                            Optional.of(Set.of(Role.STAFF)),
                            Optional.of(true)),
                    LivingSite.OFFICER);
            site.holds.set(kept, "case 7", Instant.EPOCH, LivingSite.OFFICER);
            site.holds.set(other, "case 8", Instant.EPOCH, LivingSite.OFFICER);
            site.holds.lift(other, LivingSite.OFFICER);
            site.settle();
            Restore.run(withRecord(folder.resolve("home/record")), _ -> {});
            try (LivingSite back = live(site, restored)) {
                assertTrue(back.apiKeys.find(key).orElseThrow().revokedAt() != null);
                var changed = back.people.find(person).orElseThrow();
                assertTrue(changed.disabled());
                assertEquals(Set.of(Role.STAFF), changed.roles());
                assertEquals(
                        List.of(kept), back.holds.all().stream().map(Holds.Hold::item).toList());
                back.people.change(
                        person,
                        new People.Wanted(Optional.empty(), Optional.empty(), Optional.of(false)),
                        LivingSite.OFFICER);
                var signIn =
                        new SignIn(
                                back.people,
                                new Sessions(back.database, InstantSource.system()),
                                InstantSource.system());
                assertInstanceOf(
                        SignIn.Outcome.WrongCredentials.class,
                        signIn.attempt(NAME, LivingSite.PASSWORD, "here"),
                        "the old password may have been somebody else's, too");
            }
        }

        @Test
        void as_an_erasure_leaves_no_key_of_theirs_where_the_operator_names_them()
                throws Exception {
            Restore.run(naming(person), _ -> {});
            try (LivingSite back = live(site, restored)) {
                assertEquals(List.of(), back.apiKeys.all());
                assertEquals(Set.of(Role.STAFF), FormerKeys.rolesOf(back.database, "key-" + key));
                Restored.note(back.home, back.ledger);
                assertTrue(back.ledger.erasedSince(0).contains(key));
            }
            assertEquals(List.of(), LivingSite.holding(NAME, restored));
        }
    }

    @Nested
    class Who_has_seen_the_record {
        @Test
        void comes_from_the_backup_and_from_the_newer_copy() throws Exception {
            Path notes = site.home.record().resolve("witnessed");
            Files.createDirectories(notes);
            String first = note(notes);
            site.backUp(medium, keys);
            Files.delete(notes.resolve(first));
            String second = note(notes);
            Files.writeString(notes.resolve("0000000000009999.note"), "of what is not there");
            site.settle();
            Restore.run(withRecord(site.home.record()), _ -> {});
            try (var back = Files.list(restored.resolve("record/witnessed"))) {
                assertEquals(
                        Set.of(first, second),
                        back.map(file -> String.valueOf(file.getFileName()))
                                .collect(Collectors.toSet()));
            }
        }

        private String note(Path notes) throws Exception {
            site.settle();
            var checkpoint = site.record.checkpoint();
            String name = "%016d.note".formatted(checkpoint.size());
            Files.writeString(notes.resolve(name), checkpoint.note());
            return name;
        }
    }
}
