package redoubt.provenance.evidence;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    private void look() {
        Runtime runtime = Runtime.getRuntime();
        heapMax = Math.max(heapMax, runtime.totalMemory() - runtime.freeMemory());
    }
}
