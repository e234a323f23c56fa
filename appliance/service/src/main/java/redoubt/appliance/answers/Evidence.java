package redoubt.appliance.answers;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import redoubt.appliance.conversations.Item;
import redoubt.appliance.conversations.Items;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.identity.Permission;
import redoubt.appliance.identity.Principal;
import redoubt.appliance.record.SiteRecord;
import redoubt.index.Criteria;
import redoubt.index.IndexException;
import redoubt.index.RecordIndex;
import redoubt.provenance.evidence.EvidenceException;
import redoubt.provenance.evidence.EvidenceMaker;
import redoubt.provenance.evidence.EvidenceProgress;
import redoubt.provenance.evidence.EvidenceRequest;
import redoubt.provenance.evidence.PackageSink;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Entry;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordExcerpt;

/// Evidence packages for whoever may take them away. A package is made twice: once for its hash,
/// which goes into the record, and once more when it leaves; so nothing of it is ever stored here.
/// Thread safe.
public final class Evidence {
    private final Items items;
    private final SiteRecord record;
    private final Path trust;
    private final Replays.Predecessors predecessors;
    private final RecordIndex index;
    // A package may be of the whole record; two would read it at the same time.
    private final Semaphore turn = new Semaphore(1);
    private final Consumer<String> damaged;

    /// @param damaged told the identifier of content that cannot be read; packages lack it
    public Evidence(
            Items items,
            SiteRecord record,
            Path trust,
            Replays.Predecessors predecessors,
            RecordIndex index,
            Consumer<String> damaged) {
        this.index = index;
        this.damaged = damaged;
        this.items = items;
        this.record = record;
        this.trust = trust;
        this.predecessors = predecessors;
    }

    /// A package that is in the record and can leave.
    public static final class Recorded {
        private final EvidenceMaker maker;
        private final long bytes;
        private final Bytes sha256;

        private Recorded(EvidenceMaker maker, long bytes, Bytes sha256) {
            this.maker = maker;
            this.bytes = bytes;
            this.sha256 = sha256;
        }

        public long bytes() {
            return bytes;
        }

        public Bytes sha256() {
            return sha256;
        }

        /// Makes it once more.
        ///
        /// @throws IOException when the reader is gone, or when it came out otherwise than it was
        ///   recorded, because something was erased meanwhile; its end is not written then
        public void writeTo(OutputStream out) throws IOException {
            Measured again = new Measured(out);
            maker.write(PackageSink.zip(again));
            if (!again.sha256().equals(sha256))
                throw new EvidenceException(
                        "Something of this package was erased while it was on its way. What arrived is not whole. Ask for it again.");
            again.release();
        }
    }

    /// The entries of one inference, by the identifier of its answer or of its request.
    public EvidenceRequest inference(String id) throws IOException {
        Optional<Item.Answer> answer = items.answer(id);
        if (answer.isPresent()) {
            Item.Entry entry = answer.get().entry();
            List<Long> entries = new ArrayList<>();
            List<Long> seals = record.reader().sealsOf(entry.output());
            // What tools answered and were told stands between INTENT and the first SEAL.
            long end = seals.isEmpty() ? entry.output() + 1 : seals.getFirst();
            RecordExcerpt excerpt = record.reader().excerpt();
            for (long at = entry.intent(); at < end; at++)
                if (requestOf(excerpt.entry(at).entry().event()).equals(entry.requestId()))
                    entries.add(at);
            entries.addAll(seals);
            return new EvidenceRequest.Selection(entries);
        }
        return new EvidenceRequest.Selection(ofRequest(id));
    }

    private List<Long> ofRequest(String id) throws IOException {
        long covered = record.reader().excerpt().checkpoint().size();
        List<Long> entries = new ArrayList<>();
        try {
            index.search(
                            Criteria.ofRequest(id),
                            OptionalLong.empty(),
                            EvidenceRequest.SELECTION_MAX)
                    .entries()
                    .forEach(found -> {
                        Entry entry = found.entry();
                        if (entry.sequence() < covered && requestOf(entry.event()).equals(id))
                            entries.add(entry.sequence());
                    });
        } catch (IndexException unusable) {
            throw RefusedException.unavailable("index_unavailable", unusable.sentence());
        }
        entries.sort(null);
        if (entries.isEmpty())
            throw RefusedException.notFound(
                    "request_not_found",
                    "No entry of the record speaks of this answer or request.");
        return entries;
    }

