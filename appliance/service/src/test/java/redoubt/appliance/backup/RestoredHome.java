package redoubt.appliance.backup;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A backup of a living site, and an empty folder for it.
abstract class RestoredHome {
    static final String NAME = "Zebedee Quillfeather";
    static final String SECRET = "marmalade-under-the-drawbridge";

    @TempDir Path folder;

    Path medium;
    Path keys;
    Path restored;
    LivingSite site;
    String person = "";
    String kept = "";
    String forgotten = "";
    BackupWriter.Made made;

    @BeforeEach
    void backUp() throws Exception {
        medium = folder.resolve("medium");
        keys = folder.resolve("keys");
        restored = folder.resolve("restored");
        site = new LivingSite(folder.resolve("home"));
        site.person("admin");
        person = site.person(NAME);
        kept = site.ask("somebody else", "What is a redoubt?");
        forgotten = site.ask(person, SECRET);
        made = site.backUp(medium, keys);
    }

    @AfterEach
    void close() throws Exception {
        site.close();
    }

    static Restore.Asked asked(Path home, Path medium, Path keys) {
        return new Restore.Asked(
                home,
                medium,
                Optional.empty(),
                Optional.of(keys),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Set.of());
    }

    static Restore.Done restore(Path home, Path medium, Path keys) throws Exception {
        return Restore.run(asked(home, medium, keys), _ -> {});
    }

    /// The restored home, with a key of the epoch as the root would give it one.
    static LivingSite live(LivingSite from, Path home) throws Exception {
        from.lendEpochTo(home);
        return new LivingSite(home);
    }

    String refusal(Restore.Asked asked) {
        return String.valueOf(
                assertThrows(BackupException.class, () -> Restore.run(asked, _ -> {}))
                        .getMessage());
    }

    Restore.Asked asked() {
        return asked(restored, medium, keys);
    }

    Restore.Asked naming(String erased) {
        var plain = asked();
        return new Restore.Asked(
                restored,
                medium,
                plain.name(),
                plain.keysFrom(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Set.of(erased));
    }

    Restore.Asked withRecord(Path record) {
        return new Restore.Asked(
                restored,
                medium,
                Optional.empty(),
                Optional.of(keys),
                Optional.of(record),
                Optional.empty(),
                List.of(),
                Set.of());
    }
}
