package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// As [SystemCallCrashTest], with what people and time do to a record: a key that the root lets
/// take over, the turn of an epoch, the line of a witness.
class ActCrashTest {
    private static final WitnessKey WITNESS = WitnessKey.ofSeed("w.example/1", new byte[32]);

    @TempDir Path folder;
    private CrashPoint crash;

    @BeforeEach
    void compile() throws Exception {
        crash = CrashPoint.compiled(folder);
    }

    /// The process that is stopped: does one of these acts in a home.
    static final class Act {
        private Act() {}

        public static void main(String[] words) throws Exception {
            RootHome site = new RootHome(Path.of(words[0]));
            try {
                switch (words[1]) {
                    case "out" -> out(site);
                    case "in" -> in(site);
                    case "start" -> site.run();
                    case "turn" -> turn(site);
                    case "witness" -> witness(site);
                    default -> throw new IllegalArgumentException(words[1]);
                }
                System.out.println("done");
            } catch (RecordException | RootRefusedException refused) {
                System.out.println("refused");
            }
        }

        static void out(RootHome site) throws IOException {
            var request = new RootReplacement(site.settings()).request(0);
            RootMedia.writeRequest(site.medium, request.file());
        }

        static void in(RootHome site) throws IOException {
            Bytes log = RootVisit.waitingLog(site.keys()).orElseThrow();
            RootVisit.take(
                    site.settings(),
                    RootMedia.answer(site.medium, log),
                    RootMedia.revocations(site.medium, log));
        }

        private static void turn(RootHome site) throws RecordException {
            TestClock clock = new TestClock();
            try (OpenRecord record = clock.open(site.home)) {
                append(record);
                clock.pass(Clockwork.EPOCH);
                record.clockwork().tick();
                append(record);
            }
        }

        private static void append(AuditRecord record) throws RecordException {
            Pending entry = record.append(new Event.SignedIn(), Actor.SYSTEM, OptionalLong.empty());
            entry.awaitDurable();
            SystemCallCrashTest.Writer.say(entry);
        }

        private static void witness(RootHome site) throws Exception {
            try (AuditRecord record = site.open()) {
                WitnessedNotes notes = new WitnessedNotes(site.settings().folder());
                Checkpoint given = record.checkpoint();
                notes.keep(given);
                notes.take(
                        given,
                        WITNESS.cosign(given, 1_790_000_000),
                        event -> record.appendDurably(event, Actor.SYSTEM));
            }
        }
    }

    private void tryAll(String act, Path before, CrashTrials.Aftermath aftermath, int least)
            throws Exception {
        var trials = new CrashTrials(folder, crash, Act.class, List.of(act), aftermath);
        trials.tryEachWay(before, least);
    }

    /// A home whose key is gone, with an inference that was on its way.
    private RootHome lost() throws Exception {
        RootHome site = new RootHome(folder.resolve("lost")).run().crash();
        Files.delete(site.keys().resolve("epoch.key"));
        return site;
    }

    private static void sign(RootHome site) throws Exception {
        RootMedia.writeAnswer(site.medium, site.sign(RootMedia.request(site.medium)));
    }

    @Test
    void at_every_call_of_a_request_that_new_keys_take_over() throws Exception {
        RootHome lost = lost();
        tryAll(
                "out",
                lost.home,
                (home, outcome, what) -> {
                    RootHome site = new RootHome(home);
                    // What lies on the medium may be signed by now, and no second key would be.
                    if (!hasRequest(site)) Act.out(site);
                    sign(site);
                    Act.in(site);
                    tookOver(site, lost, outcome, what);
                },
                6);
    }

    private static boolean hasRequest(RootHome site) throws IOException {
        try (var files = Files.list(site.medium)) {
            return files.anyMatch(file -> file.toString().endsWith(".root-request"));
        }
    }

    @Test
    void at_every_call_of_taking_in_the_answer() throws Exception {
        RootHome lost = lost();
        RootHome answered = answered(lost);
        tryAll(
                "in",
                answered.home,
                (home, outcome, what) -> {
                    RootHome site = new RootHome(home);
                    if (!outcome.said().contains("done")) Act.in(site);
                    tookOver(site, lost, outcome, what);
                },
                3);
    }

    private RootHome answered(RootHome lost) throws Exception {
        RootHome site = lost.copyTo(folder.resolve("answered"));
        Act.out(site);
        sign(site);
        Bytes log = RecordTrust.read(site.trust()).logId().orElseThrow();
        // From where the key signed nothing any more: nothing is disputed.
        RootMedia.writeRevocation(
                site.medium, site.signer().revoke(log, 2, site.entries().size(), "lost"));
        return site;
    }

