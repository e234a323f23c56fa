package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static redoubt.appliance.RunningAppliance.json;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RootCopy;
import redoubt.provenance.record.RootMedia;
import redoubt.provenance.record.RootReview;

/// The record root at a real appliance's console: carried away, visited, and letting a new key take
/// over.
class RecordRootTest {
    private Path home;
    private Path first;
    private Path second;
    private Path passphrase;

    @BeforeEach
    void media() throws Exception {
        home = RunningAppliance.temporaryHome();
        var folder = Files.createTempDirectory("redoubt-media-");
        first = Files.createDirectories(folder.resolve("first"));
        second = Files.createDirectories(folder.resolve("second"));
        passphrase = Files.writeString(folder.resolve("passphrase"), RootAtHand.PASSPHRASE + "\n");
    }

    private RunningAppliance.Ran root(Object... words) {
        List<String> command = new ArrayList<>(List.of("record", "root"));
        for (Object word : words) command.add(word.toString());
        command.addAll(List.of("--home", home.toString()));
        return RunningAppliance.run(command.toArray(String[]::new));
    }

    private RunningAppliance.Ran carry(Object... words) {
        List<Object> all = new ArrayList<>(List.of("carry"));
        all.addAll(List.of(words));
        all.addAll(List.of("--passphrase-file", passphrase));
        return root(all.toArray());
    }

    private static void done(RunningAppliance.Ran ran) {
        assertEquals(0, ran.status(), ran.err());
    }

    private void sign(Path medium) throws Exception {
        Path folder;
        try (var folders = Files.list(first)) {
            folder = folders.filter(Files::isDirectory).findFirst().orElseThrow();
        }
        assertTrue(Files.exists(folder.resolve(RootCopy.KEY_FILE)));
        var signer = RootAtHand.open(folder);
        var review = RootReview.of(RootMedia.request(medium), signer.publicKey());
        RootMedia.writeAnswer(medium, signer.sign(review, false));
    }

    private static boolean isWarned(RunningAppliance appliance) {
        return json(appliance.consoleSend("GET", "/api/status", null))
                .path("recordRootOnHost")
                .asBoolean();
    }

    @Test
    void carried_away_it_visits_and_lets_a_new_key_take_over() throws Exception {
        try (var appliance = RunningAppliance.start(home)) {
            assertTrue(isWarned(appliance));
            var one = carry("--to", first);
            assertEquals(2, one.status());
            assertTrue(one.err().contains("second"), one.err());
            done(carry("--to", first, "--to", second));
            assertFalse(isWarned(appliance));
            done(root("out", "--to", second));
            sign(second);
            done(root("in", "--from", second));
            var again = root("in", "--from", second);
            assertEquals(1, again.status());
            assertTrue(again.err().contains("already"), again.err());
            var running = root("out", "--replace", "--to", second);
            assertEquals(1, running.status());
            assertTrue(running.err().contains("redoubt stop"), running.err());
        }
        Files.delete(home.resolve("keys/epoch.key"));
        done(root("out", "--replace", "--to", second));
        sign(second);
        done(root("in", "--from", second));
        try (var appliance = RunningAppliance.start(home)) {
            assertEquals(200, appliance.consoleSend("GET", "/api/status", null).statusCode());
        }
        var events = Records.entries(home).stream().map(entry -> entry.event()).toList();
        assertTrue(events.stream().anyMatch(Event.Ceremony.class::isInstance));
        assertTrue(events.stream().anyMatch(Event.Countersigned.class::isInstance));
        assertTrue(
                events.stream()
                        .anyMatch(event ->
                                event instanceof Event.EpochOpened opened
                                        && opened.epoch() == 2
                                        && opened.endorsedBy() == 0));
    }

    @Test
    void carried_away_from_a_stopped_appliance_it_is_noted_all_the_same() throws Exception {
        RunningAppliance.start(home).close();
        done(carry("--to", first, "--keep"));
        done(carry("--to", first, "--to", second));
        assertFalse(Files.exists(home.resolve("keys/offline/record-root.key")));
        assertEquals(
                List.of("root-copied", "root-carried-away"),
                Records.entries(home).stream()
                        .map(entry -> entry.event())
                        .filter(Event.Ceremony.class::isInstance)
                        .map(event -> ((Event.Ceremony) event).act())
                        .toList());
    }

    @Test
    void a_site_can_begin_under_a_root_that_was_never_on_its_host() throws Exception {
        var root = redoubt.provenance.record.RecordRoot.make();
        RootCopy.write(first, root, RootAtHand.PASSPHRASE.toCharArray());
        done(root("begin", "--from", first));
        sign(first);
        done(root("in", "--from", first));
        try (var appliance = RunningAppliance.start(home)) {
            assertFalse(isWarned(appliance));
        }
        var genesis = (Event.Genesis) Records.entries(home).getFirst().event();
        assertEquals(root.publicKey(), genesis.rootPublicKey());
    }
}
