package redoubt.provenance.record;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import redoubt.provenance.anchor.AnchorTrust;

/// What a checker of a record believes beforehand: the site's record root, which log is meant,
/// whose countersignatures count, which keys are known to have been in other hands, and what the
/// record once looked like. It comes from the checker, never from the thing that is checked.
/// Immutable, any thread. Source: docs/audit-record.md section 10.1.
///
/// @param rootPublicKey raw ML-DSA-87 key
/// @param logId empty when the checker only knows the root
/// @param witnesses empty when the checker names no witness
/// @param revocations all signed by this root
/// @param checkpoints kept from earlier; the record must agree with each of them
/// @param anchors headers and authorities by which outside anchors are judged
public record RecordTrust(
        Bytes rootPublicKey,
        Optional<Bytes> logId,
        Optional<WitnessPolicy> witnesses,
        List<Revocation> revocations,
        List<Checkpoint> checkpoints,
        AnchorTrust anchors) {
    public RecordTrust {
        revocations = List.copyOf(revocations);
        checkpoints = List.copyOf(checkpoints);
    }

    /// Only a root, and perhaps a log.
    public RecordTrust(Bytes rootPublicKey, Optional<Bytes> logId) {
        this(rootPublicKey, logId, Optional.empty(), List.of(), List.of(), AnchorTrust.none());
    }

    /// Reads a trust folder.
    ///
    /// @throws RecordException when the root is not there or is no ML-DSA-87 key, or when anything
    ///   else that lies there is not what its name says
    public static RecordTrust read(Path trustFolder) throws RecordException {
        return TrustFolder.read(trustFolder);
    }

    /// The record root as a trust folder has it.
    public String rootPem() {
        return RootKeyFile.publicPem(rootPublicKey);
    }

    public RecordTrust with(WitnessPolicy policy) {
        return new RecordTrust(
                rootPublicKey, logId, Optional.of(policy), revocations, checkpoints, anchors);
    }

    /// With more checkpoints that the checker kept.
    public RecordTrust with(List<Checkpoint> more) {
        var all = new ArrayList<>(checkpoints);
        all.addAll(more);
        return new RecordTrust(rootPublicKey, logId, witnesses, revocations, all, anchors);
    }
}
