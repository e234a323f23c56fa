package redoubt.appliance.answers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import redoubt.appliance.Version;
import redoubt.appliance.conversations.ContentStore;
import redoubt.appliance.conversations.Item;
import redoubt.appliance.conversations.Items;
import redoubt.appliance.identity.Database;
import redoubt.appliance.record.SiteRecord;
import redoubt.appliance.site.Durable;
import redoubt.appliance.site.Secrets;
import redoubt.appliance.site.SiteException;
import redoubt.provenance.credentials.AnswerText;
import redoubt.provenance.credentials.CredentialException;
import redoubt.provenance.credentials.CredentialIssuer;
import redoubt.provenance.credentials.ModelFacts;
import redoubt.provenance.credentials.SiteAuthority;
import redoubt.provenance.credentials.Stamped;
import redoubt.provenance.inference.AnswerFacts;
import redoubt.provenance.inference.Inference;
import redoubt.provenance.inference.IntentFacts;
import redoubt.provenance.inference.StoredOutput;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.AuditRecord;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.RecordSettings;

/// A warm-up after the start: it records, stamps, seals and stores made-up answers in a folder of
/// its own, with keys of its own, and removes it again. Nothing of it touches the site's record or
/// keys. Without it the first hundred answers wait for this machinery two to three times as long,
/// until Java has compiled it (docs/performance.md).
///
/// Owns one daemon thread; it stands back while an answer is under way, and ends early when the
/// appliance stops. What goes wrong in it harms nothing and is told as progress.
public final class WarmUp implements AutoCloseable {
    /// Where it happens, under the home's `run/`; gone when it is over.
    public static final String FOLDER = "warm-up";

    private static final int ROUNDS = 150;
    private static final int STAND_BACK_MS = 20;

    private final Path folder;
    private final Path nativeDir;
    private final BooleanSupplier busy;
    private final InstantSource clock;
    private final Thread thread;
    private volatile boolean over;

    private WarmUp(
            Path run,
            Path nativeDir,
            BooleanSupplier busy,
            InstantSource clock,
            Consumer<String> progress) {
        this.folder = run.resolve(FOLDER);
        this.nativeDir = nativeDir;
        this.busy = busy;
        this.clock = clock;
        this.thread =
                Thread.ofPlatform()
                        .name("warm-up")
                        .daemon()
                        .unstarted(() -> {
                            try {
                                try {
                                    warm();
                                } finally {
                                    remove();
                                }
                            } catch (IOException
                                    | CredentialException
                                    | SiteException
                                    | RuntimeException failed) {
                                progress.accept(
                                        "The warm-up ended early (%s), so the first answers take some milliseconds longer. Nothing else depends on it."
                                                .formatted(failed.getMessage()));
                            } catch (InterruptedException stopping) {
                                Thread.currentThread().interrupt();
                            }
                        });
    }

    /// Begins in the background.
    ///
    /// @param busy whether an answer is under way, which comes first
    public static WarmUp begin(
            Path run,
            Path nativeDir,
            BooleanSupplier busy,
            InstantSource clock,
            Consumer<String> progress)
            throws IOException {
        var warmUp = new WarmUp(run, nativeDir, busy, clock, progress);
        // What a killed appliance left; and from here on the folder says that it is not over.
        warmUp.remove();
        Files.createDirectories(warmUp.folder);
        warmUp.thread.start();
        return warmUp;
    }

    private void warm()
            throws IOException, CredentialException, SiteException, InterruptedException {
        for (String name : List.of("keys", "content")) Durable.folder(folder.resolve(name));
        Path keys = folder.resolve("keys");
        Path trust = folder.resolve("trust");
        var settings =
                new RecordSettings(
                        folder.resolve("record"),
                        keys,
                        trust,
                        "warm-up",
                        Version.SOFTWARE,
                        Bytes.of(new byte[32]),
                        clock);
        try (var record = AuditRecord.open(settings);
                var database = Database.open(folder.resolve("db"));
                var issuer =
                        CredentialIssuer.open(
                                nativeDir,
                                SiteAuthority.openOrCreate(keys, trust, "warm-up", clock),
                                Version.NUMBER)) {
            var items = new Items(ContentStore.open(folder.resolve("content"), keys), database);
            var inference = new Inference(record, issuer);
            for (int round = 0; round < ROUNDS && !over; round++) {
                while (busy.getAsBoolean() && !over) TimeUnit.MILLISECONDS.sleep(STAND_BACK_MS);
                answer(inference, items, "An answer to nobody, number %d.".formatted(round));
            }
        }
    }

    private void answer(Inference inference, Items items, String said)
            throws IOException, CredentialException {
        String id = Secrets.id();
        Bytes commitment =
                SiteRecord.commitment(
                        Secrets.bytes(32),
                        Sealing.OUTPUT_DOMAIN,
                        said.getBytes(StandardCharsets.UTF_8));
        Instant now = clock.instant();
        var facts = new AnswerFacts(AnswerText.of(said), commitment, 16, 16, "stop", now);
        inference
                .begin(
                        new IntentFacts(
                                id,
                                "warm-up",
                                Actor.SYSTEM,
                                new ModelFacts("warm-up", "00".repeat(32), "none"),
                                0,
                                Map.of("temperature", "0", "max_tokens", "16"),
                                commitment))
                .complete(
                        facts,
                        (detached, output) -> items.write(item(id, facts, detached, output)));
    }

    private static Item item(String id, AnswerFacts facts, Stamped detached, StoredOutput output) {
        var entry = output.entry();
        return new Item.Answer(
                id,
                "warm-up",
                Items.micros(facts.finishedAt()),
                null,
                id,
                facts.text().text(),
                new byte[32],
                new Item.ModelNamed("warm-up", output.model().sha256(), "none"),
                facts.finishReason(),
                Math.toIntExact(facts.promptTokens()),
                Math.toIntExact(facts.completionTokens()),
                new Item.Entry(
                        id,
                        entry.logId(),
                        output.intent(),
                        entry.sequence(),
                        entry.leafHash(),
                        entry.previousHash(),
                        entry.algorithm(),
                        entry.contentSha256(),
                        output.actor().pseudonym(),
                        output.actor().method(),
                        output.actor().session(),
                        output.actor().roles()),
                detached.urn(),
                detached.manifest());
    }

    private void remove() throws IOException {
        if (!Files.exists(folder)) return;
        List<Path> all;
        try (var files = Files.walk(folder)) {
            all = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : all) Files.delete(file);
    }

    /// Ends it after the answer that it is at.
    @Override
    public void close() {
        over = true;
        try {
            thread.join();
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }
}
