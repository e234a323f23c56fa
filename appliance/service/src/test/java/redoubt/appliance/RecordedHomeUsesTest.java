package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redoubt.appliance.cli.RecordCommands;
import redoubt.appliance.site.Home;
import redoubt.appliance.site.HomeUse;
import redoubt.appliance.site.Installation;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordRoot;
import redoubt.provenance.record.RootCopy;
import redoubt.provenance.record.RootMedia;
import redoubt.provenance.record.RootReview;

/// Each act on a home that does not run is done once, by its command, and the record is read
/// afterwards: what it leaves there is what the table of uses says. A new use does not compile here
/// until somebody has said how to do it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecordedHomeUsesTest {
    @TempDir static Path place;
    private Path home;
    private Path medium;
    private Path passphrase;
    // What every start leaves.
    private Set<Class<?>> usual;

    @BeforeAll
    void begin() throws Exception {
        home = place.resolve("home");
        medium = Files.createDirectories(place.resolve("medium"));
        passphrase = Files.writeString(place.resolve("passphrase"), RootAtHand.PASSPHRASE + "\n");
        Home begun = Home.open(home);
        Installation.begin(begun);
        Records.entries(home);
        Installation.finish(begun, Instant.now());
        // So that the root can answer later.
        carry();
        usual = left(home, Records.entries(home).size());
    }

    private void done(Path of, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(words));
        command.addAll(List.of("--quiet", "--home", of.toString()));
        assertEquals(0, RecordCommands.run(command), command.toString());
    }

    private void carry() throws Exception {
        done(
                home,
                "root",
                "carry",
                "--to",
                medium.toString(),
                "--keep",
                "--passphrase-file",
                passphrase.toString());
    }

    private void request() throws Exception {
        done(home, "root", "out", "--replace", "--to", medium.toString());
    }

    private static void sign(Path medium) throws Exception {
        Path folder;
        try (var folders = Files.list(medium)) {
            folder = folders.filter(Files::isDirectory).findFirst().orElseThrow();
        }
        var signer = RootAtHand.open(folder);
        var review = RootReview.of(RootMedia.request(medium), signer.publicKey());
        RootMedia.writeAnswer(medium, signer.sign(review, false));
    }

    /// What stands in the record from there on, after another start.
    private static Set<Class<?>> left(Path of, int from) throws Exception {
        Records.entries(of);
        return Records.events(of).stream()
                .skip(from)
                .map(Object::getClass)
                .collect(Collectors.toSet());
    }

    /// Does it, and says what it left.
    private Set<Class<?>> left(HomeUse use) throws Exception {
        int before = Records.entries(home).size();
        switch (use) {
            case BEGIN_UNDER_ROOT -> {
                Path other = place.resolve("other");
                Path media = Files.createDirectories(place.resolve("other-medium"));
                RootCopy.write(media, RecordRoot.make(), RootAtHand.PASSPHRASE.toCharArray());
                done(other, "root", "begin", "--from", media.toString());
                sign(media);
                done(other, "root", "in", "--from", media.toString());
                return left(other, 0);
            }
            case ASK_FOR_NEW_KEY, CANCEL_NEW_KEY -> {
                // Between the two no start opens the record.
                request();
                done(home, "root", "cancel");
            }
            case TAKE_IN_NEW_KEY -> {
                request();
                sign(medium);
                done(home, "root", "in", "--from", medium.toString());
            }
            case CARRY_ROOT -> carry();
            case REBUILD_INDEX -> done(home, "index", "rebuild");
            case SERVE, RESTORE -> throw new AssertionError("RestoredApplianceTest does");
        }
        return left(home, before);
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"SERVE", "RESTORE"})
    void leaves_in_the_record_what_the_table_says(HomeUse use) throws Exception {
        Set<Class<?>> seen = left(use);
        if (use.entries().isEmpty()) assertEquals(usual, seen);
        else assertTrue(seen.containsAll(use.entries()), seen.toString());
        // Every start opens an epoch; this one's was endorsed by the root.
        if (use == HomeUse.TAKE_IN_NEW_KEY)
            assertTrue(
                    Records.events(home).stream()
                            .anyMatch(event ->
                                    event instanceof Event.EpochOpened opened
                                            && opened.epoch() > 1
                                            && opened.endorsedBy() == 0));
    }

    @ParameterizedTest
    @EnumSource
    void has_entries_or_the_reason_why_there_are_none(HomeUse use) {
        assertEquals(use.entries().isEmpty(), !use.whyNoEntries().isBlank());
    }
}
