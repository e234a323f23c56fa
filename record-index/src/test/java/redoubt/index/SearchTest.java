package redoubt.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordException;
import redoubt.provenance.record.StoredEntry;

/// What is found, in which order, and page by page.
class SearchTest {
    private static final long SEED = Long.getLong("redoubt.seed", 7);

    @TempDir Path home;
    private SiteOfTests site;
    private RecordIndex index;

    @BeforeEach
    void open() throws Exception {
        site = new SiteOfTests(home);
        index = site.index();
    }

    @AfterEach
    void close() throws Exception {
        index.close();
        site.close();
    }

    private static Criteria criteria(String... namesAndValues) throws BadCriteriaException {
        var given = new HashMap<String, List<String>>();
        for (int i = 0; i < namesAndValues.length; i += 2)
            given.put(namesAndValues[i], List.of(namesAndValues[i + 1]));
        return CriteriaText.read(given);
    }

    private List<Long> found(String... namesAndValues) throws Exception {
        index.awaitAll();
        return SiteOfTests.sequences(
                index.search(criteria(namesAndValues), OptionalLong.empty(), 100));
    }

    @Nested
    class An_entry_is_found_by {
        @Test
        void the_person_who_did_it() throws Exception {
            site.append(new Event.SignedIn(), "ada");
            long grace = site.append(new Event.SignedIn(), "grace");
            assertEquals(List.of(grace), found("person", "grace"));
        }

        @Test
        void the_person_or_key_to_whom_it_was_done() throws Exception {
            long created = site.append(new Event.PersonCreated("eve", List.of("staff")), "ada");
            long key = site.append(new Event.KeyCreated("key1", "eve", "staff"), "ada");
            long erased = site.append(new Event.Erased("eve", "person"), "ada");
            assertEquals(List.of(erased, key, created), found("person", "eve"));
            assertEquals(List.of(key), found("person", "key1"));
            long used = site.append(new Event.SignedIn(), "key-key1");
            assertEquals(List.of(used, key), found("person", "key-key1"));
        }

        @Test
        void its_type_or_one_of_several() throws Exception {
            long in = site.append(new Event.SignedIn(), "ada");
            long out = site.append(new Event.SignedOut(), "ada");
            assertEquals(List.of(out), found("type", "SIGNED_OUT"));
            assertEquals(List.of(out, in), found("type", "SIGNED_IN,SIGNED_OUT"));
            assertEquals(List.of(0L), found("type", "GENESIS"));
        }

        @Test
        void its_model_by_name_and_by_hash() throws Exception {
            long tiny = site.answer("ada", "tiny", Map.of());
            site.answer("ada", "large", Map.of());
            assertEquals(List.of(tiny), found("model", "tiny"));
            var hash = SiteOfTests.hash("tiny".hashCode()).hex();
            assertEquals(List.of(tiny), found("model", hash));
        }

        @Test
        void its_adapter_by_name_and_by_hash() throws Exception {
            var adapter = "ab".repeat(32);
            long with = site.answer("ada", "tiny", Map.of("adapter:legal", "0.5 " + adapter));
            site.answer("ada", "tiny", Map.of("seed", "1"));
            assertEquals(List.of(with), found("adapter", "legal"));
            assertEquals(List.of(with), found("adapter", adapter));
        }

        @Test
        void the_tool_that_was_called_or_that_answered() throws Exception {
            long asked = site.answer("ada", "tiny", Map.of());
            long called = site.append(SiteOfTests.toolCalled(1, "weather"), "ada");
            long answered =
                    site.append(
                            new Event.ToolAnswered("request2", "c1", "weather", SiteOfTests.ZEROS),
                            "ada");
            site.append(SiteOfTests.toolCalled(2, "now"), "ada");
            assertEquals(List.of(answered, called), found("tool", "weather"));
            assertEquals(
                    List.of(called, asked + 2, asked + 1, asked), found("request", "request1"));
        }

        @Test
        void the_hash_of_its_content_and_each_hash_of_its_seal() throws Exception {
            long intent = site.answer("ada", "tiny", Map.of());
            site.answer("ada", "tiny", Map.of());
            assertEquals(List.of(intent + 1), found("hash", SiteOfTests.hash(1_001).hex()));
            for (int of = 2_001; of <= 5_001; of += 1_000)
                assertEquals(List.of(intent + 2), found("hash", SiteOfTests.hash(of).hex()));
        }

        @Test
        void its_request() throws Exception {
            long intent = site.answer("ada", "tiny", Map.of());
            site.answer("ada", "tiny", Map.of());
            assertEquals(List.of(intent + 2, intent + 1, intent), found("request", "request1"));
        }

        @Test
        void what_it_refers_to() throws Exception {
            long intent = site.answer("ada", "tiny", Map.of());
            assertEquals(List.of(intent + 1), found("refers-to", String.valueOf(intent)));
            assertEquals(List.of(intent + 2), found("refers-to", String.valueOf(intent + 1)));
        }

