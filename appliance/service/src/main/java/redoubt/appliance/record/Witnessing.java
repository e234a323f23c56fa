package redoubt.appliance.record;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.identity.Principal;
import redoubt.appliance.site.Secrets;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Checkpoint;
import redoubt.provenance.record.Cosignature;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.KeyProof;
import redoubt.provenance.record.MalformedRecordException;
import redoubt.provenance.record.RecordProver;
import redoubt.provenance.record.RecordTrust;
import redoubt.provenance.record.Witness;
import redoubt.provenance.record.WitnessPolicy;
import redoubt.provenance.record.WitnessVerdict;
import redoubt.provenance.record.WitnessedNotes;
import redoubt.provenance.witness.Growth;

/// The site's side of visits to witnesses: what they are given, the lines that come back, and whom
/// the site itself counts. What comes back is hostile until the policy's key says that it is good.
/// Any thread; one visit at a time. Source: docs/audit-record.md section 12.
public final class Witnessing {
    private static final int GROWTHS_MAX = 512;

    private final SiteRecord siteRecord;
    private final RecordProver record;
    private final WitnessedNotes notes;
    private final Path trust;
    private final WitnessPolicyFile policyFile;
    private final Consumer<String> unreadable;
    private final Set<Long> told = new HashSet<>();
    private Optional<WitnessPolicy> policy;
    private Standing standing;

    /// What witnesses have seen of this record.
    ///
    /// @param given sizes of the checkpoints that were given out
    public record Standing(
            Optional<WitnessPolicy> policy, WitnessVerdict verdict, List<Long> given) {
        /// The time of the last line, by that witness's clock.
        public Optional<Long> lastAtSeconds() {
            return verdict.good().stream().map(WitnessVerdict.Seen::atSeconds).max(Long::compare);
        }
    }

    /// What is carried to witnesses.
    ///
    /// @param keys proof file without asked entries
    public record Packet(Checkpoint checkpoint, Bytes keys, List<Growth> growths) {}

    /// What came of one line.
    public record Taken(boolean good, String sentence) {}

    /// @param unreadable told once of each kept note that cannot be read
    public Witnessing(
            SiteRecord siteRecord, Path recordFolder, Path trust, Consumer<String> unreadable)
            throws IOException {
        this.unreadable = unreadable;
        this.siteRecord = siteRecord;
        this.record = siteRecord.prover();
        this.notes = new WitnessedNotes(recordFolder);
        this.trust = trust;
        this.policyFile = new WitnessPolicyFile(siteRecord, recordFolder, trust);
        policyFile.settle();
        this.policy = WitnessPolicy.read(trust);
        this.standing = stand();
    }

    public synchronized Standing standing() {
        return standing;
    }

    private Standing stand() throws IOException {
        List<Checkpoint> agreed = new ArrayList<>();
        List<String> bad = new ArrayList<>();
        for (long size : notes.sizes()) {
            try {
                notes.of(size).filter(this::isOurs).ifPresent(agreed::add);
            } catch (MalformedRecordException | IOException garbled) {
                bad.add(garbled(size, garbled));
            }
        }
        WitnessVerdict seen =
                policy.map(it -> it.verdict(agreed))
                        .orElse(new WitnessVerdict(0, List.of(), List.of()));
        bad.addAll(seen.bad());
        return new Standing(
                policy,
                new WitnessVerdict(seen.size(), seen.good(), bad),
                agreed.stream().map(Checkpoint::size).toList());
    }

    // The others still count, and answers do not depend on it; verifiers refuse the record.
    private String garbled(long size, Exception why) {
        String sentence =
                "The kept note of %d entries cannot be read (%s). Put back the copy that a witness or a backup has; until then verifiers call the record invalid."
                        .formatted(size, why.getMessage());
        if (told.add(size)) unreadable.accept(sentence);
        return sentence;
    }

    private boolean isOurs(Checkpoint note) {
        return note.origin().equals(record.checkpoint().origin())
                && note.size() <= record.size()
                && note.root().equals(record.root(note.size()));
    }

    /// What a witness needs to see that the record only grew since it saw it last.
    ///
    /// @param label of one witness of the policy; of every size that was given out when empty
    /// @param wished sizes that witnesses asked for
    public synchronized Packet give(Optional<String> label, List<Long> wished, Principal principal)
            throws IOException {
        if (label.isPresent() && policy.flatMap(it -> it.called(label.get())).isEmpty())
            throw RefusedException.notFound(
                    "unknown_witness",
                    "The witness policy names nobody so. Nothing was given out. `redoubt record witness list` shows the names.");
        byte[] keys = record.proof();
        Checkpoint checkpoint = checked(keys);
        siteRecord.note(
                new Event.Exported(
                        "checkpoint of %d entries".formatted(checkpoint.size()),
                        "witness-media",
                        Bytes.of(
                                Secrets.sha256(
                                        checkpoint.note().getBytes(StandardCharsets.UTF_8)))),
                principal);
        List<Growth> growths = new ArrayList<>();
        for (long from : sizes(label, wished))
            if (from > 0 && from < checkpoint.size())
                growths.add(new Growth(from, record.consistency(from, checkpoint.size())));
        if (!standing.given().contains(checkpoint.size())) notes.keep(checkpoint);
        standing = stand();
        return new Packet(checkpoint, Bytes.of(keys), growths);
    }

