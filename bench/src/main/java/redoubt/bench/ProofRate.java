package redoubt.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import redoubt.provenance.record.AuditRecord;
import redoubt.provenance.record.ProofVerifier;
import redoubt.provenance.record.RecordTrust;

/// `proof_ms_1m`: how long the open record takes to make the proof of one entry, drawn by a seed
/// from the large record: its COSE bytes read from the segments, its path to the root, the entries
/// that lead to its key, the checkpoint. `proof_kib_1m` is the size of that file, and
/// `proof_check_ms_1m` how long a stranger's check of it takes with the record root that he brings.
/// Each is the median of a round, a sample for each round.
final class ProofRate implements RecordSection {
    private static final int PROOFS = 300;
    private static final long SEED = 20261122;

    @Override
    public String name() {
        return "proof";
    }

    @Override
    public Map<String, Figure> measure(Ground ground)
            throws IOException, InterruptedException, BenchException {
        var samples = new Samples();
        Path home = ground.fixture().copy(ground.work().resolve("copy"));
        ground.progress().accept("proof, opening the record");
        long size;
        try (AuditRecord record = RecordFixture.open(home)) {
            size = record.size();
            var check = new ProofVerifier(RecordTrust.read(home.resolve("trust")));
            var random = new Random(SEED);
            round(record, check, random, new Samples());
            for (int round = 0; round < ground.rounds(); round++) {
                ground.progress()
                        .accept("proof, round %d of %d".formatted(round + 1, ground.rounds()));
                round(record, check, random, samples);
            }
        }
        return figures(samples, size);
    }

    private static void round(
            AuditRecord record, ProofVerifier check, Random random, Samples samples)
            throws IOException, BenchException {
        var made = new Samples();
        for (int i = 0; i < PROOFS; i++) {
            long sequence = random.nextLong(record.checkpoint().size());
            long begun = System.nanoTime();
            byte[] proof = record.proof(sequence);
            long between = System.nanoTime();
            var report = check.verify(proof);
            long ended = System.nanoTime();
            if (!report.verdict().holds()) {
                throw new BenchException(
                        "The proof of entry %d does not hold: %s"
                                .formatted(sequence, report.checks().getLast()));
            }
            made.add("make", (between - begun) / 1e6);
            made.add("check", (ended - between) / 1e6);
            made.add("size", proof.length / 1024.0);
        }
        samples.add("proof_ms_1m", made.figure("make", "ms", "").median());
        samples.add("proof_check_ms_1m", made.figure("check", "ms", "").median());
        samples.add("proof_kib_1m", made.figure("size", "KiB", "").median());
    }

    private static Map<String, Figure> figures(Samples samples, long size) {
        Map<String, Figure> figures = new LinkedHashMap<>();
        String of =
                String.format(
                        Locale.ROOT,
                        "nothing: medians of %d proofs a round, of %,d entries",
                        PROOFS,
                        size);
        figures.put("proof_ms_1m", samples.figure("proof_ms_1m", "ms", of));
        figures.put("proof_check_ms_1m", samples.figure("proof_check_ms_1m", "ms", of));
        figures.put("proof_kib_1m", samples.figure("proof_kib_1m", "KiB", of));
        return figures;
    }
}