        @Test
        void its_time_also_when_the_clock_went_back() throws Exception {
            site.at("2026-11-10T00:00:00Z");
            long first = site.append(new Event.SignedIn(), "ada");
            site.at("2030-01-01T00:00:00Z");
            long future = site.append(new Event.SignedIn(), "ada");
            site.at("2026-11-10T12:00:00Z");
            long back = site.append(new Event.SignedIn(), "ada");
            assertEquals(List.of(back, first), adas("from", "2026-11-10", "to", "2026-11-10"));
            assertEquals(List.of(future), adas("from", "2029-01-01"));
            assertEquals(List.of(first), adas("from", "2026-11-10", "to", "2026-11-10T06:00:00Z"));
        }

        private List<Long> adas(String... times) throws Exception {
            var all = new ArrayList<>(List.of("person", "ada"));
            all.addAll(List.of(times));
            return found(all.toArray(String[]::new));
        }

        @Test
        void nothing_at_all_which_finds_every_entry() throws Exception {
            site.answer("ada", "tiny", Map.of());
            assertEquals(List.of(4L, 3L, 2L, 1L, 0L), found());
        }
    }

    @Test
    void what_no_entry_has_finds_nothing() throws Exception {
        site.answer("ada", "tiny", Map.of());
        assertEquals(List.of(), found("person", "nobody here"));
        assertEquals(List.of(), found("hash", "00".repeat(31) + "01"));
        assertEquals(List.of(), found("person", "ada", "type", "GENESIS"));
        assertEquals(List.of(), found("from", "2031-01-01"));
    }

    @Test
    void two_hashes_with_the_same_bits_are_told_apart() throws Exception {
        var two = sharing();
        var one = two.getFirst();
        var other = two.getLast();
        long first = site.append(exported(one), "ada");
        long second = site.append(exported(other), "ada");
        assertEquals(Postings.rare(one), Postings.rare(other));
        assertEquals(List.of(first), found("hash", one.text()));
        assertEquals(List.of(second), found("hash", other.text()));
    }

    private static Event exported(Term hash) {
        var bytes = redoubt.provenance.record.Bytes.ofHex(hash.text());
        return new Event.Exported("x", "txt", bytes);
    }

    /// Of so many there are always two.
    private static List<Term> sharing() {
        var seen = new HashMap<Long, Term>();
        for (long n = 0; ; n++) {
            var term = new Term(Kind.HASH, "%064x".formatted(n));
            var before = seen.putIfAbsent(Postings.rare(term), term);
            if (before != null) return List.of(before, term);
        }
    }

    /// Entries of every kind in no order, and what must be found by reading all of them.
    @Nested
    class Any_combination {
        private final Random random = new Random(SEED);
        private final List<StoredEntry> all = new ArrayList<>();

        private String one(String... of) {
            return of[random.nextInt(of.length)];
        }

        private void fill() throws Exception {
            for (int i = 0; i < 600; i++) {
                var person = one("ada", "grace", "eve", "mary");
                switch (random.nextInt(7)) {
                    case 0 -> later(new Event.SignedIn(), person);
                    case 1 -> later(new Event.SignedOut(), person);
                    case 2 -> later(new Event.PersonChanged(person, "roles", List.of()), "ada");
                    case 3 ->
                            later(
                                    SiteOfTests.toolCalled(
                                            random.nextInt(1, 100), one("open", "closed")),
                                    person);
                    case 4 ->
                            site.at(
                                    "2026-11-%02dT%02d:00:00Z"
                                            .formatted(
                                                    random.nextInt(1, 6), random.nextInt(0, 24)));
                    default -> site.answer(person, one("tiny", "large"), Map.of("seed", "7"));
                }
            }
            site.append(new Event.SignedIn(), "ada");
            for (long sequence = 0; sequence < site.record.size(); sequence++)
                all.add(site.record.stored(sequence));
        }

        private void later(Event event, String person) throws RecordException {
            var _ = site.append(event, SiteOfTests.person(person), OptionalLong.empty());
        }

        private Criteria any() throws BadCriteriaException {
            var given = new HashMap<String, List<String>>();
            if (random.nextBoolean()) given.put("person", List.of(one("ada", "grace", "system")));
            if (random.nextInt(3) == 0) given.put("type", List.of(one("SIGNED_IN", "INTENT,SEAL")));
            if (random.nextInt(4) == 0) given.put("model", List.of(one("tiny", "large")));
            if (random.nextInt(4) == 0) given.put("tool", List.of(one("open", "closed")));
            if (random.nextInt(5) == 0)
                given.put("request", List.of("request" + random.nextInt(1, 100)));
            if (random.nextInt(3) == 0) given.put("from", List.of(one("2026-11-02", "2026-11-04")));
            if (random.nextInt(3) == 0)
                given.put("to", List.of(one("2026-11-04", "2026-11-04T13:00:00Z")));
            return CriteriaText.read(given);
        }

