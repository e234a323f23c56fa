package redoubt.provenance.witness;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.Optional;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Check;
import redoubt.provenance.record.Checkpoint;
import redoubt.provenance.record.Cosignature;
import redoubt.provenance.record.KeyProof;
import redoubt.provenance.record.MalformedRecordException;
import redoubt.provenance.record.RecordException;
import redoubt.provenance.record.RecordTrust;
import redoubt.provenance.record.WitnessKey;

/// One visit of a medium to a witness: the log stands under the root that the witness knows, it
/// only grew since the last visit, and only then the witness signs. Everything on the medium is
/// hostile; what the witness believes lies in its own state. One thread. Source: C2SP tlog-witness;
/// docs/audit-record.md section 12.3.
public final class WitnessVisit {
    private final Medium medium;
    private final WitnessState state;
    private final WitnessKey key;
    private final InstantSource clock;

    /// How a visit ended.
    public sealed interface Outcome {
        /// One paragraph for a person.
        String sentence();

        /// The line lies on the medium.
        record Signed(String sentence, Checkpoint checkpoint, Cosignature line)
                implements Outcome {}

        /// Nothing was signed, and nothing contradicts what was seen before.
        record Refused(String sentence) implements Outcome {}

        /// Nothing was signed. The log signed what does not go together; both notes lie on the
        /// medium and in the state.
        record Contradiction(String sentence, Checkpoint earlier, Checkpoint later)
                implements Outcome {}
    }

    public WitnessVisit(Medium medium, WitnessState state, WitnessKey key, InstantSource clock) {
        this.medium = medium;
        this.state = state;
        this.key = key;
        this.clock = clock;
    }

    /// @param trustFolder the site's public roots, got by a way that the witness believes; needed
    ///   at the first visit, compared at later ones
    /// @throws WitnessException when the medium or the state cannot be used
    public Outcome make(Optional<Path> trustFolder) throws WitnessException {
        Optional<byte[]> file = medium.read(VisitFiles.KEYS, KeyProof.FILE_BYTES_MAX);
        if (file.isEmpty()) {
            return new Outcome.Refused(
                    "There is no "
                            + VisitFiles.KEYS
                            + " on the medium. At the appliance, `redoubt record witness out` writes"
                            + " it. Nothing was signed.");
        }
        KeyProof proof;
        try {
            proof = KeyProof.read(file.get());
        } catch (MalformedRecordException e) {
            return new Outcome.Refused(
                    "The medium holds no proof of keys: "
                            + e.getMessage()
                            + " Nothing was signed.");
        }
        // A first visit that was cut short before it remembered anything is none.
        Optional<RecordTrust> known =
                state.last(proof.logId()).isPresent()
                        ? state.trust(proof.logId())
                        : Optional.empty();
        Optional<RecordTrust> brought = brought(trustFolder);
        Optional<String> stranger = stranger(proof.logId(), known, brought);
        if (stranger.isPresent()) {
            return new Outcome.Refused(stranger.get());
        }
        RecordTrust trust = known.or(() -> brought).orElseThrow();
        Optional<Check> refusal = proof.refusal(trust);
        if (refusal.isPresent()) {
            return new Outcome.Refused(
                    "The medium does not hold: " + refusal.get().detail() + " Nothing was signed.");
        }
        Optional<Outcome> against = judge(proof);
        if (against.isPresent()) {
            return against.get();
        }
        if (known.isEmpty()) {
            state.pin(proof.logId(), trust);
        }
        return sign(proof);
    }

    private static Optional<RecordTrust> brought(Optional<Path> trustFolder)
            throws WitnessException {
        if (trustFolder.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(RecordTrust.read(trustFolder.get()));
        } catch (RecordException e) {
            throw new WitnessException(e.sentence(), e);
        }
    }

    /// Why the log is none that this witness watches or is told to watch.
    private Optional<String> stranger(
            Bytes logId, Optional<RecordTrust> known, Optional<RecordTrust> brought)
            throws WitnessException {
        if (known.isPresent()) {
            return brought.isPresent() && !isSame(brought.get(), known.get())
                    ? Optional.of(
                            "The trust folder that you brought is not the one of this log's first"
                                    + " visit. A log keeps its root for ever: ask the site what"
                                    + " happened. Nothing was signed.")
                    : Optional.empty();
        }
        if (brought.isEmpty()) {
            return Optional.of(
                    "This witness never saw the log "
                            + logId.hex()
                            + (state.logs().isEmpty()
                                    ? ""
                                    : "; it watches "
                                            + state.logs().size()
                                            + " other(s). If this should be one of them, it was"
                                            + " begun anew, and nobody may sign it as if it were"
                                            + " the same")
                            + ". At the first visit bring the site's trust folder, got by a way"
                            + " that you believe: --trust DIR. Nothing was signed.");
        }
        if (brought.get().logId().isEmpty()) {
            return Optional.of(
                    "The trust folder has no record-log-id, so it does not say which log is meant."
                            + " Nothing was signed.");
        }
        return brought.get().logId().get().equals(logId)
                ? Optional.empty()
                : Optional.of(
                        "The medium holds the log "
                                + logId.hex()
                                + ", and the trust folder names "
                                + brought.get().logId().get().hex()
                                + ". Nothing was signed.");
    }

