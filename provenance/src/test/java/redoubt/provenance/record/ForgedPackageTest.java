package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.provenance.anchor.AnchorFile;
import redoubt.provenance.credentials.CredentialVerifier;
import redoubt.provenance.credentials.TrustAnchors;
import redoubt.provenance.evidence.EvidenceContent;
import redoubt.provenance.evidence.EvidenceMaker;
import redoubt.provenance.evidence.EvidenceProgress;
import redoubt.provenance.evidence.EvidenceRequest;
import redoubt.provenance.evidence.PackageSink;
import redoubt.provenance.evidence.PackageVerifier;

/// Evidence packages of records that only somebody with the site's keys can write.
class ForgedPackageTest {
    @TempDir Path home;
    private Forge forge;
    private final List<Checkpoint> witnessed = new ArrayList<>();
    private final List<Long> alsoKeys = new ArrayList<>();
    private final List<Long> leftOut = new ArrayList<>();

    @BeforeEach
    void begin() throws Exception {
        forge = new Forge(home);
        forge.add(new Event.SignedIn()).inference("r1").turn().inference("r2");
    }

    /// The forged record as an excerpt.
    private RecordExcerpt excerpt() throws Exception {
        Checkpoint last = forge.checkpoint();
        return new RecordExcerpt() {
            @Override
            public Checkpoint checkpoint() {
                return last;
            }

            @Override
            public List<Long> keyEntries() throws RecordException {
                List<Long> keys = new ArrayList<>();
                for (long at : LongStream.range(0, last.size()).toArray())
                    if (alsoKeys.contains(at) || ProvenFile.isKey(entry(at).entry().event()))
                        keys.add(at);
                keys.removeAll(leftOut);
                return keys;
            }

            @Override
            public StoredEntry entry(long sequence) {
                try {
                    return StoredEntry.read(
                            Bytes.of(forge.entries.get((int) sequence)), "entry " + sequence);
                } catch (Refusal malformed) {
                    throw new AssertionError(malformed);
                }
            }

            @Override
            public List<Bytes> inclusion(long sequence) {
                return forge.tree().inclusion(sequence, last.size());
            }

            @Override
            public Bytes root(long size) {
                return forge.tree().root(size);
            }

            @Override
            public List<AnchorFile> anchors() {
                return List.of();
            }

            @Override
            public List<Bytes> consistency(long size) {
                return forge.tree().consistency(size, last.size());
            }

            @Override
            public List<Checkpoint> witnessed() {
                return witnessed;
            }

            @Override
            public List<Checkpoint> newestOfEachWitness(long over, int most) {
                return witnessed;
            }
        };
    }

    private void isJudged(Verdict verdict, String check, long first, long last) throws Exception {
        Path folder = home.resolve("package");
        new EvidenceMaker(
                        excerpt(),
                        new EvidenceRequest.Range(first, last),
                        EvidenceContent.NONE,
                        new EvidenceMaker.SiteFacts(
                                EvidenceMaker.SiteFacts.NO_WITNESSES,
                                Files.readString(forge.trust().resolve("record-root.pem"))),
                        EvidenceProgress.NONE)
                .write(PackageSink.folder(folder));
        var report =
                new PackageVerifier(
                                RecordTrust.read(forge.trust()),
                                CredentialVerifier.withoutLibrary("not in this test"),
                                TrustAnchors.none())
                        .verify(folder, EvidenceProgress.NONE);
        assertEquals(verdict, report.verdict(), report.checks().toString());
        assertEquals(check, report.checks().getLast().name(), report.checks().toString());
        if (!PythonVerifier.isPresent()) return;
        var said = PythonVerifier.run("package", folder, forge.trust());
        assertEquals(verdict.exitStatus(), said.status(), said.text());
        String line = "\n" + verdict.label() + ": " + check + ": ";
        assertTrue(verdict.holds() || said.text().contains(line), said.text());
    }

    @Test
    void entries_of_a_revoked_key_are_in_doubt() throws Exception {
        forge.replace().add(forge.revoked(2, 9)).add(new Event.SignedIn());
        isJudged(Verdict.INCOMPLETE, "disputed", 8, 10);
    }

    @Test
    void entries_before_the_revoked_ones_are_not() throws Exception {
        forge.replace().add(forge.revoked(2, 9)).add(new Event.SignedIn());
        isJudged(Verdict.VALID_UNWITNESSED, "witnesses", 2, 5);
    }

    @Test
    void two_checkpoints_of_one_size_are_two_histories() throws Exception {
        witnessed.add(forge.checkpoint(forge.next(), Forge.ZEROS));
        isJudged(Verdict.FORKED, "checkpoints", 2, 5);
    }

    @Test
    void a_checkpoint_that_the_checker_kept_shows_the_other_history() throws Exception {
        Path kept = Files.createDirectories(forge.trust().resolve("checkpoints"));
        Files.writeString(kept.resolve("mine"), forge.checkpoint(forge.next(), Forge.ZEROS).note());
        isJudged(Verdict.FORKED, "checkpoint", 2, 5);
    }

    @Test
    void an_entry_of_keys_is_in_doubt_as_any_other() throws Exception {
        forge.replace().add(forge.revoked(2, 7));
        isJudged(Verdict.INCOMPLETE, "disputed", 7, 7);
    }

    @Test
    void a_revocation_that_is_not_among_the_keys_is_not_passed_over() throws Exception {
        forge.replace().add(forge.revoked(2, 9)).add(new Event.SignedIn());
        leftOut.add(forge.next() - 2);
        isJudged(Verdict.INVALID, "entries", 8, forge.next() - 1);
    }

    @Test
    void an_entry_that_is_not_about_keys_does_not_belong_among_them() throws Exception {
        alsoKeys.add(2L);
        isJudged(Verdict.INVALID, "epochs", 2, 5);
    }

    @Test
    void an_entry_behind_the_close_of_its_epoch_is_found() throws Exception {
        forge.add(new Event.EpochClosed(2, "test")).add(new Event.SignedIn());
        isJudged(Verdict.INVALID, "epochs", 8, forge.next() - 1);
    }

    @Test
    void an_epoch_that_begins_without_a_close_is_found() throws Exception {
        forge.open(3);
        isJudged(Verdict.INVALID, "epochs", 8, forge.next() - 2);
    }

    @Test
    void a_second_genesis_is_found() throws Exception {
        forge.add(new Event.Genesis("site", forge.root.publicKey(), "again"));
        isJudged(Verdict.INVALID, "genesis", 2, 5);
    }

    @Test
    void an_entry_that_another_key_signed_is_found() throws Exception {
        var stranger = EpochKey.generate();
        forge.addPayload(forge.entry(new Event.SignedIn()).encode(), stranger);
        isJudged(Verdict.INVALID, "signature", 8, forge.next() - 1);
    }

    @Test
    void an_earlier_checkpoint_of_another_tree_is_found() throws Exception {
        witnessed.add(forge.checkpoint(forge.next() - 1, Forge.ZEROS));
        isJudged(Verdict.INVALID, "checkpoints", 2, 5);
    }
}
