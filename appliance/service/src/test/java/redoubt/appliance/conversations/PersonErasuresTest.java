package redoubt.appliance.conversations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.identity.Acts;
import redoubt.appliance.identity.ApiKeys;
import redoubt.appliance.identity.Database;
import redoubt.appliance.identity.FormerKeys;
import redoubt.appliance.identity.Holds;
import redoubt.appliance.identity.People;
import redoubt.appliance.identity.Role;
import redoubt.appliance.site.Secrets;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordException;

/// A person who is erased is nowhere any more: not who it was, not what they asked.
class PersonErasuresTest {
    private static final String NAME = "Zebedee Quillfeather";
    private static final String PASSWORD = "correct horse battery staple";

    @TempDir Path home;

    private final DyingLedger ledger = new DyingLedger(1000);
    private final Actor officer = new Actor("p-officer", "password", "s-1", List.of("compliance"));
    private final List<String> forgotten = new ArrayList<>();
    private Database database;
    private Items items;
    private People people;
    private ApiKeys keys;
    private Holds holds;
    private String person = "";
    private String key = "";

    @BeforeEach
    void site() throws Exception {
        for (String folder : new String[] {"content", "keys", "db"})
            Files.createDirectories(home.resolve(folder));
        open();
        people.create("admin", PASSWORD, Set.of(Role.ADMINISTRATOR), Actor.SYSTEM);
        person = people.create(NAME, PASSWORD, Set.of(Role.ADMINISTRATOR), Actor.SYSTEM).id();
        Actor own = new Actor(person, "password", "s-2", List.of("administrator"));
        key = keys.create("script of " + NAME, Role.STAFF, NAME, own).key().id();
        // Pages that were rewritten meanwhile hold what they held.
        for (int i = 0; i < 200; i++) items.write(question("somebody else", i));
        for (int i = 0; i < 3; i++) items.write(question(person, i));
        items.write(question("key-" + key, 9));
    }

    private void open() throws Exception {
        database = Database.open(home.resolve("db/site"));
        items =
                new Items(
                        ContentStore.open(home.resolve("content"), home.resolve("keys")), database);
        Acts acts = new Acts(database, ledger);
        people = new People(database, acts, InstantSource.system());
        keys = new ApiKeys(database, acts, InstantSource.system());
        holds = new Holds(database, acts);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static Item.Question question(String owner, int at) {
        return new Item.Question(Secrets.id(), owner, at, null, "Why?", Secrets.bytes(32));
    }

    private PersonErasures erasures() {
        var erasures = new Erasures(items, database, ledger, holds, (_, _) -> {});
        return new PersonErasures(items, database, erasures, holds, forgotten::add);
    }

    private int of(String owner) {
        return items.of(owner).size();
    }

    private Set<Event> noted() {
        return Set.copyOf(ledger.noted.stream().map(DyingLedger.Entry::event).toList());
    }

    /// Files of the home in which the text is, in an encoding that Java or H2 could have written.
    private List<String> holding(String text) throws IOException {
        List<String> found = new ArrayList<>();
        try (var files = Files.walk(home)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                for (Charset charset :
                        new Charset[] {StandardCharsets.UTF_8, StandardCharsets.UTF_16BE})
                    if (bytes.contains(
                            new String(text.getBytes(charset), StandardCharsets.ISO_8859_1)))
                        found.add(home.relativize(file).toString());
            }
        }
        return found;
    }

    @Nested
    class Somebody_who_is_erased {
        @Test
        void is_in_no_file_of_the_home_by_name() throws Exception {
            database.close();
            assertFalse(holding(NAME).isEmpty(), "the search finds what is there");
            open();
            assertTrue(people.erase(person, false, officer));
            erasures().finish(officer);
            database.close();
            assertEquals(List.of(), holding(NAME));
            open();
            assertFalse(people.named(NAME).isPresent());
            assertTrue(people.named("admin").isPresent());
        }

        @Test
        void is_gone_from_a_database_that_goes_on() throws Exception {
            people.erase(person, false, officer);
            erasures().finish(officer);
            assertEquals(List.of(), holding(NAME));
            assertEquals(200, of("somebody else"));
        }

        @Test
        void is_recorded_with_each_item_before_the_first_is_removed() throws Exception {
            List<Items.Placed> content = items.of(person);
            people.erase(person, false, officer);
            ledger.entriesLeft = 2;
            assertThrows(DyingLedger.Killed.class, () -> erasures().finish(officer));
            assertEquals(3, of(person));
            ledger.entriesLeft = 1000;
            assertEquals(3, erasures().finish(Actor.SYSTEM));
            assertEquals(0, of(person));
            assertTrue(noted().contains(new Event.Erased(person, "person")));
            assertTrue(noted().contains(new Event.Erased(key, "key")));
            for (Items.Placed item : content)
                assertTrue(noted().contains(new Event.Erased(item.id(), "question")));
            assertEquals(noted().size(), ledger.noted.size(), "nothing is recorded twice");
        }

