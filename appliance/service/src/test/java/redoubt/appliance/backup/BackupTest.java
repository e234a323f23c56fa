package redoubt.appliance.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.Event;

/// A backup is whole or none, and holds nothing that could be read without its keys.
class BackupTest {
    private static final String NAME = "Zebedee Quillfeather";
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
        String person = site.person(NAME);
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

    private String refusal() {
        return String.valueOf(
                assertThrows(BackupException.class, () -> site.backUp(medium, keys)).getMessage());
    }

    @Nested
    class A_backup {
        @Test
        void is_whole_when_it_has_its_list_and_is_in_the_record() throws Exception {
            var made = site.backUp(medium, keys);
            assertEquals(1, backups().size());
            assertEquals(made.name(), Restore.check(medium, Optional.empty(), _ -> {}));
            var noted =
                    site.events().stream()
                            .filter(Event.BackedUp.class::isInstance)
                            .map(Event.BackedUp.class::cast)
                            .toList();
            assertEquals(
                    List.of("keys", made.name()),
                    noted.stream().map(Event.BackedUp::what).toList());
            assertEquals(made.sha256(), noted.getLast().sha256().hex());
            assertEquals(made.size(), noted.getLast().size());
            assertTrue(site.told.contains("reading it again"));
        }

        @Test
        void alone_shows_neither_name_nor_text_nor_a_key() throws Exception {
            site.backUp(medium, keys);
            assertEquals(List.of(), LivingSite.holding(NAME, medium, keys));
            assertEquals(List.of(), LivingSite.holding(SECRET, medium, keys));
            byte[] siteKey = Files.readAllBytes(site.home.keys().resolve("content.key"));
            assertEquals(List.of(), holding(siteKey, medium));
            for (String file : site.files())
                assertEquals(List.of(), holding(site.content.wrappedKey(file), medium));
        }

        @Test
        void never_holds_what_signs_entries() throws Exception {
            site.backUp(medium, keys);
            byte[] epoch = Files.readAllBytes(site.home.keys().resolve("epoch.key"));
            byte[] part = Arrays.copyOfRange(epoch, 64, 128);
            assertEquals(List.of(), holding(part, medium, keys));
            assertFalse(Files.readString(keys.resolve(KeyRing.FILE)).contains("epoch"));
            assertFalse(Files.readString(keys.resolve(KeyRing.FILE)).contains("root"));
        }

        @Test
        void writes_again_only_what_is_new() throws Exception {
            site.backUp(medium, keys);
            long before = count(medium.resolve("objects"));
            site.ask("p", "another");
            site.backUp(medium, keys);
            assertEquals(2, backups().size());
            // A conversation and a question, and of the record its segment and its checkpoint.
            long objects = count(medium.resolve("objects"));
            assertEquals(before + 4, objects);
            var third = site.backUp(medium, keys);
            // The record goes on: its segment and its checkpoint are all that is new.
            assertEquals(objects + 2, count(medium.resolve("objects")), third.toString());
        }

        @Test
        void holds_the_record_only_as_far_as_its_checkpoint_covers_it() throws Exception {
            var made = site.backUp(medium, keys);
            site.ledger.note(new Event.Administered("x", "y"), Actor.SYSTEM);
            Path home = folder.resolve("restored");
            RestoredHome.restore(home, medium, keys);
            assertEquals(
                    made.size(),
                    redoubt.provenance.record.RecordSnapshot.of(home.resolve("record"))
                            .checkpoint()
                            .size());
        }
    }

