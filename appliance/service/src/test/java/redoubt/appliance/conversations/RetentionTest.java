package redoubt.appliance.conversations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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
import redoubt.appliance.identity.Database;
import redoubt.appliance.identity.Holds;
import redoubt.appliance.identity.People;
import redoubt.appliance.identity.Role;
import redoubt.appliance.site.Secrets;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Event;

/// What is older than the rules say goes, and nothing else does.
class RetentionTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    @TempDir Path home;

    private final DyingLedger ledger = new DyingLedger(1000);
    private final Actor officer = new Actor("p-officer", "password", "s-1", List.of("compliance"));
    private final List<String> damaged = new ArrayList<>();
    private Instant now = NOW;
    private Database database;
    private Items items;
    private Erasures erasures;
    private Holds holds;
    private Retention retention;
    private String staff = "";
    private String both = "";

    @BeforeEach
    void open() throws Exception {
        for (String folder : new String[] {"content", "keys"})
            Files.createDirectories(home.resolve(folder));
        database = Database.open(home.resolve("db"));
        items =
                new Items(
                        ContentStore.open(home.resolve("content"), home.resolve("keys")), database);
        People people = new People(database, new Acts(database, ledger), () -> now);
        String password = "correct horse battery staple";
        staff = people.create("staff", password, Set.of(Role.STAFF), Actor.SYSTEM).id();
        both =
                people.create("both", password, Set.of(Role.STAFF, Role.COMPLIANCE), Actor.SYSTEM)
                        .id();
        holds = new Holds(database, new Acts(database, ledger));
        erasures = new Erasures(items, database, ledger, holds, (_, _) -> {});
        retention = retention();
        ledger.noted.clear();
    }

    private Retention retention() throws IOException {
        return new Retention(
                home.resolve("retention.txt"),
                items,
                database,
                erasures,
                ledger,
                () -> now,
                damaged::add);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private long daysAgo(int days) {
        return Items.micros(NOW.minus(Duration.ofDays(days)));
    }

    private String conversation(String owner, int begun, int changed) throws IOException {
        String id = Secrets.id();
        items.write(new Item.Conversation(id, owner, daysAgo(begun), "A title", daysAgo(changed)));
        items.write(
                new Item.Question(
                        Secrets.id(), owner, daysAgo(begun), id, "Why?", Secrets.bytes(32)));
        return id;
    }

    private String response(String owner, int begun) throws IOException {
        String id = Secrets.id();
        items.write(new Item.Response(id, owner, daysAgo(begun), "[]", "{}"));
        return id;
    }

    private String request(String owner, int begun) throws IOException {
        String id = Secrets.id();
        items.write(new Item.Question(id, owner, daysAgo(begun), null, "Why?", Secrets.bytes(32)));
        return id;
    }

    private static Item.Answer answer(String id, String owner, String question, long at) {
        return new Item.Answer(
                id,
                owner,
                at,
                null,
                question,
                "Because.",
                Secrets.bytes(32),
                new Item.ModelNamed("tiny", "00", "llama"),
                "stop",
                1,
                1,
                new Item.Entry(
                        "r",
                        "log",
                        7,
                        8,
                        "leaf",
                        "previous",
                        "ML-DSA-65",
                        "sha",
                        owner,
                        "password",
                        "s",
                        List.of("staff")),
                "urn",
                new byte[0]);
    }

    private void rules(String text) throws Exception {
        retention.set(RetentionRules.parse(text), officer);
        ledger.noted.clear();
    }

    private boolean there(String id) throws IOException {
        return items.read(id).isPresent();
    }

    @Nested
    class Without_rules {
        @Test
        void everything_is_kept_for_ever() throws Exception {
            String old = conversation(staff, 30_000, 30_000);
            assertEquals(0, retention.apply());
            assertTrue(there(old));
        }
    }

    @Nested
    class A_rule {
        @Test
        void takes_what_is_older_and_leaves_what_is_not() throws Exception {
            rules("keep conversations 365 days\nkeep responses 90 days\nkeep requests 30 days\n");
            String old = conversation(staff, 400, 366);
            String alive = conversation(staff, 400, 3);
            String oldResponse = response(staff, 91);
            String newResponse = response(staff, 89);
            String oldRequest = request("key-1", 31);
            String newRequest = request("key-1", 29);
            assertEquals(3, retention.apply());
            assertFalse(there(old) || there(oldResponse) || there(oldRequest));
            assertTrue(there(alive) && there(newResponse) && there(newRequest));
            assertEquals(0, items.turnsOf(old).size());
            assertEquals(1, items.turnsOf(alive).size());
        }

        @Test
        void names_what_is_damaged_and_goes_on_behind_it() throws Exception {
            rules("keep responses 10 days");
            String bad = response(staff, 40);
            String good = response(staff, 20);
            Files.write(
                    home.resolve("content/" + bad.substring(0, 2) + "/" + bad + ".item"),
                    new byte[7]);
            assertEquals(1, retention.apply());
            assertFalse(there(good));
            assertEquals(List.of(bad), damaged);
        }

        @Test
        void is_named_in_each_entry() throws Exception {
            rules("keep conversations 10 days");
            String old = conversation(staff, 20, 20);
            retention.apply();
            assertEquals(2, ledger.noted.size());
            assertEquals(
                    new Event.Erased(old, "conversation (retention: keep conversations 10 days)"),
                    ledger.noted.getLast().event());
        }

        @Test
        void for_a_role_goes_before_one_for_all_and_the_longest_counts() throws Exception {
            rules(
                    "keep requests 5 days\nkeep requests of staff 10 days\nkeep requests of compliance 20 days");
            String ofStaff = request(staff, 8);
            String oldOfStaff = request(staff, 12);
            String ofBoth = request(both, 12);
            String ofNobody = request("gone", 8);
            assertEquals(2, retention.apply());
            assertTrue(there(ofStaff) && there(ofBoth));
            assertFalse(there(oldOfStaff) || there(ofNobody));
        }

        @Test
        void waits_for_what_is_being_answered() throws Exception {
            rules("keep conversations 10 days");
            String old = conversation(staff, 20, 20);
            items.occupied().beginAnswer(old);
            assertEquals(0, retention.apply());
            items.occupied().endAnswer(old);
            assertEquals(1, retention.apply());
        }

        @Test
        void is_finished_by_the_next_start_where_the_process_ended() throws Exception {
            rules("keep conversations 10 days");
            String old = conversation(staff, 20, 20);
            ledger.entriesLeft = 1;
            assertThrows(DyingLedger.Killed.class, () -> retention.apply());
            ledger.entriesLeft = 100;
            erasures.settle();
            assertFalse(there(old));
            assertEquals(2, ledger.noted.size());
        }
    }

    @Nested
    class Setting_rules {
        @Test
        void is_in_the_record_with_their_hash_and_outlives_a_restart() throws Exception {
            String text = "# ours\nkeep requests 1 day\n";
            retention.set(RetentionRules.parse(text), officer);
            Bytes hash = Bytes.of(Secrets.sha256(text.getBytes(StandardCharsets.UTF_8)));
            assertEquals(
                    new Event.PolicyChanged("retention", hash), ledger.noted.getLast().event());
            assertEquals(text, retention().rules().text());
        }

        @Test
        void that_cannot_be_recorded_changes_nothing() {
            ledger.entriesLeft = 0;
            ledger.closes = true;
            assertThrows(
                    IOException.class,
                    () -> retention.set(RetentionRules.parse("keep requests 1 day"), officer));
            assertEquals("", retention.rules().text());
            assertFalse(Files.exists(home.resolve("retention.txt")));
        }

        @Test
        void that_are_in_the_record_when_the_process_ends_are_in_force_at_the_next_start()
                throws Exception {
            ledger.notesFirst = true;
            ledger.entriesLeft = 0;
            assertThrows(
                    DyingLedger.Killed.class,
                    () -> retention.set(RetentionRules.parse("keep requests 1 day"), officer));
            ledger.entriesLeft = 100;
            assertEquals("keep requests 1 day", retention().rules().text());
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "keep everything 5 days",
                    "keep requests 0 days",
                    "keep requests -5 days",
                    "keep requests 100000 days",
                    "keep requests of king 5 days",
                    "keep requests 5 days\nkeep requests 6 days",
                    "delete record 5 days"
                })
        void that_are_none_is_refused(String text) {
            assertThrows(IllegalArgumentException.class, () -> RetentionRules.parse(text));
        }

        @Test
        void in_a_file_that_nobody_can_read_stops_the_start() throws Exception {
            Files.writeString(home.resolve("retention.txt"), "keep calm");
            assertThrows(IOException.class, () -> retention());
        }
    }

    @Nested
    class A_legal_hold {
        @Test
        void keeps_what_a_rule_would_take_until_it_is_lifted() throws Exception {
            rules("keep conversations 10 days\nkeep requests 10 days");
            String held = conversation(staff, 20, 20);
            String ofHeld = request(both, 20);
            holds.set(held, "case 7", NOW, officer);
            holds.set(both, "case 8", NOW, officer);
            assertEquals(0, retention.apply());
            assertTrue(holds.lift(held, officer));
            assertEquals(1, retention.apply());
            assertTrue(there(ofHeld));
        }

        @Test
        void refuses_whoever_erases_and_says_so() throws Exception {
            String held = conversation(staff, 1, 1);
            String turn = items.turnsOf(held).getFirst().id();
            holds.set(turn, "case 7", NOW, officer);
            int entries = ledger.noted.size();
            var refused = assertThrows(RefusedException.class, () -> erasures.erase(held, officer));
            assertEquals("legal_hold", refused.code());
            assertEquals(entries, ledger.noted.size());
            assertTrue(there(held));
        }

        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void on_an_answer_or_its_question_keeps_both(boolean onAnswer) throws Exception {
            rules("keep requests 10 days");
            String question = request(staff, 20);
            String answer = Secrets.id();
            items.write(answer(answer, staff, question, daysAgo(20)));
            holds.set(onAnswer ? answer : question, "case 7", NOW, officer);
            assertEquals(0, retention.apply());
            assertTrue(there(question) && there(answer));
            holds.lift(onAnswer ? answer : question, officer);
            assertEquals(1, retention.apply());
            assertFalse(there(question) || there(answer));
        }

        @Test
        void on_nothing_and_nobody_is_none() throws Exception {
            assertFalse(holds.set(Secrets.id(), "case 7", NOW, officer));
            assertFalse(holds.set("key-" + Secrets.id(), "case 7", NOW, officer));
            assertEquals(List.of(), ledger.noted);
            assertEquals(List.of(), holds.all());
        }

        @Test
        void that_is_in_the_record_when_the_process_ends_is_there_at_the_next_start()
                throws Exception {
            String held = conversation(staff, 20, 20);
            ledger.notesFirst = true;
            ledger.entriesLeft = 0;
            assertThrows(DyingLedger.Killed.class, () -> holds.set(held, "case 7", NOW, officer));
            ledger.entriesLeft = 100;
            new Acts(database, ledger).settle();
            assertEquals(List.of(held), holds.all().stream().map(Holds.Hold::item).toList());
        }

        @Test
        void is_recorded_when_it_is_set_and_when_it_is_lifted() throws Exception {
            String held = conversation(staff, 1, 1);
            holds.set(held, "case 7", NOW, officer);
            holds.lift(held, officer);
            assertFalse(holds.lift(held, officer));
            assertEquals(2, ledger.noted.size());
            assertEquals(officer, ledger.noted.getFirst().actor());
            assertEquals(List.of(), holds.all());
        }
    }
}
