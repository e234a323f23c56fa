package redoubt.provenance.record;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Prints what the record costs an answer: INTENT waited for, OUTPUT and SEAL waited for once.
/// Asserts nothing about time; run it with `-Dtest=AppendCost`.
@Tag("cost")
class AppendCost {
    private static final int ANSWERS = 200;

    @TempDir Path home;

    @Test
    void of_the_entries_of_one_answer() throws Exception {
        double[] ms = new double[ANSWERS];
        var settings = RecordSettings.in(home, "site", "cost", Forge.ZEROS, InstantSource.system());
        try (var record = AuditRecord.open(settings)) {
            for (int i = -50; i < ANSWERS; i++) {
                long from = System.nanoTime();
                var intent = record.appendDurably(Forge.intent("r" + i), Actor.SYSTEM);
                var output =
                        record.append(
                                Forge.output("r" + i),
                                Actor.SYSTEM,
                                OptionalLong.of(intent.sequence()));
                record.append(
                                Forge.seal("r" + i),
                                Actor.SYSTEM,
                                OptionalLong.of(output.appended().sequence()))
                        .awaitCheckpoint();
                if (i >= 0) ms[i] = (System.nanoTime() - from) / 1e6;
            }
        }
        Arrays.sort(ms);
        System.out.printf(
                "record, one answer (3 entries, 2 syncs): median %.2f ms, p99 %.2f ms%n",
                ms[ANSWERS / 2], ms[ANSWERS * 99 / 100]);
    }
}
