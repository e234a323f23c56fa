package redoubt.provenance.record;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A request to a record root that was checked as far as the machine that signs can: the keys stand
/// under this root, the entries are in the tree, the checkpoint is theirs. Only a review can be
/// signed. Immutable, any thread. Source: docs/audit-record.md section 6.2.
public final class RootReview {
    private final RootRequest request;
    private final String site;
    private final byte[] statement;
    private final Instant lastEntryAt;

    private RootReview(RootRequest request, String site, byte[] statement, Instant lastEntryAt) {
        this.request = request;
        this.site = site;
        this.statement = statement;
        this.lastEntryAt = lastEntryAt;
    }

    /// @param file as it lay on the medium
    /// @param rootPublicKey of the root that is to sign
    /// @throws RootRefusedException when it does not hold in itself, or asks another root
    public static RootReview of(byte[] file, Bytes rootPublicKey) throws RootRefusedException {
        var request = RootRequest.decode(file);
        try {
            return request.act() == RootAct.FIRST_EPOCH
                    ? first(request, rootPublicKey)
                    : later(request, rootPublicKey);
        } catch (Refusal refusal) {
            throw new RootRefusedException(
                    "The request does not hold, and nothing was signed: "
                            + refusal.getMessage()
                            + " If it is a mistake, make the request again. If it is not, somebody wants a signature for another history: look at that appliance before anything else.");
        }
    }

    private static RootReview first(RootRequest request, Bytes rootPublicKey) throws Refusal {
        requireEpochKeys(request);
        if (request.items().size() != 1 || request.size() != 1 || request.epoch() != 1)
            throw new Refusal("genesis", "A first epoch stands on one entry, the genesis.");
        var genesis = read(request, request.items().getFirst());
        if (!(genesis.entry().event() instanceof Event.Genesis event)
                || genesis.entry().sequence() != 0
                || genesis.entry().epoch() != 1
                || genesis.entry().logId().length() != 0
                || !genesis.entry().previousHash().equals(Bytes.of(new byte[Hashes.LENGTH]))
                || !genesis.sha256().equals(request.logId()))
            throw new Refusal("genesis", "It holds no genesis of the log that it names.");
        if (!event.rootPublicKey().equals(rootPublicKey))
            throw new Refusal("record root", "The new record names another root than this one.");
        try {
            if (!genesis.signed().verifies(MlDsa.ML_DSA_65.publicKey(request.publicKey())))
                throw new Refusal("signature", "The genesis is not signed by the epoch's key.");
        } catch (GeneralSecurityException notAKey) {
            throw new Refusal("keys", "The key of the epoch is not one.");
        }
        return new RootReview(
                request,
                event.site(),
                RecordRoot.endorsement(
                        request.logId(), 1, request.publicKey(), request.notePublicKey()),
                at(genesis));
    }

    private static RootReview later(RootRequest request, Bytes rootPublicKey) throws Refusal {
        var items = request.items();
        boolean isBetween = request.since() > 0 && request.since() < request.size();
        if (request.since() > request.size() || isBetween == request.sincePath().isEmpty())
            throw new Refusal("since", "What it says about an earlier size is no proof.");
        if (items.size() < 2) throw new Refusal("genesis", "It lacks the first two entries.");
        var genesis = read(request, items.getFirst());
        var trust = new RecordTrust(rootPublicKey, Optional.of(request.logId()));
        var chain = EpochChain.begin(genesis, read(request, items.get(1)), trust);
        var last = genesis;
        for (var item : items.subList(2, items.size())) {
            last = read(request, item);
            if (last.entry().event() instanceof Event.EpochOpened) chain.open(last);
            else if (last.entry().event() instanceof Event.EpochRevoked
                    || item.sequence() == request.size() - 1) chain.requireEntry(last);
            else throw new Refusal("entries", "It holds entries that nobody asked for.");
        }
        requireCheckpoint(request, chain);
        String site = ((Event.Genesis) genesis.entry().event()).site();
        if (request.act() == RootAct.COUNTERSIGN) {
            if (request.epoch() != chain.last().number())
                throw new Refusal("epoch", "It names another epoch than the one in force.");
            return new RootReview(
                    request,
                    site,
                    RootStatement.countersigned(
                            request.logId(), request.epoch(), request.size(), request.root()),
                    at(items.size() == 2 ? read(request, items.get(1)) : last));
        }
        return replacement(request, chain, site);
    }

