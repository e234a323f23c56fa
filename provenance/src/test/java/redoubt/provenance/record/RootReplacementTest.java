package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The key of the last epoch is gone or in other hands, and the record root lets a new one take
/// over.
class RootReplacementTest {
    @TempDir Path folder;

    private RootHome crashed() throws Exception {
        return new RootHome(folder.resolve("home")).run().crash();
    }

    private static String refused(RootHome site) {
        var refused = assertThrows(RecordException.class, site::open);
        assertEquals(RecordException.Reason.ROOT_NEEDED, refused.reason(), refused.sentence());
        return refused.sentence();
    }

    private static RootReplacement.Request request(RootHome site) throws Exception {
        return new RootReplacement(site.settings()).request(0);
    }

    private static void take(RootHome site, RootAnswer answer, Revocation... revocations)
            throws Exception {
        RootVisit.take(
                site.settings(),
                Optional.of(answer.encode()),
                java.util.Arrays.stream(revocations).map(Revocation::encode).toList());
    }

    private static Verdict verdict(RootHome site) throws Exception {
        return new RecordVerifier(RecordTrust.read(site.trust()), List.of())
                .verify(site.home.resolve("record"), size -> {})
                .verdict();
    }

    @Test
    void a_start_without_the_key_says_what_to_do() throws Exception {
        var site = crashed();
        Files.delete(site.keys().resolve("epoch.key"));
        assertTrue(refused(site).contains("redoubt record root out --replace"));
    }

    @Test
    void a_key_file_of_which_something_is_damaged_is_as_lost() throws Exception {
        var site = crashed();
        var file = site.keys().resolve("epoch.key");
        var good = Files.readAllBytes(file);
        var cut = java.util.Arrays.copyOf(good, good.length / 2);
        var other = good.clone();
        // In its first secret vector, s1.
        for (int i = 300; i < 400; i++) other[i] ^= 1;
        for (var bad : List.of(new byte[0], new byte[good.length], cut, other)) {
            Files.write(file, bad);
            assertTrue(refused(site).contains("epoch.key"));
        }
        Files.write(file, good);
        site.run();
    }

    @Test
    void the_record_goes_on_under_keys_that_the_root_let_take_over() throws Exception {
        var site = crashed();
        Files.delete(site.keys().resolve("epoch.key"));
        int before = site.entries().size();
        var request = request(site);
        assertFalse(request.oldKeyWorks());
        assertTrue(refused(site).contains("waits for its root"));
        take(site, site.sign(request.file()));
        try (var record = site.open()) {
            assertEquals(3, record.epoch());
            assertFalse(record.recovery().orderly());
        }
        var events = site.events();
        var opened = assertInstanceOf(Event.EpochOpened.class, events.get(before));
        assertEquals(3, opened.epoch());
        assertEquals(0, opened.endorsedBy());
        assertTrue(
                RootStatement.isSigned(
                        RecordTrust.read(site.trust()).rootPublicKey(),
                        RootStatement.epochReplaced(
                                RecordTrust.read(site.trust()).logId().orElseThrow(),
                                3,
                                opened.publicKey(),
                                opened.notePublicKey(),
                                before,
                                Bytes.of(Hashes.sha256(site.entries().get(before - 1)))),
                        opened.endorsement()));
        assertInstanceOf(Event.Recovered.class, events.get(before + 1));
        assertEquals(
                "open", assertInstanceOf(Event.Aborted.class, events.get(before + 2)).requestId());
        assertFalse(Files.exists(site.keys().resolve("root-pending")));
        assertFalse(Files.exists(site.keys().resolve("epoch-next.key")));
        site.run();
        assertEquals(Verdict.VALID_UNWITNESSED, verdict(site));
    }

    @Test
    void a_stolen_key_is_revoked_by_the_first_entries_of_the_new_one() throws Exception {
        var site = new RootHome(folder.resolve("home")).run().run();
        int before = site.entries().size();
        var request = request(site);
        assertTrue(request.oldKeyWorks());
        var log = RecordTrust.read(site.trust()).logId().orElseThrow();
        take(
                site,
                site.sign(request.file()),
                site.signer().revoke(log, 2, before - 1, "keys/ was copied"));
        site.run();
        var events = site.events();
        assertInstanceOf(Event.EpochOpened.class, events.get(before));
        var revoked = assertInstanceOf(Event.EpochRevoked.class, events.get(before + 1));
        assertEquals(2, revoked.epoch());
        assertEquals("keys/ was copied", revoked.reason());
        assertEquals(Verdict.INCOMPLETE, verdict(site));
    }

    @Test
    void a_start_in_between_waits_and_a_request_that_was_not_needed_is_forgotten()
            throws Exception {
        var site = new RootHome(folder.resolve("home")).run();
        request(site);
        assertTrue(refused(site).contains("redoubt record root cancel"));
        assertTrue(new RootReplacement(site.settings()).cancel());
        site.run();
        assertFalse(new RootReplacement(site.settings()).cancel());
    }