    /// A proof that a witness would refuse must not leave.
    private Checkpoint checked(byte[] keys) throws IOException {
        try {
            KeyProof proof = KeyProof.read(keys);
            var refusal = proof.refusal(RecordTrust.read(trust));
            if (refusal.isPresent())
                throw new IOException("the own keys do not hold: " + refusal.get().detail());
            return proof.checkpoint();
        } catch (MalformedRecordException bug) {
            throw new IOException("the own proof is none: " + bug.getMessage(), bug);
        }
    }

    /// All sizes that a witness may have seen last: the last that it is known to have seen, and
    /// whatever was given out since, because a medium may have been lost on its way back.
    private Iterable<Long> sizes(Optional<String> label, List<Long> wished) {
        long from =
                policy.stream()
                        .flatMap(it -> it.witnesses().stream())
                        .filter(it -> label.isEmpty() || label.equals(name(it)))
                        .mapToLong(this::lastSeen)
                        .min()
                        .orElse(0);
        TreeSet<Long> sizes = new TreeSet<>();
        standing.given().stream().filter(size -> size >= from).forEach(sizes::add);
        while (sizes.size() > GROWTHS_MAX) sizes.removeFirst();
        standing.verdict().good().forEach(seen -> sizes.add(seen.size()));
        sizes.addAll(wished);
        return sizes;
    }

    private Optional<String> name(Witness witness) {
        return policy.flatMap(it -> it.labelOf(witness));
    }

    private long lastSeen(Witness witness) {
        return standing.verdict().good().stream()
                .filter(seen -> seen.witness().equals(witness))
                .mapToLong(WitnessVerdict.Seen::size)
                .findFirst()
                .orElse(0);
    }

    /// Takes a line that came back, if it is good.
    ///
    /// @param size of the checkpoint that it should be about
    public synchronized Taken take(long size, byte[] line, Principal principal) throws IOException {
        if (policy.isEmpty())
            throw RefusedException.conflict(
                    "no_witness_policy",
                    "This site has no witness policy, so nobody's line counts. Nothing was taken. Set one with `redoubt record witness policy set FILE`.");
        Cosignature given;
        Optional<Checkpoint> kept;
        try {
            given = Cosignature.parse(line);
            kept = notes.of(size);
        } catch (MalformedRecordException malformed) {
            return new Taken(false, String.valueOf(malformed.getMessage()));
        }
        Optional<Witness> witness =
                policy.get().witnesses().stream()
                        .filter(it -> it.name().equals(given.name()))
                        .filter(it -> it.keyId().equals(given.keyId()))
                        .findFirst();
        if (witness.isEmpty())
            return new Taken(
                    false,
                    "It is by a key that the witness policy does not name. If the witness has a new key, have it confirmed by a way that you believe, and change the policy.");
        if (size > record.size() || kept.isEmpty() || !isOurs(kept.get()))
            return new Taken(
                    false,
                    "It is about %d entries, and no checkpoint of that size was given out by this record, which has %d. If this record was restored from a backup, it is behind what the witness saw."
                            .formatted(size, record.size()));
        Checkpoint note = kept.get();
        if (!witness.get().signed(given, note.origin(), size, note.root()))
            return new Taken(
                    false,
                    "The signature is not by the key of %s over this record's first %d entries: the line was altered, or the witness signed another history."
                            .formatted(given.name(), size));
        if (note.with(given).equals(note))
            return new Taken(true, "It is known already, and was taken then.");
        notes.take(note, given, event -> siteRecord.note(event, principal));
        standing = stand();
        return new Taken(true, "%s saw the first %d entries.".formatted(given.name(), size));
    }

    /// Whom the site counts from now on.
    public synchronized Standing decide(byte[] text, Principal principal) throws IOException {
        WitnessPolicy wanted;
        try {
            wanted = WitnessPolicy.parse(text);
        } catch (MalformedRecordException malformed) {
            throw RefusedException.invalid(
                    "malformed_policy",
                    "text",
                    malformed.getMessage() + " The policy was not changed.");
        }
        policyFile.replace(text, principal);
        policy = Optional.of(wanted);
        standing = stand();
        return standing;
    }
}
