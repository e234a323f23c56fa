package redoubt.provenance.evidence;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.provenance.record.AuditRecord;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.RecordSettings;

/// Prints what a long range costs to make and to check, and the most heap that was in use while it
/// was. Asserts nothing about time; run it with `-Dtest=EvidenceCost`.
@Tag("cost")
class EvidenceCost {
    private static final int ENTRIES = Integer.getInteger("redoubt.entries", 100_000);

    @TempDir Path home;
    private long heapMax;

    @Test
    void of_a_long_range() throws Exception {
        try (EvidenceSite site = new EvidenceSite(home.resolve("site"))) {
            for (int left = ENTRIES; left > 0; left -= 1_000) site.signIn(Math.min(left, 1_000));
            var request = new EvidenceRequest.Range(0, site.record.size() - 1);
            Path zip = home.resolve("range.zip");
            long from = System.nanoTime();
            try (var out = Files.newOutputStream(zip)) {
                site.maker(request).write(PackageSink.zip(out));
            }
            long made = System.nanoTime();
            PackageReport report = site.verify(zip, (done, of) -> look());
            long checked = System.nanoTime();
            System.out.printf(
                    "evidence, a range of %d entries: %.1f MiB, made at %.0f entries/s, checked at %.0f entries/s, %s; heap at most %d MiB while checking%n",
                    request.count(),
                    Files.size(zip) / 1048576.0,
                    request.count() / ((made - from) / 1e9),
                    request.count() / ((checked - made) / 1e9),
                    report.verdict().label(),
                    heapMax >> 20);
        }
    }

    /// Out of a record that is there already, such as the one that `redoubt bench record` keeps:
    /// `-Dredoubt.record=DIR` with its `record`, `keys` and `trust`. Nothing is written there.
    @Test
    void of_a_range_of_a_long_record() throws Exception {
        String given = System.getProperty("redoubt.record", "");
        assumeTrue(!given.isEmpty(), "skipped: -Dredoubt.record names no record");
        for (String folder : List.of("record", "keys", "trust"))
            copy(Path.of(given, folder), home.resolve(folder));
        var settings =
                new RecordSettings(
                        home.resolve("record"),
                        home.resolve("keys"),
                        home.resolve("trust"),
                        "Cost",
                        "test",
                        Bytes.of(new byte[32]),
                        InstantSource.system());
        try (AuditRecord record = AuditRecord.open(settings)) {
            long last = record.checkpoint().size() / 2;
            var request = new EvidenceRequest.Range(Math.max(0, last - ENTRIES) + 1, last);
            Path zip = Path.of(System.getProperty("redoubt.zip", home + "/range.zip"));
            long from = System.nanoTime();
            try (var out = Files.newOutputStream(zip)) {
                new EvidenceMaker(
                                record.excerpt(),
                                request,
                                EvidenceContent.NONE,
                                new EvidenceMaker.SiteFacts(
                                        EvidenceMaker.SiteFacts.NO_WITNESSES,
                                        Files.readString(home.resolve("trust/record-root.pem"))),
                                EvidenceProgress.NONE)
                        .write(PackageSink.zip(out));
            }
            long made = System.nanoTime();
            System.out.printf(
                    "evidence, %d entries of a record of %d: %.1f MiB, made in %.1f s%n",
                    request.count(),
                    record.size(),
                    Files.size(zip) / 1048576.0,
                    (made - from) / 1e9);
        }
    }

    /// Full segments are never written again, so a link does.
    private static void copy(Path from, Path to) throws Exception {
        List<Path> files;
        try (var walked = Files.walk(from)) {
            files = walked.sorted().toList();
        }
        Optional<Path> lastSegment =
                files.stream()
                        .filter(file -> file.toString().endsWith(".seg"))
                        .max(Path::compareTo);
        for (Path file : files) {
            Path copy = to.resolve(from.relativize(file).toString());
            if (Files.isDirectory(file)) Files.createDirectories(copy);
            else if (file.toString().endsWith(".seg") && !lastSegment.equals(Optional.of(file)))
                Files.createLink(copy, file);
            else Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    private void look() {
        Runtime runtime = Runtime.getRuntime();
        heapMax = Math.max(heapMax, runtime.totalMemory() - runtime.freeMemory());
    }
}