    @Test
    void asking_again_asks_for_the_same_key() throws Exception {
        var site = crashed();
        Files.delete(site.keys().resolve("epoch.key"));
        var first = request(site);
        assertArrayEquals(first.file(), request(site).file());
        site.sign(first.file());
        site.sign(request(site).file());
    }

    @Test
    void the_root_lets_only_one_key_take_over() throws Exception {
        var site = crashed();
        Files.delete(site.keys().resolve("epoch.key"));
        site.sign(request(site).file());
        new RootReplacement(site.settings()).cancel();
        var other = request(site).file();
        var refused = assertThrows(RootRefusedException.class, () -> site.sign(other));
        assertTrue(String.valueOf(refused.getMessage()).contains("two successors"));
    }

    @Test
    void an_answer_to_another_request_or_by_another_key_is_refused() throws Exception {
        var site = crashed();
        Files.delete(site.keys().resolve("epoch.key"));
        var old = site.sign(request(site).file());
        new RootReplacement(site.settings()).cancel();
        request(site);
        assertThrows(RootRefusedException.class, () -> take(site, old));
        var forged =
                new RootAnswer(
                        old.act(),
                        old.logId(),
                        old.epoch(),
                        old.size(),
                        old.root(),
                        RecordRoot.make().sign(new byte[1]));
        assertThrows(RootRefusedException.class, () -> take(site, forged));
        assertThrows(
                RootRefusedException.class,
                () -> RootVisit.take(site.settings(), Optional.empty(), List.of()));
        assertTrue(refused(site).contains("waits for its root"));
    }

    @Test
    void a_record_that_was_put_back_behind_the_answer_is_refused() throws Exception {
        var site = crashed();
        Files.delete(site.keys().resolve("epoch.key"));
        take(site, site.sign(request(site).file()));
        site.keep(site.entries().size() - 1);
        Files.delete(site.home.resolve("record/checkpoint"));
        var refused = assertThrows(RecordException.class, site::open);
        assertEquals(RecordException.Reason.TAMPERED, refused.reason(), refused.sentence());
    }

    @Test
    void without_a_checkpoint_the_last_entry_speaks_for_the_record() throws Exception {
        var site = crashed();
        Files.delete(site.keys().resolve("epoch.key"));
        Files.delete(site.home.resolve("record/checkpoint"));
        take(site, site.sign(request(site).file()));
        site.run();
    }

    @Test
    void a_crash_at_any_entry_of_the_takeover_is_finished_by_the_next_start() throws Exception {
        var site = crashed();
        Files.delete(site.keys().resolve("epoch.key"));
        int before = site.entries().size();
        var log = RecordTrust.read(site.trust()).logId().orElseThrow();
        var revocation = site.signer().revoke(log, 2, before - 1, "lost and perhaps stolen");
        take(site, site.sign(request(site).file()), revocation);
        var done = site.copyTo(folder.resolve("done"));
        ((OpenRecord) done.open()).release();
        int after = done.entries().size();
        assertEquals(4, after - before);
        for (int kept = before; kept <= after; kept++)
            for (boolean keyInPlace : new boolean[] {false, true}) {
                // Its file takes the old one's place once EPOCH_OPENED is durable.
                if (keyInPlace && kept == before) continue;
                var again = site.copyTo(folder.resolve("again-" + kept + keyInPlace));
                RootHome.copy(done.home.resolve("record"), again.home.resolve("record"));
                Files.copy(
                        site.home.resolve("record/checkpoint"),
                        again.home.resolve("record/checkpoint"),
                        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
                again.keep(kept);
                if (keyInPlace)
                    Files.move(
                            again.keys().resolve("epoch-next.key"),
                            again.keys().resolve("epoch.key"));
                again.run();
                finished(again, site, before, "kept " + kept + ", key in place " + keyInPlace);
            }
    }

    private static void finished(RootHome again, RootHome site, int before, String how)
            throws Exception {
        for (int i = 0; i < before; i++)
            assertArrayEquals(site.entries().get(i), again.entries().get(i), how);
        var events = again.events();
        assertEquals(1, events.stream().filter(Event.EpochRevoked.class::isInstance).count(), how);
        assertEquals(1, events.stream().filter(Event.Aborted.class::isInstance).count(), how);
        assertEquals(
                1,
                events.stream()
                        .filter(event ->
                                event instanceof Event.EpochOpened opened && opened.epoch() == 3)
                        .count(),
                how);
        assertTrue(
                events.subList(before, events.size()).stream()
                        .anyMatch(Event.Recovered.class::isInstance),
                how);
        assertFalse(Files.exists(again.keys().resolve("root-pending")), how);
        again.run();
    }
}
