package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/// A request goes out on a medium, the root signs on another machine, its word comes back into the
/// running record.
class RootVisitTest {
    @TempDir Path folder;
    private RootHome site;

    @BeforeEach
    void a_site_that_ran_twice() throws Exception {
        site = new RootHome(folder.resolve("home")).run().run();
    }

    private static String refused(Executable act) {
        return String.valueOf(assertThrows(RootRefusedException.class, act).getMessage());
    }

    private Appended take(AuditRecord record, RootAnswer answer) throws Exception {
        return take(record, answer.encode());
    }

    private Appended take(AuditRecord record, byte[] answer) throws Exception {
        return record.appendDurably(
                RootVisit.countersigned(record, site.trust(), answer), Actor.SYSTEM);
    }

    @Test
    void the_root_vouches_for_the_record_and_the_record_says_so() throws Exception {
        Bytes logId;
        RootAnswer answer;
        try (var record = site.open()) {
            logId = record.logId();
            RootMedia.writeRequest(site.medium, RootVisit.request(record, 0));
            answer = site.sign(RootMedia.request(site.medium));
            RootMedia.writeAnswer(site.medium, answer);
            var brought = RootMedia.answer(site.medium, logId).orElseThrow();
            var place = take(record, brought);
            var event = (Event.Countersigned) record.entry(place.sequence()).event();
            assertEquals(3, event.epoch());
            assertEquals(answer.size(), event.size());
            assertTrue(
                    RootStatement.isSigned(
                            RecordTrust.read(site.trust()).rootPublicKey(),
                            RootStatement.countersigned(logId, 3, event.size(), event.root()),
                            event.signature()));
        }
        try (var record = site.open()) {
            assertEquals(answer.size(), record.countersignedSize());
        }
    }

    @Test
    void the_next_visit_shows_that_nothing_changed_since() throws Exception {
        try (var record = site.open()) {
            take(record, site.sign(RootVisit.request(record, 0)));
            var second = site.sign(RootVisit.request(record, 0));
            assertTrue(second.size() > record.countersignedSize());
            take(record, second);
        }
    }

    @Test
    void a_request_that_does_not_show_it_is_sent_back_with_what_to_write() throws Exception {
        try (var record = site.open()) {
            var first = site.sign(RootVisit.request(record, 0));
            // The answer got lost: the record does not know of it.
            record.appendDurably(Forge.intent("r"), Actor.SYSTEM);
            var request = RootVisit.request(record, 0);
            assertTrue(refused(() -> site.sign(request)).contains("--since " + first.size()));
            site.sign(RootVisit.request(record, first.size()));
        }
    }

    @Test
    void a_shorter_record_is_not_vouched_for_again() throws Exception {
        var earlier = site.copyTo(folder.resolve("earlier"));
        try (var record = site.open()) {
            record.appendDurably(Forge.intent("r"), Actor.SYSTEM);
            record.appendDurably(Forge.intent("s"), Actor.SYSTEM);
            site.sign(RootVisit.request(record, 0));
        }
        try (var record = earlier.open()) {
            var request = RootVisit.request(record, 0);
            assertTrue(refused(() -> site.sign(request)).contains("entries are missing"));
        }
    }

    @Test
    void another_history_of_what_was_signed_is_not_vouched_for() throws Exception {
        var twin = site.copyTo(folder.resolve("twin"));
        long size;
        try (var record = site.open()) {
            size = site.sign(RootVisit.request(record, 0)).size();
        }
        try (var record = twin.open()) {
            record.appendDurably(Forge.intent("r"), Actor.SYSTEM);
            record.appendDurably(Forge.intent("s"), Actor.SYSTEM);
            var request = RootVisit.request(record, size);
            assertTrue(refused(() -> site.sign(request)).contains("another history"));
        }
    }

    @Test
    void a_second_log_under_the_same_root_takes_a_decision() throws Exception {
        try (var record = site.open()) {
            site.sign(RootVisit.request(record, 0));
        }
        var root = site.root();
        var forged = new RootHome(folder.resolve("forged"));
        var file = folder.resolve(RootKeyFile.PUBLIC_HALF);
        Files.writeString(file, RootKeyFile.publicPem(root.publicKey()));
        var request = new RootInstallation(forged.settings()).begin(file);
        assertTrue(refused(() -> site.sign(request)).contains("--another-log"));
        var signer = site.signer();
        signer.sign(RootReview.of(request, root.publicKey()), true);
    }

    @Test
    void another_sites_root_does_not_sign() throws Exception {
        var other = RecordRoot.make();
        try (var record = site.open()) {
            var request = RootVisit.request(record, 0);
            assertTrue(
                    refused(() -> RootReview.of(request, other.publicKey()))
                            .contains("another root"));
        }
    }

    @Test
    void an_altered_request_is_never_signed() throws Exception {
        long seed = Long.getLong("redoubt.seed", 20261122L);
        System.out.println("RootVisitTest seed " + seed);
        var random = new Random(seed);
        try (var record = site.open()) {
            var request = RootVisit.request(record, 0);
            var key = site.root().publicKey();
            for (int i = 0; i < 150; i++) {
                var altered = request.clone();
                int at = random.nextInt(altered.length);
                altered[at] ^= (byte) (1 << random.nextInt(8));
                var refusal =
                        assertThrows(
                                RootRefusedException.class,
                                () -> RootReview.of(altered, key),
                                "byte " + at + ", seed " + seed);
                assertTrue(String.valueOf(refusal.getMessage()).length() > 20);
            }
            for (int length = 0; length < request.length; length += 997) {
                var cut = java.util.Arrays.copyOf(request, length);
                assertThrows(RootRefusedException.class, () -> RootReview.of(cut, key));
            }
        }
    }