    private static RootReview replacement(RootRequest request, EpochChain chain, String site)
            throws Refusal {
        requireEpochKeys(request);
        var last = read(request, request.items().getLast());
        if (last.entry().sequence() != request.size() - 1)
            throw new Refusal("entries", "It does not hold the last entry of the record.");
        if (request.epoch() != chain.last().number() + 1)
            throw new Refusal("epoch", "It does not open the epoch that must follow.");
        return new RootReview(
                request,
                site,
                RootStatement.epochReplaced(
                        request.logId(),
                        request.epoch(),
                        request.publicKey(),
                        request.notePublicKey(),
                        request.size(),
                        last.sha256()),
                at(last));
    }

    private static SignedEntry read(RootRequest request, ProofFile.Item item) throws Refusal {
        var entry = SignedEntry.read(item.cose(), "Entry " + item.sequence());
        if (entry.entry().sequence() != item.sequence()
                || !Merkle.includes(
                        entry.leafHash(),
                        item.sequence(),
                        request.size(),
                        item.path(),
                        request.root()))
            throw new Refusal("tree", "Entry " + item.sequence() + " is not in its tree.");
        return entry;
    }

    private static void requireCheckpoint(RootRequest request, EpochChain chain) throws Refusal {
        if (request.checkpoint().isEmpty()) {
            if (request.act() == RootAct.REPLACE) return;
            throw new Refusal("checkpoint", "It has no checkpoint.");
        }
        Checkpoint checkpoint;
        try {
            checkpoint = Checkpoint.parse(request.checkpoint().getBytes(StandardCharsets.UTF_8));
        } catch (MalformedRecordException malformed) {
            throw new Refusal("checkpoint", String.valueOf(malformed.getMessage()));
        }
        chain.requireCheckpoint(checkpoint);
        if ((request.act() == RootAct.COUNTERSIGN && checkpoint.size() != request.size())
                || !Merkle.isConsistent(
                        checkpoint.size(),
                        checkpoint.root(),
                        request.size(),
                        request.root(),
                        request.checkpointPath()))
            throw new Refusal("checkpoint", "Its checkpoint is of another history.");
    }

    private static void requireEpochKeys(RootRequest request) throws Refusal {
        try {
            MlDsa.ML_DSA_65.publicKey(request.publicKey());
            MlDsa.ML_DSA_44.publicKey(request.notePublicKey());
        } catch (GeneralSecurityException notKeys) {
            throw new Refusal("keys", "The keys of the epoch to be opened are not keys.");
        }
    }

    private static Instant at(SignedEntry entry) {
        return Instant.EPOCH.plus(entry.entry().wallClockUs(), ChronoUnit.MICROS);
    }

    /// Whether the request shows that it only adds to what the root has signed for.
    boolean continues(long size, Bytes root) {
        return request.since() == size
                && Merkle.isConsistent(
                        size, root, request.size(), request.root(), request.sincePath());
    }

    RootRequest request() {
        return request;
    }

    /// The bytes that the root signs.
    byte[] statement() {
        return statement.clone();
    }

    /// What the signature will mean, line by line. The site's name is as the record says it;
    /// whoever prints it must not let a terminal obey it.
    public List<String> words() {
        var words = new ArrayList<String>();
        words.add("Site         " + site);
        words.add("Log          " + request.logId().hex());
        words.add("Last entry   %s by the host's clock".formatted(lastEntryAt));
        switch (request.act()) {
            case FIRST_EPOCH -> {
                words.add("It asks      to begin a new record under this root.");
                words.add(
                        "Signing      means: this log is this site's record, and its first key may sign.");
            }
            case COUNTERSIGN -> {
                words.add(
                        "It asks      to vouch for the record: %d entries, epoch %d is in force."
                                .formatted(request.size(), request.epoch()));
                words.add("Tree         " + request.root().hex());
                words.add(
                        "Signing      means: the root saw this history. Nobody can show another one of these entries to whoever has the signature.");
            }
            case REPLACE -> {
                words.add(
                        "It asks      to let new keys open epoch %d behind entry %d, without a word of the key before."
                                .formatted(request.epoch(), request.size() - 1));
                words.add(
                        "New key      %s"
                                .formatted(
                                        Bytes.of(Hashes.sha256(request.publicKey().toArray()))
                                                .hex()));
                words.add(
                        "Signing      means: the key of epoch %d is lost or in other hands, and the record goes on from exactly here. Compare the new key with what the appliance showed."
                                .formatted(request.epoch() - 1));
                if (request.checkpoint().isEmpty())
                    words.add("Note         there was no checkpoint left on the host.");
            }
        }
        return List.copyOf(words);
    }
}
