package redoubt.provenance.record;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// A home with a record, its root, and a medium, as the tests of visits need them.
final class RootHome {
    static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-22T10:00:00Z"));

    final Path home;
    final Path medium;

    RootHome(Path home) throws IOException {
        this.home = home;
        this.medium = Files.createDirectories(home.resolve("medium"));
    }

    RecordSettings settings() {
        return RecordCrashTest.settings(home);
    }

    Path keys() {
        return home.resolve("keys");
    }

    Path trust() {
        return home.resolve("trust");
    }

    AuditRecord open() throws RecordException {
        return AuditRecord.open(settings());
    }

    /// Starts and stops in order.
    RootHome run() throws Exception {
        open().close();
        return this;
    }

    /// Leaves an inference open and no word of a stop, as a crash does.
    RootHome crash() throws Exception {
        var record = (OpenRecord) open();
        record.append(Forge.intent("open"), Actor.SYSTEM, OptionalLong.empty()).awaitCheckpoint();
        record.release();
        return this;
    }

    RecordRoot root() throws Exception {
        return RootOnHost.read(keys(), RecordTrust.read(trust()).rootPublicKey());
    }

    RootSigner signer() throws Exception {
        return RootSigner.of(root(), home.resolve(RootHistory.FILE), CLOCK);
    }

    RootAnswer sign(byte[] request) throws Exception {
        var signer = signer();
        return signer.sign(RootReview.of(request, signer.publicKey()), false);
    }

    /// The same home at another place.
    RootHome copyTo(Path target) throws IOException {
        copy(home, target);
        return new RootHome(target);
    }

    static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (var file : files.toList()) {
                var target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) Files.createDirectories(target);
                else Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (UncheckedIOException failed) {
            throw failed.getCause();
        }
    }

    List<byte[]> entries() throws Exception {
        var entries = new ArrayList<byte[]>();
        for (Path segment : SegmentFile.in(home.resolve("record"))) {
            try (var reader = SegmentReader.open(segment, entries.size())) {
                while (reader.next() instanceof SegmentReader.Frame.Whole whole)
                    entries.add(whole.cose().toArray());
            }
        }
        return entries;
    }

    List<Event> events() throws Exception {
        var events = new ArrayList<Event>();
        for (var cose : entries())
            events.add(SignedEntry.read(Bytes.of(cose), "entry").entry().event());
        return events;
    }

    /// Cuts the record's only segment behind so many entries.
    void keep(int entries) throws Exception {
        long end = SegmentFile.HEAD_BYTES;
        for (var cose : entries().subList(0, entries))
            end += cose.length + SegmentFile.FRAME_EXTRA_BYTES;
        try (var channel =
                java.nio.channels.FileChannel.open(
                        SegmentFile.name(home.resolve("record"), 0),
                        java.nio.file.StandardOpenOption.WRITE)) {
            channel.truncate(end);
        }
    }
}