    private static long count(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).count();
        }
    }

    /// As they are, in Base64, or in hex.
    private static List<Path> holding(byte[] bytes, Path... folders) throws IOException {
        String raw = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
        List<Path> found = new java.util.ArrayList<>(LivingSite.holding(raw, folders));
        found.addAll(LivingSite.holding(HexFormat.of().formatHex(bytes), folders));
        String text = java.util.Base64.getEncoder().encodeToString(bytes);
        found.addAll(LivingSite.holding(text.substring(0, text.length() - 4), folders));
        return found;
    }

    @Nested
    class A_place_that_is_not_apart {
        @Test
        void within_the_home_is_refused() throws Exception {
            medium = site.home.root().resolve("backup");
            assertTrue(refusal().contains("within the home"));
            assertFalse(Files.exists(medium));
        }

        @Test
        void within_the_home_by_a_link_is_refused() throws Exception {
            Path link = Files.createSymbolicLink(folder.resolve("link"), site.home.root());
            medium = link.resolve("backup");
            assertTrue(refusal().contains("within the home"));
        }

        @Test
        void for_keys_beside_their_backup_is_refused() throws Exception {
            keys = medium.resolve("keys");
            assertTrue(refusal().contains("not apart"));
            assertFalse(Files.exists(medium));
        }

        @Test
        void for_keys_alone_where_backups_are_is_refused() throws Exception {
            site.backUp(medium, keys);
            var job = site.job(site.ledger);
            job.begin(Optional.empty(), Optional.of(medium), LivingSite.OFFICER);
            while (job.state() instanceof BackupJob.State.Running) Thread.sleep(5);
            var failed = (BackupJob.State.Failed) job.state();
            assertTrue(failed.sentence().contains("holds backups"), failed.sentence());
            medium = keys;
            keys = folder.resolve("other");
            assertTrue(refusal().contains("holds a file of keys"));
        }

        @Test
        void because_it_is_on_the_disk_of_the_home_is_named() throws Exception {
            var job = site.job(site.ledger);
            job.begin(Optional.of(medium), Optional.of(keys), LivingSite.OFFICER);
            while (job.state() instanceof BackupJob.State.Running) Thread.sleep(5);
            var done = (BackupJob.State.Done) job.state();
            assertEquals(List.of(medium.toString(), keys.toString()), done.sameDisk());
        }

        @Test
        void whose_objects_lead_elsewhere_is_refused() throws Exception {
            Files.createDirectories(medium);
            Files.createSymbolicLink(medium.resolve("objects"), folder.resolve("home/content"));
            assertTrue(refusal().contains("by a link"));
        }
    }

    @Nested
    class A_medium_that_is_full {
        private boolean mounted;

        @BeforeEach
        void mount() throws Exception {
            Files.createDirectories(medium);
            mounted =
                    new ProcessBuilder(
                                            "mount",
                                            "-t",
                                            "tmpfs",
                                            "-o",
                                            "size=32k",
                                            "tmpfs",
                                            medium.toString())
                                    .redirectErrorStream(true)
                                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                    .start()
                                    .waitFor()
                            == 0;
            assumeTrue(mounted, "a file system can be mounted by root only");
        }

        @AfterEach
        void unmount() throws Exception {
            if (mounted) new ProcessBuilder("umount", "-l", medium.toString()).start().waitFor();
        }

        @Test
        void gets_no_backup_and_no_entry_and_a_sentence_that_helps() throws Exception {
            var job = site.job(site.ledger);
            assertTrue(job.begin(Optional.of(medium), Optional.of(keys), LivingSite.OFFICER));
            while (job.state() instanceof BackupJob.State.Running) Thread.sleep(5);
            var failed = (BackupJob.State.Failed) job.state();
            assertTrue(failed.sentence().contains("The medium is full"), failed.sentence());
            assertEquals(List.of(), backups());
            assertTrue(site.events().stream().noneMatch(Event.BackedUp.class::isInstance));
            assertThrows(
                    BackupException.class, () -> Restore.check(medium, Optional.empty(), _ -> {}));
        }
    }

    @Nested
    class A_backup_that_was_interrupted {
        @Test
        void is_none_and_the_next_one_goes_on_from_it() throws Exception {
            site.backUp(medium, keys);
            Files.delete(backups().getFirst());
            Files.write(medium.resolve("objects/.new-leftover"), new byte[9]);
            var none =
                    assertThrows(
                            BackupException.class,
                            () -> Restore.check(medium, Optional.empty(), _ -> {}));
            assertTrue(String.valueOf(none.getMessage()).contains("no whole backup"));
            site.backUp(medium, keys);
            Restore.check(medium, Optional.empty(), _ -> {});
        }
    }

    @Nested
    class The_file_of_keys {
        @Test
        void written_anew_after_an_erasure_lacks_what_was_erased() throws Exception {
            String conversation = site.ask("p", SECRET);
            site.backUp(medium, keys);
            String before = Files.readString(keys.resolve(KeyRing.FILE));
            assertTrue(before.contains(conversation));
            site.erase(conversation);
            site.writeKeys(keys);
            assertFalse(Files.readString(keys.resolve(KeyRing.FILE)).contains(conversation));
        }

        @Test
        void fits_an_earlier_backup_of_an_item_that_changed_since() throws Exception {
            String conversation = site.ask("p", "One");
            site.backUp(medium, keys);
            var old = site.items.conversation(conversation).orElseThrow();
            site.items.write(old.withTitle("Two", 3));
            site.writeKeys(keys);
            Path home = folder.resolve("restored");
            RestoredHome.restore(home, medium, keys);
            try (LivingSite restored = RestoredHome.live(site, home)) {
                assertEquals(
                        "One", restored.items.conversation(conversation).orElseThrow().title());
            }
        }

        @Test
        void that_was_altered_or_cut_is_refused() throws Exception {
            site.backUp(medium, keys);
            Path file = keys.resolve(KeyRing.FILE);
            String good = Files.readString(file);
            for (String bad :
                    new String[] {
                        "",
                        good.substring(0, good.length() / 2),
                        good.replace("redoubt-keys/1", "redoubt-keys/2"),
                        good.replaceFirst("key content/", "key ../content/"),
                        good.replaceFirst("home/keys/content.key", "home/keys/epoch.key"),
                        good + "more\n"
                    }) {
                assertNotEquals(good, bad);
                Files.writeString(file, bad);
                assertThrows(BackupException.class, () -> KeyRing.read(keys), bad);
            }
        }
    }
}