    @Test
    void at_every_call_of_the_start_behind_it() throws Exception {
        RootHome lost = lost();
        RootHome answered = answered(lost);
        Act.in(answered);
        tryAll(
                "start",
                answered.home,
                (home, outcome, what) -> tookOver(new RootHome(home), lost, outcome, what),
                12);
    }

    /// The next start opens what the root allowed, once, behind the very entries from before.
    private static void tookOver(
            RootHome site, RootHome lost, CrashPoint.Outcome outcome, String what)
            throws Exception {
        try {
            site.run();
        } catch (RecordException refused) {
            throw new AssertionError(what + refused.sentence(), refused);
        }
        SystemCallCrashTest.verifies(site.home, outcome, what);
        List<String> old = hashes(lost.entries());
        assertEquals(old, hashes(site.entries()).subList(0, old.size()), what);
        List<Event> events = site.events();
        assertEquals(1, count(events, Event.Aborted.class), what);
        assertEquals(
                1,
                events.stream()
                        .filter(event ->
                                event instanceof Event.EpochOpened opened
                                        && opened.endorsedBy() == 0
                                        && opened.epoch() == 3)
                        .count(),
                what);
        assertEquals(
                RootMedia.revocations(site.medium, RecordTrust.read(site.trust()).logId().get())
                        .size(),
                count(events, Event.EpochRevoked.class),
                what);
        assertTrue(count(events, Event.Recovered.class) >= 1, what);
        assertFalse(Files.exists(site.keys().resolve("root-pending")), what);
    }

    private static long count(List<Event> events, Class<? extends Event> kind) {
        return events.stream().filter(kind::isInstance).count();
    }

    private static List<String> hashes(List<byte[]> entries) {
        return entries.stream().map(entry -> Bytes.of(Hashes.sha256(entry)).hex()).toList();
    }

    @Test
    void at_every_call_of_a_boot_in_which_an_epoch_gives_way() throws Exception {
        RootHome before = new RootHome(folder.resolve("before"));
        new TestClock().open(before.home).close();
        tryAll("turn", before.home, SystemCallCrashTest::holds, 12);
    }

    @Test
    void at_every_call_of_taking_the_line_of_a_witness() throws Exception {
        RootHome before = new RootHome(folder.resolve("before")).run();
        Files.createDirectories(before.home.resolve("record/witnessed"));
        CrashTrials.Aftermath keptWhereRecorded =
                (home, outcome, what) -> {
                    SystemCallCrashTest.holds(home, outcome, what);
                    RootHome site = new RootHome(home);
                    boolean isRecorded = count(site.events(), Event.Witnessed.class) > 0;
                    if (outcome.said().contains("done")) assertTrue(isRecorded, what);
                    var notes = new WitnessedNotes(site.settings().folder());
                    int lines = 0;
                    for (Checkpoint note : notes.all()) lines += note.cosignatures().size();
                    if (isRecorded) assertEquals(1, lines, what);
                };
        tryAll("witness", before.home, keptWhereRecorded, 12);
        // The calls between which it could be lost, each of them.
        var trials =
                new CrashTrials(folder, crash, Act.class, List.of("witness"), keptWhereRecorded)
                        .all();
        assertTrue(trials.tryAll(CrashPoint.Mode.STOP, before.home, "record/witnessed/") >= 6);
    }

    @Test
    void a_line_whose_entry_is_there_stands_under_its_note_after_the_next_start() throws Exception {
        RootHome site = new RootHome(folder.resolve("home"));
        var notes = new WitnessedNotes(site.settings().folder());
        Checkpoint given;
        try (AuditRecord record = site.open()) {
            given = record.checkpoint();
            notes.keep(given);
            Cosignature line = WITNESS.cosign(given, 1_790_000_000);
            notes.take(given, line, event -> record.appendDurably(event, Actor.SYSTEM));
            notes.keep(given);
        }
        site.run();
        Checkpoint mended = notes.of(given.size()).orElseThrow();
        assertNotEquals(given, mended);
        assertEquals("w.example/1", mended.cosignatures().getFirst().name());
        // A note that is none, or a tree that is another, is left as it is.
        Path file =
                site.settings().folder().resolve("witnessed/%016d.note".formatted(given.size()));
        Files.writeString(file, "nothing");
        site.run();
        assertEquals("nothing", Files.readString(file, StandardCharsets.UTF_8));
        assertEquals(Optional.empty(), notes.of(given.size() + 1));
    }
}