        @Test
        void can_use_no_key_any_more_and_what_was_asked_with_it_stays() throws Exception {
            people.erase(person, false, officer);
            assertEquals("", keys.all().getFirst().name());
            assertTrue(keys.all().getFirst().revokedAt() != null);
            erasures().finish(officer);
            assertEquals(List.of(), keys.all());
            assertEquals(1, of("key-" + key));
            assertEquals(List.of(person, "key-" + key), forgotten);
        }

        @Test
        void takes_along_what_was_asked_with_their_keys_where_that_is_wanted() throws Exception {
            people.erase(person, true, officer);
            assertEquals(4, erasures().finish(officer));
            assertEquals(0, of("key-" + key));
        }

        @Test
        void gets_nothing_more_kept_whatever_is_still_being_answered() throws Exception {
            people.erase(person, false, officer);
            erasures().finish(officer);
            assertThrows(IOException.class, () -> items.write(question(person, 20)));
            assertEquals(0, of(person));
        }

        @Test
        void gets_nothing_back_out_of_which_something_is_being_erased() throws Exception {
            var question = (Item.Question) items.read(items.of(person).getFirst().id()).get();
            erasures().erase(people, person, false, officer);
            items.rewrite(question);
            open();
            items.rewrite(question);
            assertFalse(items.read(question.id()).isPresent());
        }

        @Test
        void whose_item_cannot_be_read_is_erased_all_the_same() throws Exception {
            String id = items.of(person).getFirst().id();
            Path file = home.resolve("content/" + id.substring(0, 2) + "/" + id + ".item");
            Files.write(file, new byte[7]);
            people.erase(person, false, officer);
            erasures().finish(officer);
            assertFalse(Files.exists(file));
        }
    }

    @Nested
    class A_key_of_somebody_who_is_erased {
        @Test
        void leaves_its_role_so_that_rules_go_on_finding_what_was_asked_with_it() throws Exception {
            erasures().erase(people, person, false, officer);
            assertEquals(List.of(), keys.all());
            assertEquals(Set.of(Role.STAFF), FormerKeys.rolesOf(database, "key-" + key));
        }
    }

    @Nested
    class What_is_under_a_legal_hold {
        private void refused(boolean withKeys) {
            var refused =
                    assertThrows(
                            RefusedException.class,
                            () -> erasures().erase(people, person, withKeys, officer));
            assertEquals("legal_hold", refused.code());
            assertTrue(people.find(person).isPresent(), "nobody is erased by half");
        }

        @Test
        void keeps_whose_it_is() throws Exception {
            holds.set(items.of(person).getFirst().id(), "case 7", Instant.EPOCH, officer);
            refused(false);
        }

        @Test
        void with_a_key_keeps_whoever_made_it_where_its_content_would_go() throws Exception {
            holds.set("key-" + key, "case 7", Instant.EPOCH, officer);
            refused(true);
            assertEquals(3, erasures().erase(people, person, false, officer));
            assertEquals(1, of("key-" + key));
        }

        @Test
        void since_the_erasure_began_is_kept_until_it_is_lifted() throws Exception {
            people.erase(person, false, officer);
            holds.set(person, "case 7", Instant.EPOCH, officer);
            assertEquals(0, erasures().finish(officer));
            assertEquals(3, of(person));
            assertTrue(erasures().begun(person));
            holds.lift(person, officer);
            assertEquals(3, erasures().finish(officer));
        }
    }

    @Nested
    class A_process_that_ends_in_the_middle {
        @ParameterizedTest
        @ValueSource(ints = {0, 1, 3})
        void goes_on_at_its_next_start(int entries) throws Exception {
            people.erase(person, false, officer);
            ledger.entriesLeft = entries;
            assertThrows(DyingLedger.Killed.class, () -> erasures().finish(officer));
            database.close();
            ledger.entriesLeft = 1000;
            open();
            assertTrue(erasures().begun(person));
            erasures().finish(Actor.SYSTEM);
            assertFalse(erasures().begun(person));
            assertEquals(0, of(person));
            assertEquals(List.of(), holding(NAME));
        }

        @Test
        void before_anything_was_recorded_has_erased_nobody() throws Exception {
            ledger.entriesLeft = 0;
            assertThrows(DyingLedger.Killed.class, () -> people.erase(person, false, officer));
            ledger.entriesLeft = 1000;
            assertEquals(0, erasures().finish(Actor.SYSTEM));
            assertEquals(NAME, people.find(person).orElseThrow().name());
            assertEquals(3, of(person));
        }
    }

    @Nested
    class A_record_that_is_full {
        @Test
        void leaves_the_content_until_it_can_be_recorded() throws Exception {
            people.erase(person, false, officer);
            ledger.entriesLeft = 1;
            ledger.closes = true;
            assertThrows(RecordException.class, () -> erasures().finish(officer));
            assertEquals(3, of(person));
            ledger.entriesLeft = 1000;
            assertEquals(3, erasures().finish(officer));
        }
    }

    @Nested
    class The_last_administrator {
        @Test
        void is_not_erased_and_is_told_why() throws Exception {
            people.erase(person, false, officer);
            erasures().finish(officer);
            String last = people.named("admin").orElseThrow().id();
            var refused =
                    assertThrows(
                            People.RefusedException.class,
                            () -> people.erase(last, false, officer));
            assertEquals("last_administrator", refused.code());
            assertTrue(people.find(last).isPresent());
        }
    }
}
