package redoubt.appliance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import redoubt.appliance.Records;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.http.Route;
import redoubt.appliance.identity.Principal;
import redoubt.appliance.identity.Role;
import redoubt.appliance.site.Secrets;
import redoubt.provenance.record.AuditRecord;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordException;

/// What of refusals, failed sign-ins and alarms gets into a real record.
class RefusalsTest {
    @TempDir Path home;

    private final Instant now = Instant.now();
    private AuditRecord record;
    private Refusals refusals;
    private long before;

    @BeforeEach
    void open() throws Exception {
        record = Records.open(home);
        refusals = new Refusals(new SiteRecord(record), () -> now);
        before = record.size();
    }

    @AfterEach
    void close() throws Exception {
        record.close();
    }

    private List<Event> noted() throws RecordException {
        List<Event> events = new ArrayList<>();
        for (long sequence = before; sequence < record.size(); sequence++)
            events.add(record.entry(sequence).event());
        return events;
    }

    private static Principal staff() {
        return new Principal(
                Secrets.id(), "Ada", Set.of(Role.STAFF), Principal.Method.PASSWORD, "s", null);
    }

    @Nested
    class A_stranger {
        @Test
        void cannot_fill_the_record_and_is_counted() throws Exception {
            for (int i = 0; i < 2_000; i++) {
                Bytes name = Bytes.of(Secrets.bytes(32));
                refusals.wrongPassword(name);
                refusals.lockedOut(name);
            }
            assertEquals(20, noted().size());
            refusals.close();
            assertEquals(21, noted().size());
            long counted = 0;
            for (Event event : noted())
                counted +=
                        switch (event) {
                            case Event.SignInFailed failed -> failed.attempts();
                            case Event.RequestRefused others -> others.times();
                            default -> throw new AssertionError(event.toString());
                        };
            assertEquals(4_000, counted);
        }

        @Test
        void does_not_crowd_out_those_that_are_known() throws Exception {
            for (int i = 0; i < 100; i++) refusals.wrongPassword(Bytes.of(Secrets.bytes(32)));
            refusals.request(Route.PEOPLE, staff(), RefusedException.forbidden("forbidden", "No."));
            assertEquals(
                    new Event.RequestRefused("GET /api/people", "forbidden", 1), noted().getLast());
        }
    }

    @Nested
    class What_the_appliance_cannot_do_at_that_moment {
        @Test
        void is_not_in_the_record() throws Exception {
            for (RefusedException refusal :
                    new RefusedException[] {
                        RefusedException.unavailable("engine_not_ready", "Not now."),
                        RefusedException.failed("internal_error", "It failed."),
                        RefusedException.tooSlow("Too slow."),
                        RefusedException.tooMany("queue_full", Duration.ofSeconds(1), "Wait.")
                    }) refusals.request(Route.V1_CHAT, staff(), refusal);
            refusals.close();
            assertEquals(List.of(), noted());
        }
    }

    @Nested
    class An_alarm {
        @Test
        void is_in_the_record_at_once_and_its_repetitions_are_counted() throws Exception {
            var alarms = new Alarms(new SiteRecord(record), () -> now);
            for (int i = 0; i < 10; i++) alarms.raise(Alarms.SEAL_OPEN, "engine: TCP");
            assertEquals(List.of(new Event.Alarm("seal_open", "engine: TCP")), noted());
            alarms.close();
            assertEquals(new Event.Alarm("seal_open", "engine: TCP (9 times)"), noted().getLast());
            assertTrue(noted().size() == 2);
        }
    }
}
