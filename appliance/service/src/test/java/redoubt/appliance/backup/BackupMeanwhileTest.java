package redoubt.appliance.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.appliance.record.Ledger;
import redoubt.provenance.record.Event;

/// What happens while a backup is made, or happened to what one is made of.
class BackupMeanwhileTest {
    private static final String SECRET = "marmalade-under-the-drawbridge";

    @TempDir Path folder;

    private Path medium;
    private Path keys;
    private LivingSite site;

    @BeforeEach
    void live() throws Exception {
        medium = folder.resolve("medium");
        keys = folder.resolve("keys");
        site = new LivingSite(folder.resolve("home"));
        String person = site.person("somebody");
        site.person("admin");
        for (int i = 0; i < 5; i++) site.ask(person, SECRET + i);
    }

    @AfterEach
    void close() throws Exception {
        site.close();
    }

    private List<Path> backups() throws IOException {
        try (var files = Files.list(medium)) {
            return files.filter(file -> file.toString().endsWith(".backup")).sorted().toList();
        }
    }

    @Nested
    class What_happens_while_a_backup_is_made {
        private int times;

        private void once(String what, Meanwhile act) {
            times = 0;
            site.meanwhile =
                    (now, done, all) -> {
                        if (!now.equals(what) || (what.equals("keys") && done < all)) return;
                        if (times++ > 0) return;
                        try {
                            act.happen();
                        } catch (Exception failed) {
                            throw new AssertionError(failed);
                        }
                    };
        }

        @Test
        void is_in_its_record_as_far_as_it_is_in_it() throws Exception {
            once("content", () -> site.person("late"));
            site.backUp(medium, keys);
            Path home = folder.resolve("restored");
            RestoredHome.restore(home, medium, keys);
            try (LivingSite restored = RestoredHome.live(site, home)) {
                String late = restored.people.named("late").orElseThrow().id();
                assertTrue(
                        restored.events()
                                .contains(new Event.PersonCreated(late, List.of("administrator"))));
            }
        }

        @Test
        void as_an_erasure_leaves_no_key_in_the_file_that_says_so() throws Exception {
            String conversation = site.ask("p", SECRET);
            once("keys", () -> site.erase(conversation));
            site.writeKeys(keys);
            assertEquals(1, times);
            assertFalse(Files.readString(keys.resolve(KeyRing.FILE)).contains(conversation));
            KeyRing.read(keys);
        }

        @Test
        void as_a_failure_of_the_process_ends_it() throws Exception {
            var job =
                    site.job(
                            (Ledger)
                                    java.lang.reflect.Proxy.newProxyInstance(
                                            Ledger.class.getClassLoader(),
                                            new Class<?>[] {Ledger.class},
                                            (_, _, _) -> {
                                                throw new OutOfMemoryError("so it is said");
                                            }));
            job.begin(Optional.of(medium), Optional.of(keys), LivingSite.OFFICER);
            while (job.state() instanceof BackupJob.State.Running) Thread.sleep(5);
            var failed = (BackupJob.State.Failed) job.state();
            assertTrue(failed.sentence().contains("there is none"), failed.sentence());
            assertEquals(List.of(), backups());
        }
    }

    /// What may fail in any way.
    interface Meanwhile {
        void happen() throws Exception;
    }

    @Nested
    class What_is_damaged {
        @Test
        void on_the_medium_is_written_anew() throws Exception {
            site.backUp(medium, keys);
            String content = site.files().getFirst();
            String line =
                    Files.readAllLines(backups().getFirst()).stream()
                            .filter(found -> found.endsWith("content/" + content))
                            .findFirst()
                            .orElseThrow();
            String sha256 = line.split(" ", -1)[1];
            Path object = medium.resolve("objects/" + sha256.substring(0, 2) + "/" + sha256);
            byte[] bytes = Files.readAllBytes(object);
            bytes[20] ^= 1;
            Files.write(object, bytes);
            site.backUp(medium, keys);
            Restore.check(medium, Optional.empty(), _ -> {});
        }

        @Test
        void in_the_home_is_named_and_there_is_no_backup() throws Exception {
            String content = site.files().getFirst();
            Files.write(site.home.content().resolve(content), new byte[7]);
            var why = assertThrows(BackupException.class, () -> site.backUp(medium, keys));
            assertTrue(String.valueOf(why.getMessage()).contains(content), why.getMessage());
            assertEquals(List.of(), backups());
        }

        @Test
        void because_a_process_ended_is_removed_from_the_medium_of_keys() throws Exception {
            site.writeKeys(keys);
            Path left = keys.resolve(".redoubt.keys.%s.new".formatted(java.util.UUID.randomUUID()));
            Files.copy(keys.resolve(KeyRing.FILE), left);
            site.writeKeys(keys);
            assertFalse(Files.exists(left));
        }
    }
}
