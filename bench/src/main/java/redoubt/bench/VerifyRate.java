package redoubt.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import redoubt.provenance.record.RecordReport;
import redoubt.provenance.record.RecordTrust;
import redoubt.provenance.record.RecordVerifier;

/// `verify_vs_bound`: entries a second of a whole record that is verified as an auditor does it,
/// divided by how many signatures a second all cores verify that do nothing else: the JDK's
/// ML-DSA-65 over 700 bytes, one thread a core, each with one `Signature` that it keeps. Every
/// entry has one signature, so no verifier of this JDK can be faster. The record is written for the
/// purpose and lies in the page cache.
final class VerifyRate implements RecordSection {
    private static final long ENTRIES = 30_000;
    private static final int PAYLOAD_BYTES = 700;
    private static final int MESSAGES = 64;
    private static final long SAMPLE_NS = TimeUnit.MILLISECONDS.toNanos(1_500);
    private static final long WARM_NS = TimeUnit.SECONDS.toNanos(4);

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Signed(byte[] message, byte[] signature) {}

    @Override
    public String name() {
        return "verify";
    }

    @Override
    public Map<String, Figure> measure(Ground ground)
            throws IOException, InterruptedException, BenchException {
        var samples = new Samples();
        Path home = new RecordFixture(ground.work(), ENTRIES, ground.progress()).home();
        try {
            KeyPair key = KeyPairGenerator.getInstance("ML-DSA-65").generateKeyPair();
            List<Signed> signed = signed(key);
            verified(home);
            raw(key, signed, WARM_NS);
            for (int round = 0; round < ground.rounds(); round++) {
                ground.progress()
                        .accept("verify, round %d of %d".formatted(round + 1, ground.rounds()));
                double bound = raw(key, signed, SAMPLE_NS);
                double rate = verified(home);
                bound = (bound + raw(key, signed, SAMPLE_NS)) / 2;
                samples.add("verify_entries_per_s", rate);
                samples.add("verify_raw_per_s", bound);
                samples.add("verify_vs_bound", rate / bound);
            }
        } catch (GeneralSecurityException e) {
            throw new AssertionError("JDK 25 has ML-DSA-65", e);
        }
        int cores = Runtime.getRuntime().availableProcessors();
        String bound = "ML-DSA-65 verification alone, %d threads".formatted(cores);
        Map<String, Figure> figures = new LinkedHashMap<>();
        figures.put("verify_vs_bound", samples.figure("verify_vs_bound", "ratio", bound));
        figures.put(
                "verify_entries_per_s",
                samples.figure(
                        "verify_entries_per_s",
                        "/s",
                        "a record of %,d entries".formatted(ENTRIES)));
        figures.put("verify_raw_per_s", samples.figure("verify_raw_per_s", "/s", bound));
        return figures;
    }

    private static List<Signed> signed(KeyPair key) throws GeneralSecurityException {
        var random = new Random(5);
        List<Signed> all = new ArrayList<>();
        Signature signer = Signature.getInstance("ML-DSA-65");
        signer.initSign(key.getPrivate());
        for (int i = 0; i < MESSAGES; i++) {
            byte[] message = new byte[PAYLOAD_BYTES];
            random.nextBytes(message);
            signer.update(message);
            all.add(new Signed(message, signer.sign()));
        }
        return all;
    }

    /// Signatures a second, all cores.
    private static double raw(KeyPair key, List<Signed> signed, long ns)
            throws InterruptedException {
        int threads = Runtime.getRuntime().availableProcessors();
        long begun = System.nanoTime();
        try (var workers = Executors.newFixedThreadPool(threads)) {
            List<Future<Long>> counts = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                counts.add(workers.submit(() -> verifying(key, signed, begun + ns)));
            }
            long all = 0;
            for (Future<Long> count : counts) {
                all += count.get();
            }
            return all * 1e9 / (System.nanoTime() - begun);
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        }
    }

    private static long verifying(KeyPair key, List<Signed> signed, long until)
            throws GeneralSecurityException {
        Signature verifier = Signature.getInstance("ML-DSA-65");
        verifier.initVerify(key.getPublic());
        long count = 0;
        while (System.nanoTime() - until < 0) {
            Signed one = signed.get((int) (count % MESSAGES));
            verifier.update(one.message());
            if (!verifier.verify(one.signature())) {
                throw new AssertionError("a good signature was refused");
            }
            count++;
        }
        return count;
    }

    /// Entries a second of the whole record.
    private static double verified(Path home) throws IOException, BenchException {
        var trust = RecordTrust.read(home.resolve("trust"));
        long begun = System.nanoTime();
        RecordReport report =
                new RecordVerifier(trust, List.of()).verify(home.resolve("record"), size -> {});
        double seconds = (System.nanoTime() - begun) / 1e9;
        if (!report.verdict().holds()) {
            throw new BenchException("The record does not verify: " + report.checks().getLast());
        }
        return report.size() / seconds;
    }
}
