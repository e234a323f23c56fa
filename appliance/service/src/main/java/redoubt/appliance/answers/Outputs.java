package redoubt.appliance.answers;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import redoubt.appliance.conversations.Item;
import redoubt.appliance.conversations.Items;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.identity.Permission;
import redoubt.appliance.identity.Principal;
import redoubt.appliance.record.SiteRecord;
import redoubt.appliance.site.Secrets;
import redoubt.index.RecordIndex;
import redoubt.provenance.credentials.AnswerText;
import redoubt.provenance.credentials.AuditEntryClaim;
import redoubt.provenance.credentials.CredentialException;
import redoubt.provenance.credentials.CredentialVerdict;
import redoubt.provenance.credentials.CredentialVerifier;
import redoubt.provenance.credentials.Form;
import redoubt.provenance.credentials.ModelFacts;
import redoubt.provenance.credentials.TrustAnchors;
import redoubt.provenance.inference.Inference;
import redoubt.provenance.inference.StoredOutput;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordException;

/// Answers that were given, for whoever may take them away: files with their credentials, proofs,
/// and what the credential says. Every file that leaves is EXPORTED in the record. Native code runs
/// on a platform thread of its own.
public final class Outputs implements AutoCloseable {
    private final Items items;
    private final SiteRecord record;
    private final Inference inference;
    private final CredentialVerifier verifier;
    private final Path trust;
    // One form of one answer is made by one at a time.
    private final List<Object> making = Stream.generate(Object::new).limit(16).toList();
    private final ExecutorService threads =
            Executors.newFixedThreadPool(
                    2, Thread.ofPlatform().daemon().name("credentials-", 1).factory());

    /// A file to be saved; handed on, never compared.
    @SuppressWarnings("ArrayRecordComponent")
    public record Download(String mediaType, String fileName, byte[] bytes) {}

    public Outputs(
            Items items,
            SiteRecord record,
            Inference inference,
            CredentialVerifier verifier,
            Path trust) {
        this.items = items;
        this.record = record;
        this.inference = inference;
        this.verifier = verifier;
        this.trust = trust;
    }

    /// The answer, if this caller may see it; one of somebody else looks like none.
    public Item.Answer find(String id, Principal principal) throws IOException {
        return items.answer(id)
                .filter(answer ->
                        answer.owner().equals(principal.id())
                                || principal.may(Permission.READ_ANY_OUTPUT))
                .orElseThrow(Outputs::unseen);
    }

    /// Whether it was computed by itself, as a replay would be. False where the question was
    /// erased.
    public boolean replayable(Item.Answer answer) throws IOException {
        return items.read(answer.question())
                .filter(kept -> kept instanceof Item.Question question && question.replayable())
                .isPresent();
    }

    private static RefusedException unseen() {
        return RefusedException.notFound(
                "output_not_found",
                "There is no answer with this identifier that you may see. It may have been erased.");
    }

    /// The sequences of the SEAL entries of an answer; it has one, or it was never acknowledged.
    public List<Long> seals(Item.Answer answer) {
        List<Long> seals = record.reader().sealsOf(answer.entry().output());
        if (seals.isEmpty())
            throw RefusedException.notFound(
                    "not_sealed", "This answer is not sealed, so it has no credential.");
        return seals;
    }

    /// What a check of the stored credential says now.
    public CredentialVerdict verdict(Item.Answer answer) throws InterruptedException {
        return onPlatformThread(() -> {
            TrustAnchors anchors;
            try {
                anchors = TrustAnchors.read(trust.resolve("credentials-root.pem"));
            } catch (CredentialException unreadable) {
                return new CredentialVerdict.Unchecked(String.valueOf(unreadable.getMessage()));
            }
            byte[] text = answer.text().getBytes(StandardCharsets.UTF_8);
            return verifier.verify(Form.DETACHED, text, answer.manifest(), anchors);
        });
    }

    /// The answer in one of its forms: txt, md, detached or proof.
    public Download download(Item.Answer answer, String form, Principal principal)
            throws IOException, InterruptedException {
        seals(answer);
        String name = "answer-" + answer.id().substring(0, 8);
        Download download =
                switch (form) {
                    case "txt" ->
                            new Download(
                                    "text/plain; charset=utf-8",
                                    name + ".txt",
                                    further(answer, Form.TEXT));
                    case "md" ->
                            new Download(
                                    "text/markdown; charset=utf-8",
                                    name + ".md",
                                    further(answer, Form.MARKDOWN));
                    case "detached" ->
                            new Download("application/zip", name + ".zip", detached(answer));
                    case "proof" ->
                            new Download("application/cbor", name + ".proof", proof(answer));
                    case "c2pa" ->
                            new Download("application/c2pa", name + ".c2pa", answer.manifest());
                    default ->
                            throw RefusedException.notFound(
                                    "unknown_form",
                                    "There are the forms txt, md, detached and proof.");
                };
        record.note(
                new Event.Exported(
                        "output " + answer.id(), form, Bytes.of(Secrets.sha256(download.bytes()))),
                principal,
                OptionalLong.of(answer.entry().output()));
        return download;
    }