        private List<Long> expected(Criteria criteria) {
            return all.reversed().stream()
                    .filter(stored -> criteria.hold(stored.entry()))
                    .map(StoredEntry::sequence)
                    .toList();
        }

        @Test
        void finds_what_reading_everything_finds() throws Exception {
            fill();
            index.awaitAll();
            for (int i = 0; i < 300; i++) {
                var criteria = any();
                var expected = expected(criteria);
                var pages = new ArrayList<Long>();
                var before = OptionalLong.empty();
                do {
                    var page = index.search(criteria, before, 50);
                    if (before.isEmpty()) {
                        var counted = Math.min(expected.size(), Search.COUNTED_MAX);
                        assertEquals(counted, page.counted(), criteria + " seed " + SEED);
                        assertEquals(expected.size() > counted, page.more());
                    }
                    pages.addAll(SiteOfTests.sequences(page));
                    before = page.next();
                } while (before.isPresent());
                assertEquals(expected, pages, criteria + " seed " + SEED);
            }
        }
    }

    @Nested
    class Pages {
        @Test
        void stay_what_they_were_while_entries_are_appended() throws Exception {
            for (int i = 0; i < 30; i++) site.append(new Event.SignedIn(), "ada");
            index.awaitAll();
            var wanted = criteria("person", "ada");
            var first = index.search(wanted, OptionalLong.empty(), 10);
            for (int i = 0; i < 30; i++) site.append(new Event.SignedIn(), "ada");
            index.awaitAll();
            var second = index.search(wanted, first.next(), 10);
            assertEquals(
                    LongStream.rangeClosed(12, 21).map(i -> 33 - i).boxed().toList(),
                    SiteOfTests.sequences(second));
            assertEquals(20, second.counted());
        }

        @Test
        void end_exactly_where_nothing_follows() throws Exception {
            for (int i = 0; i < 20; i++) site.append(new Event.SignedIn(), "ada");
            index.awaitAll();
            var wanted = criteria("person", "ada");
            var first = index.search(wanted, OptionalLong.empty(), 10);
            var second = index.search(wanted, first.next(), 10);
            assertEquals(10, second.entries().size());
            assertTrue(second.next().isEmpty());
            assertFalse(second.more());
        }

        @Test
        void count_so_far_and_no_further() throws Exception {
            for (int i = 0; i < Search.COUNTED_MAX; i++) {
                var _ =
                        site.append(
                                new Event.SignedIn(),
                                SiteOfTests.person("ada"),
                                OptionalLong.empty());
            }
            site.append(new Event.SignedIn(), "ada");
            index.awaitAll();
            var found = index.search(criteria("person", "ada"), OptionalLong.empty(), 10);
            assertEquals(Search.COUNTED_MAX, found.counted());
            assertTrue(found.more());
        }
    }

    @Test
    void every_statement_of_a_search_runs_along_a_primary_key() throws Exception {
        site.answer("ada", "tiny", Map.of());
        index.awaitAll();
        index.close();
        try (var database = IndexDatabase.open(site.name(), site.record.logId());
                var lookup = database.lookup()) {
            for (var statement : Lookup.STATEMENTS) {
                var plan = lookup.plan(statement);
                assertTrue(plan.contains("PRIMARY_KEY"), plan);
                assertFalse(plan.contains("tableScan"), plan);
                assertEquals(
                        statement.contains("ORDER BY"), plan.contains("/* index sorted */"), plan);
            }
        }
    }

    @Test
    void a_search_ends_when_it_has_read_enough_and_says_where_to_go_on() throws Exception {
        for (int i = 0; i < 1_200; i++) {
            var _ = site.append(new Event.SignedIn(), Actor.SYSTEM, OptionalLong.empty());
        }
        site.append(new Event.SignedIn(), "ada");
        index.awaitAll();
        index.close();
        try (var database = IndexDatabase.open(site.name(), site.record.logId());
                var lookup = database.lookup()) {
            var source = new RecordSource(site.record, site.folder());
            var search =
                    new Search(
                            criteria("type", "GENESIS,SIGNED_IN"),
                            source,
                            lookup,
                            database.words());
            long size = site.record.size();
            var found = search.run(Long.MAX_VALUE, 2_000, size, size, 5);
            assertTrue(found.more());
            assertTrue(found.next().isPresent());
            assertEquals(
                    LongStream.range(found.next().getAsLong(), size)
                            .map(i -> size - 1 - (i - found.next().getAsLong()))
                            .boxed()
                            .toList(),
                    SiteOfTests.sequences(found));
        }
    }
}
