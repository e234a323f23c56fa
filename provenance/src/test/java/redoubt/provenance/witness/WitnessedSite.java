package redoubt.provenance.witness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.LongStream;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.AuditRecord;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Checkpoint;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.KeyProof;
import redoubt.provenance.record.RecordSettings;

/// A site with a real record on disk, for tests: writes what a witness is given, can be copied to
/// go another way.
final class WitnessedSite implements AutoCloseable {
    private final Path home;
    final AuditRecord record;

    WitnessedSite(Path home) throws Exception {
        this.home = home;
        this.record =
                AuditRecord.open(
                        RecordSettings.in(
                                home,
                                "Test Site",
                                "test",
                                Bytes.of(new byte[32]),
                                InstantSource.fixed(Instant.parse("2026-11-22T10:00:00Z"))));
    }

    Path trust() {
        return home.resolve("trust");
    }

    void work(int entries) throws Exception {
        for (int i = 0; i < entries; i++) record.appendDurably(new Event.SignedIn(), Actor.SYSTEM);
    }

    /// Writes a medium with consistency proofs from these sizes.
    Checkpoint out(Path medium, long... from) throws Exception {
        Files.createDirectories(medium);
        byte[] keys = record.proof();
        Checkpoint checkpoint = KeyProof.read(keys).checkpoint();
        List<Growth> growths =
                LongStream.of(from)
                        .mapToObj(size ->
                                new Growth(size, record.consistency(size, checkpoint.size())))
                        .toList();
        VisitFiles.give(new Medium(medium), keys, growths);
        return checkpoint;
    }

    /// The site as it is on disk, in another folder: where a thief, or the site itself, could let
    /// it go another way.
    static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) Files.createDirectories(target);
                else Files.copy(file, target);
            }
        }
    }

    @Override
    public void close() throws IOException {
        record.close();
    }
}
