package redoubt.appliance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.appliance.Records;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.identity.Principal;
import redoubt.appliance.identity.Role;
import redoubt.appliance.site.Secrets;
import redoubt.provenance.record.AuditRecord;
import redoubt.provenance.record.Entry;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordException;

/// What of searches gets into a real record.
class SearchesTest {
    @TempDir Path home;

    private Instant now = Instant.now();
    private AuditRecord record;
    private Searches searches;
    private long before;
    private final Principal grace = compliance();

    @BeforeEach
    void open() throws Exception {
        record = Records.open(home);
        searches = new Searches(new SiteRecord(record), () -> now);
        before = record.size();
    }

    @AfterEach
    void close() throws Exception {
        record.close();
    }

    private static Principal compliance() {
        return new Principal(
                Secrets.id(),
                "Grace",
                Set.of(Role.COMPLIANCE),
                Principal.Method.PASSWORD,
                "s",
                null);
    }

    private List<Entry> noted() throws RecordException {
        List<Entry> entries = new ArrayList<>();
        for (long sequence = before; sequence < record.size(); sequence++)
            entries.add(record.entry(sequence));
        return entries;
    }

    private List<Event> events() throws RecordException {
        return noted().stream().map(Entry::event).toList();
    }

    @Test
    void each_search_names_who_searched_for_what_and_how_much_there_was() throws Exception {
        searches.note(grace, "type=INTENT", 17);
        var entry = noted().getFirst();
        assertEquals(new Event.Searched("type=INTENT", 17), entry.event());
        assertEquals(grace.id(), entry.actor().pseudonym());
        assertEquals(List.of("compliance"), entry.actor().roles());
    }

    @Test
    void further_pages_are_added_up() throws Exception {
        for (int page = 0; page < 100; page++) searches.note(grace, "all", 1_000);
        searches.close();
        assertEquals(
                List.of(
                        new Event.Searched("all", 1_000),
                        new Event.Searched("all (repeated, 1 times)", 0),
                        new Event.Searched("all (repeated, 98 times)", 0)),
                events());
    }

    @Test
    void the_same_search_a_minute_later_has_its_own_entry() throws Exception {
        searches.note(grace, "all", 1);
        now = now.plus(Duration.ofMinutes(1));
        searches.note(grace, "all", 2);
        assertEquals(List.of(new Event.Searched("all", 1), new Event.Searched("all", 2)), events());
    }

    @Test
    void nobody_searches_without_a_trace_by_searching_much() throws Exception {
        for (int i = 0; i < 60; i++) searches.note(grace, "refers-to=" + i, 0);
        var refused =
                assertThrows(RefusedException.class, () -> searches.note(grace, "refers-to=60", 0));
        assertEquals(429, refused.status());
        assertEquals(60, noted().size());
        searches.note(compliance(), "refers-to=60", 0);
        now = now.plus(Duration.ofMinutes(1));
        searches.note(grace, "refers-to=60", 0);
        assertEquals(62, noted().size());
    }

    @Test
    void what_cannot_be_noted_is_not_told() throws Exception {
        record.close();
        var refused = assertThrows(RefusedException.class, () -> searches.note(grace, "all", 1));
        assertEquals(503, refused.status());
        assertTrue(refused.sentence().contains("nothing was done"), refused.sentence());
    }
}
