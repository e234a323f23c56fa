package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The private root goes from the host to media, and at no moment is it nowhere.
class RootCarryingTest {
    private static final char[] PASSPHRASE = "correct horse bättery".toCharArray();

    @TempDir Path folder;
    private Path keys;
    private Path trust;
    private Path first;
    private Path second;
    private Bytes publicKey;
    private final List<Event.Ceremony> noted = new ArrayList<>();

    /// The power goes.
    private static final class PowerCut extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    @BeforeEach
    void install() throws Exception {
        keys = folder.resolve("keys");
        trust = folder.resolve("trust");
        first = Files.createDirectories(folder.resolve("first"));
        second = Files.createDirectories(folder.resolve("second"));
        publicKey = RecordRoot.install(keys, trust).publicKey();
    }

    private List<RootCopy> carry(boolean keeps, Consumer<RootCarrying.Step> progress, Path... media)
            throws IOException {
        return new RootCarrying(keys, trust, noted::add, progress)
                .carry(List.of(media), PASSPHRASE, keeps);
    }

    private boolean isOn(Path medium) {
        try {
            RootCopy.verify(medium, publicKey, PASSPHRASE);
            return true;
        } catch (IOException notThere) {
            return false;
        }
    }

    private boolean isOnHost() {
        try {
            RootOnHost.read(keys, publicKey);
            return true;
        } catch (Exception notThere) {
            return false;
        }
    }

    @Test
    void it_goes_to_two_media_and_the_record_says_so() throws Exception {
        var copies = carry(false, step -> {}, first, second);
        assertFalse(RootOnHost.isThere(keys));
        assertTrue(isOn(first) && isOn(second));
        assertEquals(1, noted.size());
        assertEquals("root-carried-away", noted.getFirst().act());
        for (var copy : copies) {
            assertTrue(noted.getFirst().detail().contains(copy.sha256().hex()));
            var file = copy.folder().resolve(RootCopy.KEY_FILE);
            assertEquals(
                    Bytes.of(Hashes.sha256(Files.readAllBytes(file))).hex()
                            + "  "
                            + RootCopy.KEY_FILE
                            + "\n",
                    Files.readString(copy.folder().resolve("SHA256SUMS")));
            assertFalse(Files.readString(file).contains("BEGIN PRIVATE"));
        }
        assertEquals(
                publicKey, RootKeyFile.publicKey(Files.readString(RootCopy.publicHalf(first))));
        var again = assertThrows(RootRefusedException.class, () -> carry(false, s -> {}, first));
        assertTrue(String.valueOf(again.getMessage()).contains("nothing to carry"));
    }

    @Test
    void it_stays_on_the_host_where_that_is_wanted() throws Exception {
        carry(true, step -> {}, first);
        assertTrue(isOnHost() && isOn(first));
        assertEquals("root-copied", noted.getFirst().act());
    }

    @Test
    void a_power_cut_at_any_step_loses_nothing_and_doing_it_again_ends_it() throws Exception {
        // The first cut is between two copies.
        for (int cut = 0; cut < RootCarrying.Step.values().length; cut++) {
            int at = cut;
            var media = cut == 0 ? new Path[] {first, second} : new Path[] {first};
            var done = new ArrayList<RootCarrying.Step>();
            assertThrows(
                    PowerCut.class,
                    () ->
                            carry(
                                    false,
                                    step -> {
                                        done.add(step);
                                        if (done.size() > at) throw new PowerCut();
                                    },
                                    media));
            assertTrue(isOnHost() || isOn(first), "cut at " + done);
            if (RootOnHost.isThere(keys)) carry(false, step -> {}, media);
            assertFalse(RootOnHost.isThere(keys), "cut at " + done);
            for (var medium : media) assertTrue(isOn(medium), "cut at " + done);
            assertTrue(noted.stream().anyMatch(each -> each.act().equals("root-carried-away")));
            anew();
        }
    }

    private void anew() throws Exception {
        for (var medium : List.of(first, second))
            try (var files = Files.walk(medium)) {
                for (var file : files.sorted(java.util.Comparator.reverseOrder()).toList())
                    if (!file.equals(medium)) Files.delete(file);
            }
        noted.clear();
        publicKey = RecordRoot.install(keys, trust).publicKey();
    }