    private byte[] proof(Item.Answer answer) throws RecordException {
        List<Long> sequences = new ArrayList<>();
        sequences.add(answer.entry().intent());
        sequences.add(answer.entry().output());
        sequences.addAll(seals(answer));
        return record.prover().proof(sequences.stream().mapToLong(Long::longValue).toArray());
    }

    /// Made and sealed once; whoever asks again gets the same file. It is kept after its SEAL is
    /// durable, so what is kept is sealed.
    private byte[] further(Item.Answer answer, Form form) throws InterruptedException {
        String name = form.name().toLowerCase(Locale.ROOT);
        return onPlatformThread(() -> {
            synchronized (making.get(Math.floorMod(answer.id().hashCode(), making.size()))) {
                var kept = items.form(answer.id(), name);
                if (kept.isPresent()) return kept.get();
                byte[] made =
                        inference
                                .forms(stored(answer), AnswerText.of(answer.text()))
                                .further(form)
                                .stamped()
                                .bytes();
                if (!items.keepForm(answer.id(), name, made)) throw unseen();
                return made;
            }
        });
    }

    private static StoredOutput stored(Item.Answer answer) {
        Item.Entry entry = answer.entry();
        return new StoredOutput(
                entry.intent(),
                new AuditEntryClaim(
                        entry.logId(),
                        entry.output(),
                        entry.leafHash(),
                        entry.previousHash(),
                        entry.algorithm(),
                        entry.contentSha256(),
                        entry.requestId()),
                new ModelFacts(
                        answer.model().name(),
                        answer.model().sha256(),
                        answer.model().architecture()),
                Items.instant(answer.createdAt()),
                new Actor(entry.actor(), entry.method(), entry.session(), entry.roles()));
    }

    private static byte[] detached(Item.Answer answer) throws IOException {
        TreeMap<String, byte[]> files = new TreeMap<>();
        files.put("answer.txt", answer.text().getBytes(StandardCharsets.UTF_8));
        files.put("answer.c2pa", answer.manifest());
        return zip(files);
    }

    /// Packages of the record's entries, with what belongs to them.
    ///
    /// @param damaged told the identifier of content that cannot be read; packages lack it
    public Evidence evidence(
            Replays.Predecessors predecessors, RecordIndex index, Consumer<String> damaged) {
        return new Evidence(items, record, trust, predecessors, index, damaged);
    }

    /// The public folder that an auditor is given.
    public Download trust(Principal principal) throws IOException {
        TreeMap<String, byte[]> files = new TreeMap<>();
        try (var names = Files.list(trust)) {
            for (Path file : names.filter(Files::isRegularFile).toList())
                files.put("trust/" + file.getFileName(), Files.readAllBytes(file));
        }
        byte[] bytes = zip(files);
        record.note(new Event.Exported("trust", "zip", Bytes.of(Secrets.sha256(bytes))), principal);
        return new Download("application/zip", "trust.zip", bytes);
    }

    private static byte[] zip(Map<String, byte[]> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (var file : files.entrySet()) {
                ZipEntry entry = new ZipEntry(file.getKey());
                entry.setTimeLocal(java.time.LocalDateTime.of(2026, 1, 1, 0, 0));
                zip.putNextEntry(entry);
                zip.write(file.getValue());
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    private interface Native<T> {
        T call() throws IOException, CredentialException;
    }

    private <T> T onPlatformThread(Native<T> work) throws InterruptedException {
        try {
            return threads.submit(work::call).get();
        } catch (ExecutionException failure) {
            throw switch (failure.getCause()) {
                case RefusedException refusal -> refusal;
                case RecordException closed -> SiteRecord.unavailable(closed);
                case CredentialException unsigned ->
                        RefusedException.failed(
                                "credential_failed",
                                "The credential could not be made or checked: "
                                        + unsigned.getMessage());
                case null, default ->
                        new IllegalStateException("credential work failed", failure.getCause());
            };
        }
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