    @Test
    void what_is_not_the_roots_word_on_this_record_is_not_taken_in() throws Exception {
        try (var record = site.open()) {
            var good = site.sign(RootVisit.request(record, 0));
            long size = record.size();
            var forger = RecordRoot.make();
            var another = Bytes.of(Hashes.sha256(new byte[] {1}));
            var forged =
                    forger.sign(
                            RootStatement.countersigned(
                                    good.logId(), good.epoch(), good.size(), good.root()));
            assertTrue(
                    refused(() ->
                                    take(
                                            record,
                                            with(
                                                    good,
                                                    good.logId(),
                                                    good.size(),
                                                    good.root(),
                                                    forged)))
                            .contains("not signed by this site's record root"));
            assertTrue(
                    refused(() ->
                                    take(
                                            record,
                                            with(
                                                    good,
                                                    another,
                                                    good.size(),
                                                    good.root(),
                                                    good.signature())))
                            .contains("another site's medium"));
            assertTrue(
                    refused(() ->
                                    take(
                                            record,
                                            with(
                                                    good,
                                                    good.logId(),
                                                    good.size() + 9,
                                                    good.root(),
                                                    good.signature())))
                            .contains("this record has"));
            assertTrue(
                    refused(() ->
                                    take(
                                            record,
                                            with(
                                                    good,
                                                    good.logId(),
                                                    good.size(),
                                                    another,
                                                    good.signature())))
                            .contains("another history"));
            assertTrue(
                    refused(() ->
                                    take(
                                            record,
                                            with(
                                                    good,
                                                    good.logId(),
                                                    good.size() - 1,
                                                    good.root(),
                                                    good.signature())))
                            .contains("another history"));
            var bytes = good.encode();
            for (int length = 0; length < bytes.length; length += 61) {
                var cut = java.util.Arrays.copyOf(bytes, length);
                assertThrows(RootRefusedException.class, () -> take(record, cut));
            }
            assertEquals(size, record.size());
            take(record, good);
            assertTrue(refused(() -> take(record, good)).contains("already"));
        }
    }

    private static RootAnswer with(
            RootAnswer answer, Bytes logId, long size, Bytes root, Bytes signature) {
        return new RootAnswer(answer.act(), logId, answer.epoch(), size, root, signature);
    }

    @Test
    void a_list_of_what_was_signed_that_cannot_be_read_stops_the_root() throws Exception {
        Files.writeString(site.home.resolve(RootHistory.FILE), "redoubt-root-signed/1\nnonsense\n");
        assertTrue(refused(() -> site.signer()).contains("Line 2"));
    }

    @Test
    void a_medium_with_links_or_with_two_requests_is_refused() throws Exception {
        try (var record = site.open()) {
            var file = RootMedia.writeRequest(site.medium, RootVisit.request(record, 0));
            Files.copy(file, site.medium.resolve("redoubt-2.root-request"));
            assertTrue(refused(() -> RootMedia.request(site.medium)).contains("2 requests"));
            Files.delete(file);
            Files.delete(site.medium.resolve("redoubt-2.root-request"));
            Files.createSymbolicLink(file, site.keys().resolve("epoch.key"));
            assertTrue(refused(() -> RootMedia.request(site.medium)).contains("a link"));
            assertTrue(
                    refused(() -> RootMedia.writeRequest(site.medium, RootVisit.request(record, 0)))
                            .contains("a link"));
            assertTrue(
                    refused(() -> RootMedia.request(folder.resolve("nowhere")))
                            .contains("not a folder"));
        }
    }

    /// The root's signature covers all of it.
    @Test
    void a_long_reason_stands_whole_in_the_record() throws Exception {
        String reason = "ä".repeat(8_000);
        try (var record = site.open()) {
            var revocation = site.signer().revoke(record.logId(), 1, 1, reason);
            var place =
                    record.appendDurably(
                            RootVisit.revoked(record, site.trust(), revocation.encode()),
                            Actor.SYSTEM);
            var event = (Event.EpochRevoked) record.entry(place.sequence()).event();
            assertEquals(reason, event.reason());
            var signer = site.signer();
            assertTrue(
                    refused(() -> signer.revoke(record.logId(), 1, 1, reason + "ä".repeat(200)))
                            .contains("fewer words"));
        }
    }

    @Test
    void an_epoch_that_no_record_has_is_not_revoked() throws Exception {
        try (var record = site.open()) {
            var signer = site.signer();
            assertTrue(refused(() -> signer.revoke(record.logId(), 0, 1, "?")).contains("epoch 0"));
            var signature =
                    site.root()
                            .sign(
                                    RootStatement.epochRevoked(
                                            record.logId(), 0, 1, "by other means"));
            var file = new Revocation(record.logId(), 0, 1, "by other means", signature).encode();
            assertTrue(
                    refused(() -> RootVisit.revoked(record, site.trust(), file))
                            .contains("epoch 0"));
        }
    }

    @Test
    void an_earlier_epoch_can_be_revoked_while_the_record_is_open() throws Exception {
        try (var record = site.open()) {
            var revocation = site.signer().revoke(record.logId(), 1, 1, "a backup was stolen");
            assertEquals(
                    new Event.EpochRevoked(1, 1, "a backup was stolen", revocation.signature()),
                    RootVisit.revoked(record, site.trust(), revocation.encode()));
            var present = site.signer().revoke(record.logId(), 3, 5, "now");
            assertTrue(
                    refused(() -> RootVisit.revoked(record, site.trust(), present.encode()))
                            .contains("--replace"));
        }
    }
}