    private static String requestOf(Event event) {
        return switch (event) {
            case Event.Intent intent -> intent.requestId();
            case Event.Output output -> output.requestId();
            case Event.Seal seal -> seal.requestId();
            case Event.ToolAnswered answered -> answered.requestId();
            case Event.ToolCalled called -> called.requestId();
            case Event.Aborted aborted -> aborted.requestId();
            case Event.Vectors vectors -> vectors.requestId();
            default -> "";
        };
    }

    /// Measures the package and makes its EXPORTED entry durable.
    ///
    /// @param discloses whether questions and answers are in it, with the keys of their commitments
    /// @throws RefusedException when it cannot be made, or this caller may not have it
    public Recorded export(EvidenceRequest request, boolean discloses, Principal principal)
            throws IOException {
        if (discloses && !principal.may(Permission.READ_ANY_OUTPUT))
            throw RefusedException.forbidden(
                    "content_forbidden",
                    "What people asked and were answered is disclosed only by somebody who may read any output (the role compliance). Ask for the package without the content, or sign in with a key of that role.");
        if (!turn.tryAcquire())
            throw RefusedException.tooMany(
                    "evidence_busy",
                    Duration.ofSeconds(5),
                    "Another evidence package is being made; one is made at a time, because each may read the whole record. Ask again in a while.");
        RecordExcerpt excerpt = record.reader().excerpt();
        try {
            EvidenceMaker.requireThere(excerpt, request);
            Disclosures content =
                    Disclosures.of(items, predecessors, excerpt, request, discloses, damaged);
            EvidenceMaker maker =
                    new EvidenceMaker(excerpt, request, content, site(), EvidenceProgress.NONE);
            Measured measured = new Measured(OutputStream.nullOutputStream());
            maker.write(PackageSink.zip(measured));
            Bytes sha256 = measured.sha256();
            record.note(
                    new Event.Exported(
                            what(request),
                            discloses ? "evidence with content" : "evidence",
                            sha256),
                    principal);
            return new Recorded(maker, measured.bytes(), sha256);
        } catch (EvidenceException cannot) {
            throw RefusedException.invalid(
                    "evidence_impossible", null, String.valueOf(cannot.getMessage()));
        } finally {
            turn.release();
        }
    }

    private static String what(EvidenceRequest request) {
        return switch (request) {
            case EvidenceRequest.Range range ->
                    "entries %d to %d".formatted(range.first(), range.last());
            case EvidenceRequest.Selection selection ->
                    selection.entries().size() == 1
                            ? "entry " + selection.entries().getFirst()
                            : "%d entries from %d to %d"
                                    .formatted(
                                            selection.entries().size(),
                                            selection.entries().getFirst(),
                                            selection.entries().getLast());
        };
    }

    private EvidenceMaker.SiteFacts site() throws IOException {
        Path policy = trust.resolve("witness-policy.txt");
        return new EvidenceMaker.SiteFacts(
                Files.exists(policy)
                        ? Files.readString(policy)
                        : EvidenceMaker.SiteFacts.NO_WITNESSES,
                Files.readString(trust.resolve("record-root.pem")));
    }

    /// Counts and hashes what goes through, and holds the last piece back until it is released.
    private static final class Measured extends OutputStream {
        private final OutputStream out;
        private final MessageDigest digest;
        private byte[] held = new byte[0];
        private long bytes;

        Measured(OutputStream out) {
            this.out = out;
            try {
                this.digest = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException bug) {
                throw new AssertionError("every Java has SHA-256", bug);
            }
        }

        @Override
        public void write(int oneByte) throws IOException {
            write(new byte[] {(byte) oneByte}, 0, 1);
        }

        @Override
        public void write(byte[] piece, int from, int length) throws IOException {
            out.write(held);
            held = Arrays.copyOfRange(piece, from, from + length);
            digest.update(held);
            bytes += length;
        }

        void release() throws IOException {
            out.write(held);
            out.flush();
        }

        long bytes() {
            return bytes;
        }

        /// Of everything; once.
        Bytes sha256() {
            return Bytes.of(digest.digest());
        }
    }
}
