package redoubt.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redoubt.provenance.record.Event;

/// How the index follows the record, what it does with a file that it cannot believe, and that a
/// lie in it is noticed.
class FollowingTest {
    @TempDir Path home;
    private SiteOfTests site;

    @BeforeEach
    void open() throws Exception {
        site = new SiteOfTests(home);
        for (int i = 0; i < 250; i++) site.answer("ada", i % 3 == 0 ? "tiny" : "large", Map.of());
        site.append(new Event.SignedOut(), "grace");
    }

    @AfterEach
    void close() throws Exception {
        site.close();
    }

    private List<Long> grace(RecordIndex index) throws Exception {
        index.awaitAll();
        var criteria = CriteriaText.read(Map.of("person", List.of("grace")));
        return SiteOfTests.sequences(index.search(criteria, OptionalLong.empty(), 10));
    }

    private long last() {
        return site.record.size() - 1;
    }

    /// All that is in the database, as text.
    private Map<String, List<String>> content() throws Exception {
        var all = new TreeMap<String, List<String>>();
        try (var connection = DriverManager.getConnection("jdbc:h2:file:" + site.name());
                var statement = connection.createStatement()) {
            for (var table : List.of("mark", "words", "bits", "rare", "spans", "blocks")) {
                var rows = new ArrayList<String>();
                try (var row = statement.executeQuery("SELECT * FROM " + table)) {
                    while (row.next()) {
                        var columns = new ArrayList<String>();
                        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++)
                            columns.add(row.getString(i));
                        rows.add(String.join(" ", columns));
                    }
                }
                all.put(table, rows.stream().sorted().toList());
            }
        }
        return all;
    }

    private void alter(String sql) throws Exception {
        try (var connection = DriverManager.getConnection("jdbc:h2:file:" + site.name());
                var statement = connection.createStatement()) {
            assertTrue(statement.executeUpdate(sql) > 0, sql);
        }
    }

    private void indexAll() throws Exception {
        try (var index = site.index()) {
            index.awaitAll();
        }
    }

    @Test
    void a_rebuild_makes_what_following_in_small_steps_makes() throws Exception {
        try (var index = site.index()) {
            for (int i = 0; i < 40; i++) {
                site.answer("eve", "tiny", Map.of());
                site.append(SiteOfTests.toolCalled(i + 1, "tool" + i % 3), "eve");
                index.awaitAll();
            }
        }
        var followed = content();
        var told = new ArrayList<Long>();
        long size = RebuildAtRest.run(site.name(), site.folder(), told::add);
        assertEquals(site.record.size(), size);
        assertEquals(List.of(size), told);
        assertEquals(followed, content());
    }

    @Test
    void one_that_was_left_goes_on_from_its_mark() throws Exception {
        indexAll();
        for (int i = 0; i < 10; i++) site.append(new Event.SignedIn(), "grace");
        try (var index = site.index()) {
            assertEquals(10, grace(index).size());
            assertEquals(List.of(), site.said);
        }
    }

    @Nested
    class Killed_between_batches {
        /// What a database that is not closed leaves on disk, at every batch.
        @Test
        void it_loses_nothing_and_has_nothing_twice() throws Exception {
            var killed = Files.createDirectory(home.resolve("killed"));
            var states = new ArrayList<Path>();
            var source = new RecordSource(site.record, site.folder());
            try (var database = IndexDatabase.create(site.name(), site.record.logId());
                    var reader = source.reader(0)) {
                var writer = RowWriter.following(database);
                while (reader.sequence() < site.record.size()) {
                    var rows = new ArrayList<Row>();
                    while (rows.size() < 97 && reader.sequence() < site.record.size())
                        rows.add(Row.of(reader.next(site.record.size()).orElseThrow()));
                    writer.write(rows);
                    try (var sync = database.connection().createStatement()) {
                        sync.execute("CHECKPOINT SYNC");
                    }
                    var copy = killed.resolve("at" + reader.sequence());
                    Files.copy(IndexDatabase.fileOf(site.name()), copy);
                    states.add(copy);
                }
            }
            indexAll();
            var whole = content();
            for (var state : states) {
                Files.move(
                        state,
                        IndexDatabase.fileOf(site.name()),
                        StandardCopyOption.REPLACE_EXISTING);
                indexAll();
                assertEquals(List.of(), site.said);
                assertEquals(whole, content(), state.toString());
            }
        }

        @Test
        void an_unfinished_rebuild_is_not_used() throws Exception {
            try (var database = IndexDatabase.create(site.name(), site.record.logId());
                    var reader = new RecordSource(site.record, site.folder()).reader(0)) {
                var rows = new ArrayList<Row>();
                for (int i = 0; i < 600; i++) rows.add(Row.of(reader.next(601).orElseThrow()));
                RowWriter.holdingBack(database).write(rows);
            }
            try (var index = site.index()) {
                assertEquals(List.of(last()), grace(index));
            }
            assertTrue(
                    site.said.getFirst().contains("it was never finished"), site.said.toString());
        }
    }

    @Nested
    class A_file_that_is_not_its_own {
        private void isThrownAwayAndMadeAgain(String why) throws Exception {
            try (var index = site.index()) {
                assertEquals(List.of(last()), grace(index));
            }
            assertEquals(1, site.said.size(), site.said.toString());
            assertTrue(site.said.getFirst().contains("thrown away: " + why), site.said.toString());
            assertTrue(site.said.getFirst().contains("the record itself is not concerned"));
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1, 4_096, 100_000})
        void or_is_cut_short(int bytes) throws Exception {
            indexAll();
            var file = IndexDatabase.fileOf(site.name());
            try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
                channel.truncate(Math.min(bytes, channel.size() / 2));
            }
            try (var index = site.index()) {
                assertEquals(List.of(last()), grace(index));
            }
            assertTrue(site.said.getFirst().contains("thrown away"), site.said.toString());
        }

        @Test
        void or_is_not_a_database_is_thrown_away() throws Exception {
            Files.writeString(IndexDatabase.fileOf(site.name()), "not a database".repeat(1_000));
            isThrownAwayAndMadeAgain("its database cannot be read");
        }

        @Test
        void but_of_a_newer_version_is_thrown_away() throws Exception {
            indexAll();
            int newer = IndexDatabase.VERSION + 1;
            alter("UPDATE mark SET version = " + newer);
            isThrownAwayAndMadeAgain(
                    "it has version %d, and this Redoubt makes version %d"
                            .formatted(newer, IndexDatabase.VERSION));
        }

        @Test
        void but_of_another_record_is_thrown_away() throws Exception {
            indexAll();
            alter("UPDATE mark SET log_id = '" + "ab".repeat(32) + "'");
            isThrownAwayAndMadeAgain("it belongs to another record");
        }

        @Test
        void but_of_this_record_at_another_time_is_thrown_away() throws Exception {
            indexAll();
            alter("UPDATE mark SET last_hash = last_hash + 1");
            isThrownAwayAndMadeAgain("its last entry is not the one");
        }

        @Test
        void or_knows_more_than_the_record_is_thrown_away() throws Exception {
            try (var database = IndexDatabase.create(site.name(), site.record.logId());
                    var reader = new RecordSource(site.record, site.folder()).reader(0)) {
                var rows = new ArrayList<Row>();
                long size = site.record.size();
                while (reader.sequence() < size) rows.add(Row.of(reader.next(size).orElseThrow()));
                rows.add(new Row(size, 1, 1, List.of(), List.of()));
                RowWriter.following(database).write(rows);
            }
            isThrownAwayAndMadeAgain("it has %d entries".formatted(site.record.size() + 1));
        }

        @Test
        void or_lacks_blocks_is_thrown_away() throws Exception {
            indexAll();
            alter("DELETE FROM blocks WHERE block = 0");
            isThrownAwayAndMadeAgain("it has");
        }

        @Test
        void but_another_database_is_thrown_away() throws Exception {
            try (var connection = DriverManager.getConnection("jdbc:h2:file:" + site.name());
                    var statement = connection.createStatement()) {
                statement.execute("CREATE TABLE people(name VARCHAR(10))");
            }
            isThrownAwayAndMadeAgain("its database cannot be read");
        }
    }

    @Nested
    class A_lie_in_it {
        private void isNoticed(String why) throws Exception {
            try (var index = site.index()) {
                index.awaitAll();
                var refused = assertThrows(IndexException.class, () -> grace(index));
                assertEquals(IndexException.Reason.STALE, refused.reason());
                assertTrue(refused.sentence().contains(why), refused.sentence());
                assertEquals(List.of(last()), grace(index));
            }
            assertTrue(site.said.getFirst().contains("thrown away"), site.said.toString());
        }

        private byte[] block(long block) throws Exception {
            try (var connection = DriverManager.getConnection("jdbc:h2:file:" + site.name());
                    var statement = connection.createStatement();
                    var row =
                            statement.executeQuery(
                                    "SELECT entries FROM blocks WHERE block = " + block)) {
                assertTrue(row.next());
                return row.getBytes(1);
            }
        }

        private void replace(long block, byte[] entries) throws Exception {
            try (var connection = DriverManager.getConnection("jdbc:h2:file:" + site.name());
                    var update =
                            connection.prepareStatement(
                                    "UPDATE blocks SET entries = ? WHERE block = ?")) {
                update.setBytes(1, entries);
                update.setLong(2, block);
                update.executeUpdate();
            }
        }

        /// Grace's entry, as the index knows it.
        private int graces() {
            return Block.within(last()) * Block.ENTRY_BYTES;
        }

        @Test
        void about_what_an_entry_is_is_noticed() throws Exception {
            indexAll();
            // Another entry follows, so that the mark does not show it.
            site.append(new Event.SignedIn(), "ada");
            indexAll();
            var entries = block(Block.of(last()));
            int at = Block.within(last() - 1) * Block.ENTRY_BYTES + Long.BYTES;
            entries[at] ^= 1;
            replace(Block.of(last()), entries);
            try (var index = site.index()) {
                index.awaitAll();
                var refused = assertThrows(IndexException.class, () -> grace(index));
                assertTrue(refused.sentence().contains("is not the one"), refused.sentence());
                assertEquals(List.of(last() - 1), grace(index));
            }
        }

        @Test
        void about_when_it_was_is_noticed() throws Exception {
            indexAll();
            var entries = block(Block.of(last()));
            var buffer = ByteBuffer.wrap(entries);
            buffer.putLong(graces(), buffer.getLong(graces()) + 1);
            replace(Block.of(last()), entries);
            isNoticed("what the record does not say");
        }

        @Test
        void about_whose_it_was_is_noticed() throws Exception {
            indexAll();
            alter("UPDATE words SET text = 'swapped' WHERE text = 'grace'");
            alter("UPDATE words SET text = 'grace' WHERE text = 'ada'");
            isNoticed("what the record does not say");
        }

        @Test
        void a_damage_that_is_only_met_on_the_way_is_met_with_a_new_index() throws Exception {
            indexAll();
            drop("bits");
            try (var index = site.index()) {
                index.awaitAll();
                var refused = assertThrows(IndexException.class, () -> grace(index));
                assertTrue(refused.sentence().contains("cannot be read"), refused.sentence());
                assertEquals(List.of(last()), grace(index));
            }
        }

        private void drop(String table) throws Exception {
            try (var connection = DriverManager.getConnection("jdbc:h2:file:" + site.name());
                    var statement = connection.createStatement()) {
                statement.execute("DROP TABLE " + table);
            }
        }
    }

    @Test
    void a_rebuild_that_somebody_asked_for_leaves_an_index_that_finds_everything()
            throws Exception {
        try (var index = site.index()) {
            index.awaitAll();
            index.rebuild();
            assertEquals(RecordIndex.State.BUILDING, index.status().state());
            assertEquals(List.of(last()), grace(index));
            assertEquals(RecordIndex.State.FOLLOWING, index.status().state());
            assertEquals(site.record.size(), index.status().indexed());
        }
        assertTrue(site.said.getFirst().contains("somebody asked"), site.said.toString());
    }

    @Test
    void a_record_that_was_altered_is_not_shown() throws Exception {
        try (var index = site.index()) {
            index.awaitAll();
            var segment = site.folder().resolve("0000000000000000.seg");
            try (var channel = Files.newByteChannel(segment, StandardOpenOption.WRITE)) {
                // In the last entry, in the middle of its signature.
                channel.position(Files.size(segment) - 1_000);
                channel.write(ByteBuffer.wrap(new byte[8]));
            }
            var refused =
                    assertThrows(
                            redoubt.provenance.record.RecordException.class, () -> grace(index));
            assertTrue(refused.sentence().contains("is not what was written"), refused.sentence());
        }
    }
}
