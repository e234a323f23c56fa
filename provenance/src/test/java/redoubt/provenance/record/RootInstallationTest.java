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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A site whose record root was made elsewhere and was never on its host.
class RootInstallationTest {
    @TempDir Path folder;
    private RecordRoot root;
    private RootHome site;
    private Path publicHalf;

    @BeforeEach
    void make_a_root() throws Exception {
        root = RecordRoot.make();
        site = new RootHome(folder.resolve("home"));
        publicHalf = folder.resolve(RootKeyFile.PUBLIC_HALF);
        Files.writeString(publicHalf, RootKeyFile.publicPem(root.publicKey()));
    }

    private byte[] begin() throws Exception {
        return new RootInstallation(site.settings()).begin(publicHalf);
    }

    private RootAnswer sign(byte[] request) throws Exception {
        return RootSigner.of(root, folder.resolve(RootHistory.FILE), RootHome.CLOCK)
                .sign(RootReview.of(request, root.publicKey()), false);
    }

    private void take(RootAnswer answer) throws Exception {
        RootVisit.take(site.settings(), Optional.of(answer.encode()), List.of());
    }

    private void verifies() throws Exception {
        var report =
                new RecordVerifier(RecordTrust.read(site.trust()), List.of())
                        .verify(site.home.resolve("record"), size -> {});
        assertEquals(Verdict.VALID_UNWITNESSED, report.verdict(), report.checks().toString());
    }

    @Test
    void begins_its_record_when_the_roots_word_has_come_in() throws Exception {
        take(sign(begin()));
        site.run();
        assertFalse(RootOnHost.isThere(site.keys()));
        var events = site.events();
        assertEquals(root.publicKey(), ((Event.Genesis) events.getFirst()).rootPublicKey());
        assertInstanceOf(Event.EpochOpened.class, events.get(1));
        assertEquals("root-installed", assertInstanceOf(Event.Ceremony.class, events.get(2)).act());
        site.run();
        verifies();
    }

    @Test
    void answers_nobody_before() throws Exception {
        var request = begin();
        var refused = assertThrows(RecordException.class, site::open);
        assertEquals(RecordException.Reason.ROOT_NEEDED, refused.reason());
        assertArrayEquals(request, begin());
        assertFalse(RootOnHost.isThere(site.keys()));
    }

    @Test
    void a_crash_at_any_step_is_finished_by_doing_it_again() throws Exception {
        // Nothing but the note that it has begun.
        new RootPending(
                        RootAct.FIRST_EPOCH,
                        RootPending.NONE,
                        1,
                        0,
                        Forge.ZEROS,
                        0,
                        RootPending.NONE,
                        List.of())
                .write(Files.createDirectories(site.keys()));
        assertThrows(RecordException.class, site::open);
        var answer = sign(begin());
        take(answer);
        var taken = site.copyTo(folder.resolve("taken"));
        ((OpenRecord) taken.open()).release();
        int entries = taken.entries().size();
        assertEquals(3, entries);
        for (int kept = 1; kept <= entries; kept++)
            for (boolean isPublished : new boolean[] {false, true}) {
                if (isPublished && kept == 1) continue;
                var again = site.copyTo(folder.resolve("again-" + kept + isPublished));
                RootHome.copy(taken.home.resolve("record"), again.home.resolve("record"));
                Files.delete(again.home.resolve("record/checkpoint"));
                again.keep(kept);
                if (isPublished)
                    Files.copy(
                            taken.trust().resolve("record-log-id"),
                            again.trust().resolve("record-log-id"));
                again.run();
                var events = again.events();
                assertEquals(1, events.stream().filter(Event.Ceremony.class::isInstance).count());
                assertEquals(answer.logId(), RecordTrust.read(again.trust()).logId().orElseThrow());
                site = again;
                verifies();
                site = new RootHome(folder.resolve("home"));
            }
    }

    @Test
    void another_roots_word_is_refused() throws Exception {
        var request = begin();
        var answer = sign(request);
        var forged =
                new RootAnswer(
                        answer.act(),
                        answer.logId(),
                        answer.epoch(),
                        answer.size(),
                        answer.root(),
                        RecordRoot.make().sign(new byte[1]));
        assertThrows(RootRefusedException.class, () -> take(forged));
        var other = RecordRoot.make();
        assertThrows(RootRefusedException.class, () -> RootReview.of(request, other.publicKey()));
        Files.writeString(publicHalf, RootKeyFile.publicPem(other.publicKey()));
        assertTrue(
                String.valueOf(assertThrows(RootRefusedException.class, this::begin).getMessage())
                        .contains("another root"));
    }

    @Test
    void a_site_that_has_a_record_keeps_its_root() throws Exception {
        site.run();
        assertThrows(RootRefusedException.class, this::begin);
        site.run();
    }

    @Test
    void what_is_no_root_is_refused() throws Exception {
        Files.writeString(publicHalf, "nonsense");
        assertThrows(RootRefusedException.class, this::begin);
        Files.writeString(
                publicHalf,
                RootKeyFile.pem("PUBLIC KEY", MlDsa.ML_DSA_65.generate().getPublic().getEncoded()));
        assertThrows(RootRefusedException.class, this::begin);
    }
}
