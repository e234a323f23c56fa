package redoubt.provenance.record;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.OptionalLong;

/// Begins a record under a root whose private half is never on this host: takes its public half
/// from a medium, makes the first epoch's key and the genesis, and asks the root for its word.
/// Whoever calls owns the home. One thread. Source: docs/audit-record.md section 6.2.
public final class RootInstallation {
    private final RecordSettings settings;

    public RootInstallation(RecordSettings settings) {
        this.settings = settings;
    }

    /// Done again before an answer has come in, it makes the same request.
    ///
    /// @param publicHalf the root's `record-root.pem`
    /// @return the request, for the medium
    public byte[] begin(Path publicHalf) throws IOException {
        var root =
                RootKeyFile.publicKey(
                        new String(
                                MediaFile.read(publicHalf, RootKeyFile.FILE_BYTES_MAX),
                                StandardCharsets.US_ASCII));
        Files.createDirectories(settings.folder());
        Files.createDirectories(settings.keys());
        Files.createDirectories(settings.trust());
        try {
            var begun = RootPending.read(settings.keys());
            if (begun.isPresent() && begun.get().logId().length() > 0) return again(root);
            if (begun.isEmpty()) requireNoRecord();
            return make(root);
        } catch (GeneralSecurityException failed) {
            throw RecordFailure.explain(failed);
        }
    }

    private void requireNoRecord() throws IOException {
        if (!SegmentFile.in(settings.folder()).isEmpty()
                || Files.exists(settings.trust().resolve("record-log-id"))
                || RootOnHost.isThere(settings.keys()))
            throw new RootRefusedException(
                    "There is a record in %s already, or an installation with a root of its own has begun. Nothing was changed. A record keeps its root for ever; take an empty --home for a new site."
                            .formatted(settings.folder()));
    }

    // From the first file on, a start sees that it has to wait and makes no root of its own.
    private byte[] make(Bytes root) throws IOException, GeneralSecurityException {
        pending(RootPending.NONE, 0, Bytes.of(new byte[Hashes.LENGTH])).write(settings.keys());
        DurableFile.write(
                settings.trust().resolve(RootKeyFile.PUBLIC_HALF), RootKeyFile.publicPem(root));
        for (var segment : SegmentFile.in(settings.folder())) Files.delete(segment);
        Files.deleteIfExists(settings.folder().resolve(CheckpointFile.NAME));
        var key = EpochKey.generate();
        key.store(settings.keys().resolve(EpochKeySearch.CURRENT));
        var opening = new RecordOpening(settings, System::nanoTime);
        var record =
                opening.start(
                        RecordScan.read(settings.folder()),
                        new Recovery(true, 0, List.of()),
                        key,
                        1);
        try {
            record.append(
                            new Event.Genesis(settings.site(), root, settings.software()),
                            Actor.SYSTEM,
                            OptionalLong.empty())
                    .awaitCheckpoint();
            pending(record.logId(), 1, record.logId()).write(settings.keys());
        } finally {
            record.release();
        }
        return request(key);
    }

    private static RootPending pending(Bytes logId, long sequence, Bytes previousHash) {
        return new RootPending(
                RootAct.FIRST_EPOCH,
                logId,
                1,
                sequence,
                previousHash,
                0,
                RootPending.NONE,
                List.of());
    }

    private byte[] again(Bytes root) throws IOException, GeneralSecurityException {
        if (!RecordTrust.read(settings.trust()).rootPublicKey().equals(root))
            throw new RootRefusedException(
                    "This installation has begun under another root than the one on the medium (%s). Nothing was changed. Bring the first one's medium, or begin with an empty --home."
                            .formatted(RecordRoot.name(root)));
        return request(EpochKey.load(settings.keys().resolve(EpochKeySearch.CURRENT)));
    }

    private byte[] request(EpochKey key) throws IOException {
        var found = RecordScan.read(settings.folder());
        var state = found.state();
        if (state.size() != 1 || state.hasEpoch())
            throw new RootRefusedException(
                    "The record of this home has begun, so there is nothing to ask its root for. Start the appliance: redoubt run.");
        Bytes genesis;
        try (var files = RecordFiles.open(settings.folder(), found)) {
            genesis = Bytes.of(files.read(state, 0));
        }
        return new RootRequest(
                        RootAct.FIRST_EPOCH,
                        state.logId(),
                        1,
                        found.tree().root(1),
                        List.of(new ProofFile.Item(0, genesis, List.of())),
                        "",
                        List.of(),
                        0,
                        List.of(),
                        1,
                        key.publicKey(),
                        key.notePublicKey())
                .encode();
    }
}
