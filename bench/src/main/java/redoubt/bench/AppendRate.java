package redoubt.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import redoubt.provenance.record.AuditRecord;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.Pending;
import redoubt.provenance.record.RecordAppender;

/// `append_vs_bound_N`: entries a second that N writers get appended and durable, each waiting for
/// its entry before the next one, divided by the lower of two rates of the same round:
///
/// - signing: the JDK's ML-DSA-65 over 700 bytes, one thread, alone. An entry names the hash of the
///   signature before it, so no record can be faster;
/// - syncing: N frames of 3,900 bytes appended to a file and one `fdatasync`, again and again, by
///   one thread. N writers that wait have at most N entries in a sync.
///
/// Neither bound has the other's time in it: an entry of a writer who waits is signed, and then it
/// is synced. `append_vs_both_N` is beside the rate that has both: N entries in the time of one
/// signature and one sync, or the rate of signing, whichever is lower. `append_flow_vs_bound` is
/// one writer who has up to 64 entries under way, as somebody has who does not need to know at once
/// that an entry is durable, beside the lower of signing and of syncing 64 at a time.
final class AppendRate implements RecordSection {
    private static final int[] WRITERS = {1, 8, 64};
    private static final int FLOW = 64;
    private static final int PAYLOAD_BYTES = 700;
    private static final int FRAME_BYTES = 3_900;
    private static final Event EVENT =
            new Event.Exported(
                    "an entry of the usual length", "bench", RecordFixture.sha256("bench"));
    private static final long SAMPLE_NS = TimeUnit.MILLISECONDS.toNanos(1_500);
    private static final long WARM_NS = TimeUnit.SECONDS.toNanos(4);

    @Override
    public String name() {
        return "append";
    }

    @Override
    public Map<String, Figure> measure(Ground ground) throws IOException, InterruptedException {
        var samples = new Samples();
        try (AuditRecord record = RecordFixture.open(ground.work())) {
            KeyPair key = KeyPairGenerator.getInstance("ML-DSA-65").generateKeyPair();
            appended(record, 8, 1, WARM_NS);
            signed(key, WARM_NS / 2);
            for (int round = 0; round < ground.rounds(); round++) {
                ground.progress()
                        .accept("append, round %d of %d".formatted(round + 1, ground.rounds()));
                for (int writers : WRITERS) {
                    double signing = signed(key, SAMPLE_NS / 2);
                    double syncing = synced(ground.work(), writers, SAMPLE_NS / 2);
                    double rate = appended(record, writers, 1, SAMPLE_NS);
                    signing = (signing + signed(key, SAMPLE_NS / 2)) / 2;
                    syncing = (syncing + synced(ground.work(), writers, SAMPLE_NS / 2)) / 2;
                    double both = Math.min(signing, writers / (1 / signing + writers / syncing));
                    samples.add("entries_per_s_" + writers, rate);
                    samples.add("signing_per_s", signing);
                    samples.add("syncing_per_s_" + writers, syncing);
                    samples.add("append_vs_bound_" + writers, rate / Math.min(signing, syncing));
                    samples.add("append_vs_both_" + writers, rate / both);
                    if (writers == FLOW) {
                        double flow = appended(record, 1, FLOW, SAMPLE_NS);
                        samples.add("flow_per_s", flow);
                        samples.add("append_flow_vs_bound", flow / Math.min(signing, syncing));
                    }
                }
            }
        } catch (GeneralSecurityException e) {
            throw new AssertionError("JDK 25 has ML-DSA-65", e);
        }
        return figures(samples);
    }

