package redoubt.appliance.conversations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
import redoubt.appliance.site.Secrets;
import redoubt.engine.client.GenerationRequest;
import redoubt.engine.client.Owner;
import redoubt.engine.client.Prompt;
import redoubt.engine.client.SamplingParameters;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordException;

/// An erasure is whole, or it has not happened.
class ErasuresTest {
    @TempDir Path home;

    private final Actor person = new Actor("p-1", "password", "s-1", List.of("staff"));
    private final String conversation = Secrets.id();
    private final List<String> all = new ArrayList<>(List.of(conversation));
    private Database database;
    private Items items;

    @BeforeEach
    void talk() throws Exception {
        for (String folder : new String[] {"content", "keys"})
            Files.createDirectories(home.resolve(folder));
        database = Database.open(home.resolve("db"));
        items =
                new Items(
                        ContentStore.open(home.resolve("content"), home.resolve("keys")), database);
        items.write(new Item.Conversation(conversation, "p-1", 1, "A title", 1));
        for (int i = 0; i < 3; i++) {
            String id = Secrets.id();
            all.add(id);
            items.write(
                    new Item.Question(id, "p-1", 2 + i, conversation, "Why?", Secrets.bytes(32)));
        }
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Holds holds() {
        return new Holds(database, new Acts(database, new DyingLedger(100)));
    }

    private Erasures erasures(DyingLedger ledger) {
        return new Erasures(items, database, ledger, holds(), (_, _) -> {});
    }

    private int left() throws Exception {
        int left = 0;
        for (String id : all) if (items.read(id).isPresent()) left++;
        return left;
    }

    private static Set<Event> erased(DyingLedger ledger) {
        return Set.copyOf(ledger.noted.stream().map(DyingLedger.Entry::event).toList());
    }

    private void assertAllRecordedOnce(DyingLedger ledger) {
        assertEquals(all.size(), ledger.noted.size());
        assertEquals(all.size(), erased(ledger).size());
        assertTrue(erased(ledger).contains(new Event.Erased(conversation, "conversation")));
    }

    @Nested
    class A_process_that_ends_in_the_middle_of_an_erasure {
        @ParameterizedTest
        @ValueSource(ints = {1, 2, 3})
        void finishes_it_at_its_next_start(int entries) throws Exception {
            var ledger = new DyingLedger(entries);
            var erasures = erasures(ledger);
            assertThrows(DyingLedger.Killed.class, () -> erasures.erase(conversation, person));
            assertEquals(all.size(), left(), "nothing goes before all of it is recorded");
            ledger.entriesLeft = 100;
            erasures(ledger).settle();
            assertEquals(0, left());
            assertAllRecordedOnce(ledger);
            assertEquals(
                    entries,
                    ledger.noted.stream().filter(noted -> noted.actor().equals(person)).count());
        }

        @Test
        void and_that_has_recorded_nothing_has_erased_nothing() throws Exception {
            var ledger = new DyingLedger(0);
            var erasures = erasures(ledger);
            assertThrows(DyingLedger.Killed.class, () -> erasures.erase(conversation, person));
            ledger.entriesLeft = 100;
            erasures.settle();
            assertEquals(all.size(), left());
            assertEquals(List.of(), ledger.noted);
            assertTrue(database.all("SELECT * FROM erasures", _ -> "one").isEmpty());
        }

        @Test
        void and_has_removed_a_part_removes_the_rest() throws Exception {
            var ledger = new DyingLedger(3);
            var erasures = erasures(ledger);
            assertThrows(DyingLedger.Killed.class, () -> erasures.erase(conversation, person));
            items.erase(all.get(1));
            ledger.entriesLeft = 100;
            erasures.settle();
            assertEquals(0, left());
            assertAllRecordedOnce(ledger);
        }
    }

    @Nested
    class A_record_that_closes_in_the_middle {
        @Test
        void leaves_what_it_does_not_call_erased() throws Exception {
            var ledger = new DyingLedger(2);
            ledger.closes = true;
            var erasures = erasures(ledger);
            assertThrows(RecordException.class, () -> erasures.erase(conversation, person));
            assertEquals(all.size() - 2, left());
            ledger.entriesLeft = 100;
            erasures.settle();
            assertEquals(all.size() - 2, left(), "the person was told that it was refused");
            erasures.erase(conversation, person);
            assertEquals(0, left());
            assertAllRecordedOnce(ledger);
        }
    }

    @Nested
    class What_engines_computed_of_a_persons_texts {
        private final List<String> forgotten = new ArrayList<>();

        @Test
        void is_forgotten_with_a_conversation() throws Exception {
            new Erasures(
                            items,
                            database,
                            new DyingLedger(100),
                            holds(),
                            (owner, _) -> forgotten.add(owner))
                    .erase(conversation, person);
            assertEquals(List.of("p-1"), forgotten);
        }

        @Test
        void is_forgotten_with_a_response() throws Exception {
            String response = Secrets.id();
            items.write(new Item.Response(response, "p-2", 1, "[]", "{}"));
            new Erasures(
                            items,
                            database,
                            new DyingLedger(100),
                            holds(),
                            (owner, _) -> forgotten.add(owner))
                    .erase(response, person);
            assertEquals(List.of("p-2"), forgotten);
            assertFalse(items.read(response).isPresent());
        }
    }

    @Nested
    class An_answer_that_is_erased_alone {
        private final String question = Secrets.id();
        private final String answer = Secrets.id();
        private final String later = Secrets.id();

        @BeforeEach
        void ask() throws Exception {
            items.write(new Item.Conversation(conversation, "p-1", 1, "Who is Ada?", 1));
            items.write(
                    new Item.Question(
                            question, "p-1", 10, conversation, "Who is Ada?", Secrets.bytes(32)));
            items.write(answer(conversation));
            items.write(
                    new Item.Question(
                            later,
                            "p-1",
                            12,
                            conversation,
                            "And Bob?",
                            Secrets.bytes(32),
                            asked("Who is Ada? She is the first. And Bob?")));
        }

        private Item.Answer answer(String whole) {
            return new Item.Answer(
                    answer,
                    "p-1",
                    11,
                    whole,
                    question,
                    "She is the first.",
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
                            "p-1",
                            "password",
                            "s",
                            List.of("staff")),
                    "urn",
                    new byte[0]);
        }

        private static Item.Asked asked(String prompt) {
            return new Item.Asked(
                    "tiny",
                    new GenerationRequest(
                            "r",
                            new Owner("p-1", "p-1", Owner.Priority.INTERACTIVE),
                            new Prompt.Text(prompt),
                            SamplingParameters.greedy(),
                            4,
                            List.of(),
                            1),
                    Map.of(),
                    null);
        }

        @Test
        void goes_with_its_question_and_nothing_else_does() throws Exception {
            var ledger = new DyingLedger(100);
            erasures(ledger).erase(answer, person);
            assertFalse(items.read(answer).isPresent());
            assertFalse(items.read(question).isPresent());
            assertEquals(all.size(), left());
            assertEquals(
                    Set.of(
                            new Event.Erased(question, "question"),
                            new Event.Erased(answer, "answer")),
                    erased(ledger));
        }

        @Test
        void is_in_no_later_question_and_in_no_title() throws Exception {
            erasures(new DyingLedger(100)).erase(answer, person);
            var left = (Item.Question) items.read(later).orElseThrow();
            assertEquals("And Bob?", left.text());
            assertEquals(null, left.asked());
            assertEquals("", items.conversation(conversation).orElseThrow().title());
        }

        @Test
        void leaves_a_title_that_somebody_gave() throws Exception {
            items.write(new Item.Conversation(conversation, "p-1", 1, "People", 1));
            erasures(new DyingLedger(100)).erase(answer, person);
            assertEquals("People", items.conversation(conversation).orElseThrow().title());
        }

        @Test
        void stays_where_anything_of_its_conversation_is_held() throws Exception {
            for (String held : List.of(question, later, conversation, answer)) {
                assertTrue(holds().set(held, "case 7", Instant.EPOCH, person));
                var ledger = new DyingLedger(100);
                var refused =
                        assertThrows(
                                RefusedException.class,
                                () -> erasures(ledger).erase(answer, person));
                assertEquals("legal_hold", refused.code());
                assertEquals(List.of(), ledger.noted);
                assertTrue(items.read(question).isPresent());
                var kept = (Item.Question) items.read(later).orElseThrow();
                assertTrue(kept.asked() != null, "a held question is not changed");
                holds().lift(held, person);
            }
            erasures(new DyingLedger(100)).erase(answer, person);
            assertFalse(items.read(question).isPresent());
        }

        @Test
        void waits_for_an_answer_beside_it() throws Exception {
            items.occupied().beginAnswer(conversation);
            var refused =
                    assertThrows(
                            RefusedException.class,
                            () -> erasures(new DyingLedger(100)).erase(answer, person));
            assertEquals("answer_running", refused.code());
            items.occupied().endAnswer(conversation);
        }

        @Test
        void of_a_response_takes_it_along() throws Exception {
            String response = Secrets.id();
            items.write(new Item.Response(response, "p-1", 1, "[]", "She is the first."));
            items.write(
                    new Item.Question(
                            question, "p-1", 10, response, "Who is Ada?", Secrets.bytes(32)));
            items.write(answer(response));
            erasures(new DyingLedger(100)).erase(answer, person);
            assertFalse(items.read(response).isPresent());
            assertFalse(items.read(question).isPresent());
        }

        @Test
        void goes_beside_a_question_that_is_damaged() throws Exception {
            Path file = home.resolve("content/" + later.substring(0, 2) + "/" + later + ".item");
            Files.write(file, new byte[7]);
            erasures(new DyingLedger(100)).erase(answer, person);
            assertFalse(items.read(answer).isPresent());
        }

        @Test
        void goes_whole_when_the_process_ends_in_the_middle() throws Exception {
            var ledger = new DyingLedger(1);
            var erasures = erasures(ledger);
            assertThrows(DyingLedger.Killed.class, () -> erasures.erase(answer, person));
            assertTrue(items.read(question).isPresent());
            ledger.entriesLeft = 100;
            erasures.settle();
            assertFalse(items.read(answer).isPresent());
            assertFalse(items.read(question).isPresent());
            assertEquals(null, ((Item.Question) items.read(later).orElseThrow()).asked());
            assertEquals(2, ledger.noted.size());
        }
    }

    @Nested
    class An_erasure_that_is_left_alone {
        @Test
        void removes_all_and_leaves_nothing_to_settle() throws Exception {
            var ledger = new DyingLedger(100);
            var erasures = erasures(ledger);
            erasures.erase(conversation, person);
            assertEquals(0, left());
            assertAllRecordedOnce(ledger);
            erasures.settle();
            assertAllRecordedOnce(ledger);
            assertFalse(items.conversation(conversation).isPresent());
        }
    }
}
