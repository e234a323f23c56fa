package redoubt.appliance.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redoubt.appliance.record.Ledger;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordException;

/// Acts on people and keys: what the record says of them and what the database holds are the same,
/// whenever the process ends.
class ActsTest {
    @TempDir Path home;

    @BeforeEach
    void site() throws Exception {
        try (var site = new DyingSite(home, DyingSite.Death.NEVER)) {
            site.people.create(
                    "admin",
                    DyingSite.PASSWORD,
                    Set.of(Role.ADMINISTRATOR, Role.STAFF),
                    Actor.SYSTEM);
            site.keys.create("old", Role.STAFF, "admin", Actor.SYSTEM);
        }
    }

    private void dieDuring(String act, DyingSite.Death death) throws Exception {
        String path =
                System.getProperty("jdk.module.path", "")
                        + File.pathSeparator
                        + System.getProperty("java.class.path", "")
                        + File.pathSeparator
                        + Path.of(
                                DyingSite.class
                                        .getProtectionDomain()
                                        .getCodeSource()
                                        .getLocation()
                                        .toURI())
                        + File.pathSeparator
                        + System.getProperty("redoubt.root")
                        + "/appliance/service/target/test-classes";
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                path,
                                DyingSite.class.getName(),
                                home.toString(),
                                act,
                                death.name())
                        .inheritIO()
                        .start();
        assertTrue(process.waitFor(5, TimeUnit.MINUTES));
        assertEquals(DyingSite.STATUS, process.exitValue());
    }

    /// What the record says of people and keys.
    private static List<Event> recorded(DyingSite site) throws RecordException {
        List<Event> events = new java.util.ArrayList<>();
        for (long sequence = 0; sequence < site.record.size(); sequence++) {
            Event event = site.record.entry(sequence).event();
            switch (event) {
                case Event.PersonCreated _,
                        Event.PersonChanged _,
                        Event.KeyCreated _,
                        Event.KeyRevoked _ ->
                        events.add(event);
                default -> {}
            }
        }
        return events;
    }

    private static void assertNothingPrepared(DyingSite site) {
        assertTrue(site.database.all("SELECT * FROM prepared", _ -> "one").isEmpty());
    }

    @Nested
    class A_process_that_ends_after_the_entry_and_before_the_act {
        @ParameterizedTest
        @ValueSource(
                strings = {"create a person", "change a person", "create a key", "revoke a key"})
        void does_the_act_at_its_next_start_and_says_so(String act) throws Exception {
            dieDuring(act, DyingSite.Death.AFTER_THE_ENTRY);
            try (var site = new DyingSite(home, DyingSite.Death.NEVER)) {
                assertEquals(3, recorded(site).size(), "the entry is there");
                assertUndone(site);
                site.acts.settle();
                assertDone(site, act);
                assertEquals(3, recorded(site).size(), "it is not recorded twice");
                var told = site.record.entry(site.record.size() - 1).event();
                assertTrue(told instanceof Event.Administered, told.toString());
                assertNothingPrepared(site);
                site.acts.settle();
                assertDone(site, act);
            }
        }
    }

    @Nested
    class A_process_that_ends_before_the_entry {
        @ParameterizedTest
        @ValueSource(
                strings = {"create a person", "change a person", "create a key", "revoke a key"})
        void has_not_done_the_act_and_never_will(String act) throws Exception {
            dieDuring(act, DyingSite.Death.BEFORE_THE_ENTRY);
            try (var site = new DyingSite(home, DyingSite.Death.NEVER)) {
                site.acts.settle();
                assertEquals(2, recorded(site).size());
                assertUndone(site);
                assertNothingPrepared(site);
            }
        }
    }

    private static void assertUndone(DyingSite site) {
        assertFalse(site.people.named("new").isPresent());
        assertEquals(
                Set.of(Role.ADMINISTRATOR, Role.STAFF),
                site.people.named("admin").orElseThrow().roles());
        assertEquals(1, site.keys.all().size());
        assertEquals(null, site.keys.all().getFirst().revokedAt());
    }

    private static void assertDone(DyingSite site, String act) throws Exception {
        switch (act) {
            case "create a person" -> {
                var person = site.people.byName("new").orElseThrow();
                assertTrue(Passwords.matches(DyingSite.PASSWORD, person.passwordHash()));
            }
            case "change a person" -> {
                var person = site.people.byName("admin").orElseThrow();
                assertEquals(Set.of(Role.ADMINISTRATOR, Role.COMPLIANCE), person.person().roles());
                assertTrue(Passwords.matches("another password entirely", person.passwordHash()));
            }
            case "create a key" -> assertEquals(2, site.keys.all().size());
            case "revoke a key" -> assertTrue(site.keys.all().getFirst().revokedAt() != null);
            default -> throw new IllegalArgumentException(act);
        }
    }

    @Nested
    class A_record_that_cannot_be_written {
        /// Refuses while it is closed.
        private static final class ClosedLedger implements Ledger {
            private boolean closed = true;
            private int notes;

            @Override
            public long size() {
                return 0;
            }

            @Override
            public void note(Event event, Actor actor, OptionalLong refersTo)
                    throws RecordException {
                if (closed)
                    throw new RecordException(RecordException.Reason.FULL, "The disk is full.");
                notes++;
            }

            @Override
            public boolean holds(Event event, long from) {
                return false;
            }

            @Override
            public Set<String> erasedSince(long from) {
                return Set.of();
            }
        }

        @Test
        void leaves_everything_as_it_was_and_the_next_act_works() throws Exception {
            try (var site = new DyingSite(home, DyingSite.Death.NEVER)) {
                var ledger = new ClosedLedger();
                var keys =
                        new ApiKeys(
                                site.database,
                                new Acts(site.database, ledger),
                                InstantSource.system());
                String old = site.keys.all().getFirst().id();
                assertThrows(RecordException.class, () -> keys.revoke(old, Actor.SYSTEM));
                assertEquals(null, keys.all().getFirst().revokedAt());
                ledger.closed = false;
                keys.create("later", Role.STAFF, "admin", Actor.SYSTEM);
                assertEquals(1, ledger.notes);
                assertEquals(null, keys.all().getFirst().revokedAt());
                assertEquals(2, keys.all().size());
                assertNothingPrepared(site);
            }
        }
    }

    @Nested
    class A_change_of_a_person {
        @Test
        void is_one_entry_that_names_what_differs() throws Exception {
            try (var site = new DyingSite(home, DyingSite.Death.NEVER)) {
                String id = site.people.named("admin").orElseThrow().id();
                site.people.change(
                        id,
                        new People.Wanted(
                                Optional.of("another password entirely"),
                                Optional.of(Set.of(Role.ADMINISTRATOR)),
                                Optional.of(false)),
                        Actor.SYSTEM);
                assertEquals(
                        new Event.PersonChanged(id, "password, roles", List.of("administrator")),
                        recorded(site).getLast());
            }
        }

        @Test
        void that_changes_nothing_is_none() throws Exception {
            try (var site = new DyingSite(home, DyingSite.Death.NEVER)) {
                long before = site.record.size();
                site.people.change(
                        site.people.named("admin").orElseThrow().id(),
                        new People.Wanted(Optional.empty(), Optional.empty(), Optional.of(false)),
                        Actor.SYSTEM);
                assertEquals(before, site.record.size());
            }
        }

        @Test
        void that_is_refused_in_one_part_is_refused_whole() throws Exception {
            try (var site = new DyingSite(home, DyingSite.Death.NEVER)) {
                var admin = site.people.byName("admin").orElseThrow();
                var refused =
                        assertThrows(
                                People.RefusedException.class,
                                () ->
                                        site.people.change(
                                                admin.person().id(),
                                                new People.Wanted(
                                                        Optional.of("another password entirely"),
                                                        Optional.empty(),
                                                        Optional.of(true)),
                                                Actor.SYSTEM));
                assertEquals("last_administrator", refused.code());
                assertEquals(admin, site.people.byName("admin").orElseThrow());
            }
        }
    }
}