    private static Map<String, Figure> figures(Samples samples) {
        Map<String, Figure> figures = new LinkedHashMap<>();
        double signing = samples.figure("signing_per_s", "/s", "").median();
        for (int writers : WRITERS) {
            double syncing = samples.figure("syncing_per_s_" + writers, "/s", "").median();
            double rate = samples.figure("entries_per_s_" + writers, "/s", "").median();
            String rates =
                    String.format(
                            Locale.ROOT,
                            "%.0f entries/s; signing %.0f/s, %d entries a sync %.0f/s",
                            rate,
                            signing,
                            writers,
                            syncing);
            figures.put(
                    "append_vs_bound_" + writers,
                    samples.figure(
                            "append_vs_bound_" + writers,
                            "ratio",
                            "the lower of signing and syncing: " + rates));
            figures.put(
                    "append_vs_both_" + writers,
                    samples.figure(
                            "append_vs_both_" + writers,
                            "ratio",
                            "a signature and then a sync: " + rates));
        }
        figures.put(
                "append_flow_vs_bound",
                samples.figure(
                        "append_flow_vs_bound",
                        "ratio",
                        String.format(
                                Locale.ROOT,
                                "the lower of signing and syncing: one writer, %d under way, %.0f entries/s; signing %.0f/s",
                                FLOW,
                                samples.figure("flow_per_s", "/s", "").median(),
                                signing)));
        return figures;
    }

    /// Entries a second that so many writers got durable.
    static double appended(RecordAppender record, int writers, int underWay, long forNs)
            throws IOException, InterruptedException {
        var over = new AtomicBoolean();
        var durable = new LongAdder();
        var begun = new CountDownLatch(1);
        long[] counted = new long[2];
        try (var threads = Executors.newFixedThreadPool(writers)) {
            var all =
                    java.util.stream.IntStream.range(0, writers)
                            .mapToObj(writer ->
                                    threads.submit(() -> {
                                        try {
                                            write(record, writer, underWay, over, durable, begun);
                                        } finally {
                                            begun.countDown();
                                        }
                                        return writer;
                                    }))
                            .toList();
            begun.await();
            long from = System.nanoTime();
            counted[0] = durable.sum();
            TimeUnit.NANOSECONDS.sleep(forNs);
            counted[1] = durable.sum();
            long took = System.nanoTime() - from;
            over.set(true);
            for (var writer : all) {
                try {
                    writer.get();
                } catch (java.util.concurrent.ExecutionException failed) {
                    throw new IOException("a writer ended: " + failed.getCause(), failed);
                }
            }
            return (counted[1] - counted[0]) / (took / 1e9);
        }
    }

    private static void write(
            RecordAppender record,
            int writer,
            int underWay,
            AtomicBoolean over,
            LongAdder durable,
            CountDownLatch begun)
            throws IOException {
        var actor = RecordFixture.actor(writer);
        while (underWay == 1 && !over.get()) {
            record.commit(EVENT, actor, OptionalLong.empty());
            durable.increment();
            begun.countDown();
        }
        var waiting = new ArrayDeque<Pending>();
        while (!over.get()) {
            waiting.add(record.append(EVENT, actor, OptionalLong.empty()));
            if (waiting.size() == underWay) {
                waiting.remove().awaitDurable();
                durable.increment();
                begun.countDown();
            }
        }
        while (!waiting.isEmpty()) {
            waiting.remove().awaitDurable();
        }
    }

    private static double signed(KeyPair key, long forNs) throws GeneralSecurityException {
        byte[] payload = new byte[PAYLOAD_BYTES];
        new Random(1).nextBytes(payload);
        long from = System.nanoTime();
        long now = from;
        int times = 0;
        while (now - from < forNs) {
            var signature = Signature.getInstance("ML-DSA-65");
            signature.initSign(key.getPrivate());
            payload[0]++;
            signature.update(payload);
            signature.sign();
            times++;
            now = System.nanoTime();
        }
        return times / ((now - from) / 1e9);
    }

    private static double synced(Path folder, int frames, long forNs) throws IOException {
        byte[] frame = new byte[FRAME_BYTES];
        new Random(2).nextBytes(frame);
        try (var file =
                FileChannel.open(
                        folder.resolve("frames"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            file.force(true);
            long from = System.nanoTime();
            long now = from;
            long written = 0;
            while (now - from < forNs) {
                for (int i = 0; i < frames; i++) {
                    var bytes = ByteBuffer.wrap(frame);
                    while (bytes.hasRemaining()) {
                        file.write(bytes);
                    }
                }
                file.force(false);
                written += frames;
                now = System.nanoTime();
            }
            return written / ((now - from) / 1e9);
        }
    }
}
