package redoubt.provenance.record;

import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;

/// Asks the record root, while the appliance is stopped, to let a new key take over from one that
/// is lost or in other hands. Whoever calls owns the home. One thread. Source: docs/audit-record.md
/// section 6.2.
public final class RootReplacement {
    private final RecordSettings settings;

    public RootReplacement(RecordSettings settings) {
        this.settings = settings;
    }

    /// @param file for the medium
    /// @param newKey SHA-256 of the new key, for people to compare
    /// @param oldKeyWorks whether the key to be replaced is there and good
    @SuppressWarnings("ArrayRecordComponent") // written once, never compared
    public record Request(byte[] file, Bytes newKey, boolean oldKeyWorks) {}

    /// Makes the new key and the request. Asked again before an answer has come in, it makes the
    /// same request.
    ///
    /// @param since a size that the root has signed for, 0 for what the record knows
    public Request request(long since) throws IOException {
        try {
            return make(since);
        } catch (GeneralSecurityException failed) {
            throw RecordFailure.explain(failed);
        }
    }

    private Request make(long since) throws IOException, GeneralSecurityException {
        var found = RecordScan.read(settings.folder());
        var state = found.state();
        if (!state.hasEpoch())
            throw new RootRefusedException(
                    "There is no record in %s whose key could be replaced. Is it the right --home?"
                            .formatted(settings.folder()));
        var earlier = earlier(state);
        var old = EpochKeySearch.find(settings.keys(), state.epoch());
        if (old instanceof EpochKeySearch.Found.Next) new EpochKeyFiles(settings.keys()).replace();
        long tornBytes = found.tornBytes() + (earlier == null ? 0 : earlier.tornBytes());
        var key = key(earlier);
        var pending =
                new RootPending(
                        RootAct.REPLACE,
                        state.logId(),
                        state.epoch().epoch() + 1,
                        state.size(),
                        state.previousHash(),
                        tornBytes,
                        RootPending.NONE,
                        List.of());
        if (earlier == null || !earlier.isEndorsed()) pending.write(settings.keys());
        return new Request(
                file(found, key, since == 0 ? state.countersignedSize() : since),
                Bytes.of(Hashes.sha256(key.publicKey().toArray())),
                !(old instanceof EpochKeySearch.Found.Lost));
    }

    /// What was asked before about this very end of the record.
    private @org.jspecify.annotations.Nullable RootPending earlier(RecordState state)
            throws IOException {
        RootPending pending;
        try {
            var read = RootPending.read(settings.keys());
            if (read.isEmpty()) return null;
            pending = read.get();
        } catch (RecordException damaged) {
            return null;
        }
        if (pending.act() == RootAct.FIRST_EPOCH)
            throw new RootRefusedException(
                    "This site's record has not begun: it waits for its root. There is no key to replace yet.");
        return pending.sequence() == state.size()
                        && pending.previousHash().equals(state.previousHash())
                ? pending
                : null;
    }

    private EpochKey key(@org.jspecify.annotations.Nullable RootPending earlier)
            throws IOException {
        var file = settings.keys().resolve(EpochKeySearch.NEXT);
        if (earlier != null && Files.exists(file)) {
            try {
                return EpochKey.load(file);
            } catch (GeneralSecurityException damaged) {
                // Nobody has endorsed it yet that could be used: a new one.
                if (earlier.isEndorsed()) throw RecordFailure.explain(damaged);
            }
        }
        var key = EpochKey.generate();
        key.store(file);
        return key;
    }

    private byte[] file(RecordScan.Found found, EpochKey key, long since)
            throws IOException, GeneralSecurityException {
        var state = found.state();
        var tree = found.tree();
        long size = state.size();
        if (since > size)
            throw new RootRefusedException(
                    "The record has %d entries, and the root has signed for %d: its end is missing. Restore a later backup; the root would refuse this."
                            .formatted(size, since));
        var wanted = new ArrayList<>(state.keyEntries());
        if (wanted.getLast() != size - 1) wanted.add(size - 1);
        var items = new ArrayList<ProofFile.Item>();
        try (var files = RecordFiles.open(settings.folder(), found)) {
            for (long sequence : wanted)
                items.add(
                        new ProofFile.Item(
                                sequence,
                                Bytes.of(files.read(state, sequence)),
                                tree.inclusion(sequence, size)));
        }
        String note = "";
        List<Bytes> path = List.of();
        if (found.checkpointSize() > 0) {
            note = Files.readString(settings.folder().resolve(CheckpointFile.NAME));
            path = tree.consistency(found.checkpointSize(), size);
        }
        return new RootRequest(
                        RootAct.REPLACE,
                        state.logId(),
                        size,
                        tree.root(size),
                        items,
                        note,
                        path,
                        since,
                        tree.consistency(since, size),
                        state.epoch().epoch() + 1,
                        key.publicKey(),
                        key.notePublicKey())
                .encode();
    }

    /// Forgets a request that is not needed after all: the old key goes on.
    ///
    /// @return whether there was one
    public boolean cancel() throws IOException {
        var pending = RootPending.read(settings.keys());
        if (pending.isEmpty()) return false;
        if (pending.get().act() == RootAct.FIRST_EPOCH)
            throw new RootRefusedException(
                    "This site's record waits for its root; without it there is none. To install with a root that is made on this host instead, begin with an empty --home.");
        RootPending.remove(settings.keys());
        EpochKey.destroy(settings.keys().resolve(EpochKeySearch.NEXT));
        return true;
    }
}