    /// A trust folder may have got other things since: a policy, kept checkpoints.
    private static boolean isSame(RecordTrust brought, RecordTrust known) {
        return brought.rootPublicKey().equals(known.rootPublicKey())
                && (brought.logId().isEmpty() || brought.logId().equals(known.logId()));
    }

    /// Why this checkpoint cannot follow what was seen before.
    private Optional<Outcome> judge(KeyProof proof) throws WitnessException {
        Optional<WitnessState.Last> seen = state.last(proof.logId());
        if (seen.isEmpty()) {
            return Optional.empty();
        }
        Checkpoint last = seen.get().checkpoint();
        Checkpoint now = proof.checkpoint();
        if (now.size() == last.size() && !now.root().equals(last.root())) {
            return Optional.of(
                    contradiction(
                            proof.logId(),
                            last,
                            now,
                            "FORK. The site signed two different histories of its first "
                                    + now.size()
                                    + " entries: the one that this witness saw, and the one on the"
                                    + " medium."));
        }
        if (now.size() < last.size()) {
            return refused(
                    "The medium counts "
                            + now.size()
                            + " entries, and this witness has seen "
                            + last.size()
                            + ". Either the medium is an old one, or the record was rolled back."
                            + " Nothing was signed. Have the medium written anew; if it counts"
                            + " fewer again, entries are gone.");
        }
        if (proof.epochs() < seen.get().epochs()) {
            return refused(
                    "The medium shows "
                            + proof.epochs()
                            + " epochs, and this witness has seen "
                            + seen.get().epochs()
                            + ". A key that was replaced signed this: it is in other hands, or the"
                            + " medium was put together wrongly. Nothing was signed.");
        }
        if (clock.instant().getEpochSecond() < seen.get().atSeconds()) {
            return refused(
                    "This computer's clock says a time before that of the last visit. The time is"
                            + " part of what is signed. Nothing was signed. Set the clock, then"
                            + " visit again.");
        }
        return now.size() == last.size() ? Optional.empty() : growth(proof, last, now);
    }

    private Optional<Outcome> growth(KeyProof proof, Checkpoint last, Checkpoint now)
            throws WitnessException {
        Optional<byte[]> file = medium.read(Growth.file(last.size()), Growth.FILE_BYTES_MAX);
        if (file.isEmpty()) {
            VisitFiles.wish(medium, key.witness(), last.size());
            return refused(
                    "The medium lacks the consistency proof from the "
                            + last.size()
                            + " entries that this witness saw last. The wish for it now lies on the"
                            + " medium: `redoubt record witness out` at the appliance fulfils it."
                            + " Nothing was signed.");
        }
        try {
            if (Growth.decode(file.get()).leads(last, now)) {
                return Optional.empty();
            }
        } catch (MalformedRecordException e) {
            return refused(e.getMessage() + " Nothing was signed. Have the medium written anew.");
        }
        return Optional.of(
                contradiction(
                        proof.logId(),
                        last,
                        now,
                        "The medium does not show that its "
                                + now.size()
                                + " entries begin with the "
                                + last.size()
                                + " that this witness saw. If a medium that was written anew does"
                                + " not show it either, the site has changed its past."));
    }

    private static Optional<Outcome> refused(String sentence) {
        return Optional.of(new Outcome.Refused(sentence));
    }

    private Outcome contradiction(Bytes logId, Checkpoint last, Checkpoint now, String what)
            throws WitnessException {
        state.accuse(logId, last, now);
        VisitFiles.accuse(medium, last, now);
        return new Outcome.Contradiction(
                what
                        + " Nothing was signed. Both signed notes are kept in this witness's folder"
                        + " and lie on the medium under "
                        + VisitFiles.EVIDENCE
                        + "/: show them to whoever relies on this record.",
                last,
                now);
    }

    private Outcome sign(KeyProof proof) throws WitnessException {
        Checkpoint checkpoint = proof.ownCheckpoint();
        long now = clock.instant().getEpochSecond();
        try {
            state.remember(proof.logId(), new WitnessState.Last(proof.epochs(), now, checkpoint));
            // From here on this witness can sign nothing else at this size, whatever happens.
            Cosignature line = key.cosign(checkpoint, now);
            state.keep(proof.logId(), checkpoint.with(line));
            VisitFiles.bring(medium, checkpoint.size(), line);
            return new Outcome.Signed(
                    "Signed as "
                            + key.witness().name()
                            + ": the first "
                            + checkpoint.size()
                            + " entries of this log. The line lies on the medium; at the appliance,"
                            + " `redoubt record witness in` takes it.",
                    checkpoint,
                    line);
        } catch (GeneralSecurityException e) {
            throw new WitnessException("The key did not sign: " + e.getMessage() + ".", e);
        }
    }
}