    @Test
    void nothing_is_removed_where_the_record_cannot_say_so() {
        assertThrows(
                IOException.class,
                () ->
                        new RootCarrying(
                                        keys,
                                        trust,
                                        ceremony -> {
                                            throw new IOException("disk full");
                                        },
                                        step -> {})
                                .carry(List.of(first, second), PASSPHRASE, false));
        assertTrue(isOnHost());
    }

    @Test
    void a_copy_that_another_passphrase_protects_is_refused() throws Exception {
        carry(true, step -> {}, first);
        var refused =
                assertThrows(
                        RootRefusedException.class,
                        () ->
                                new RootCarrying(keys, trust, noted::add, step -> {})
                                        .carry(
                                                List.of(first),
                                                "some other words here".toCharArray(),
                                                false));
        assertTrue(String.valueOf(refused.getMessage()).contains("passphrase"));
        assertTrue(isOnHost());
    }

    @Test
    void a_damaged_copy_is_refused() throws Exception {
        carry(true, step -> {}, first);
        var file =
                first.resolve("redoubt-record-root-" + RecordRoot.name(publicKey))
                        .resolve(RootCopy.KEY_FILE);
        var text = Files.readString(file);
        int middle = text.indexOf('\n', text.length() / 3) + 5;
        char other = text.charAt(middle) == 'A' ? 'B' : 'A';
        Files.writeString(file, text.substring(0, middle) + other + text.substring(middle + 1));
        assertThrows(RootRefusedException.class, () -> carry(false, step -> {}, first));
        assertTrue(isOnHost());
    }

    @Test
    void a_passphrase_that_protects_nothing_is_refused() {
        assertThrows(
                RootRefusedException.class,
                () ->
                        new RootCarrying(keys, trust, noted::add, step -> {})
                                .carry(List.of(first), "short".toCharArray(), false));
        assertTrue(isOnHost() && noted.isEmpty());
    }

    @Test
    void the_same_medium_twice_is_not_two_copies() {
        assertThrows(
                RootRefusedException.class,
                () -> carry(false, step -> {}, first, first.resolve("../first")));
        assertTrue(isOnHost());
    }

    @Test
    void nothing_is_written_or_read_through_a_link_on_a_medium() throws Exception {
        var name = "redoubt-record-root-" + RecordRoot.name(publicKey);
        var elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
        Files.createSymbolicLink(first.resolve(name), elsewhere);
        assertThrows(RootRefusedException.class, () -> carry(false, step -> {}, first));
        try (var files = Files.list(elsewhere)) {
            assertEquals(0, files.count());
        }
        Files.createDirectories(second.resolve(name));
        Files.createSymbolicLink(
                second.resolve(name).resolve(RootCopy.KEY_FILE),
                keys.resolve("offline/record-root.key"));
        assertThrows(RootRefusedException.class, () -> carry(false, step -> {}, second));
        assertTrue(isOnHost());
    }

    @Test
    void a_medium_that_is_full_gets_no_half_a_key() throws Exception {
        var disk = Files.createDirectories(folder.resolve("disk"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=12k", "tmpfs", disk.toString()) == 0,
                "a file system cannot be mounted here, it takes root");
        try {
            var refused =
                    assertThrows(
                            RootRefusedException.class,
                            () -> carry(false, step -> {}, disk, second));
            assertTrue(String.valueOf(refused.getMessage()).contains("full"));
            assertTrue(isOnHost() && noted.isEmpty());
            try (var files = Files.walk(disk)) {
                assertTrue(
                        files.noneMatch(file ->
                                String.valueOf(file.getFileName()).startsWith(RootCopy.KEY_FILE)));
            }
        } finally {
            assertEquals(0, run("umount", "-l", disk.toString()));
        }
    }

    private static int run(String... command) throws Exception {
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor(120, TimeUnit.SECONDS) ? process.exitValue() : -1;
        } catch (IOException absent) {
            return -1;
        }
    }
}
