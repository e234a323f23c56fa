package redoubt.provenance.record;

import java.util.List;
import java.util.Map;

/// What an entry says happened: the closed schema of the record, in one place. The order of a
/// record's components is the order of their keys on disk (1, 2, …); the number of each type is in
/// [EventType]. docs/audit-record.md section 4 is this file as a table, and a test compares the
/// two.
///
/// Texts are for people and bounded to 4,096 characters; content of people never appears here, only
/// commitments to it.
public sealed interface Event {

    /// The first entry: which log this is, and under which root.
    record Genesis(String site, Bytes rootPublicKey, String software) implements Event {}

    /// A new signing key takes over from here. `endorsement` is by the outgoing epoch's key, or by
    /// the record root where `endorsedBy` is 0.
    record EpochOpened(
            long epoch, Bytes publicKey, Bytes notePublicKey, long endorsedBy, Bytes endorsement)
            implements Event {}

    /// The last entry that the epoch's key signs.
    record EpochClosed(long epoch, String reason) implements Event {}

    /// The service came up.
    record Started(String software, String nativeBuild, List<String> sealLayers) implements Event {}

    /// The service went down in order.
    record Stopped(String reason) implements Event {}

    /// The record was opened after something other than an orderly stop.
    record Recovered(long tornBytes, long checkpointSize, List<Long> aborted) implements Event {}

    /// Something that a person must look at, such as a full disk.
    record Alarm(String code, String detail) implements Event {}

    /// The record root vouches, on a visit of media, for the record up to a size and for the epoch
    /// that was in force there. `signature` is by the record root.
    record Countersigned(long epoch, long size, Bytes root, Bytes signature) implements Event {}

    /// The record root says that an epoch's key was in other hands: what it signed at `from` and
    /// behind is not believed, unless a witness saw it. `signature` is by the record root.
    record EpochRevoked(long epoch, long from, String reason, Bytes signature) implements Event {}

    /// A witness saw the record at this size and signed for it at `at`, in seconds since 1970.
    /// `keyId` and `cosignature` are those of its line in the note of that checkpoint.
    record Witnessed(String witness, Bytes keyId, long size, Bytes root, long at, Bytes cosignature)
            implements Event {}

    /// An outside anchor proves when a checkpoint existed; `kind` is `opentimestamps` or `rfc3161`.
    record Anchored(String kind, long size, Bytes root, Bytes proofSha256) implements Event {}

    /// The wall clock was set: by the monotonic clock it should have said `expectedUs`.
    record ClockJumped(long expectedUs, long foundUs) implements Event {}

    /// An act with the record root or with epoch keys, by people at the console.
    record Ceremony(String act, String detail) implements Event {}

    /// An intent that will have no output; refers to the INTENT.
    record Aborted(String requestId, String reason) implements Event {}

    /// Authority, model and input of an inference; durable before its first token leaves.
    record Intent(
            String requestId,
            String route,
            String modelName,
            Bytes modelSha256,
            long modelLoadedAt,
            Map<String, String> parameters,
            Bytes inputCommitment)
            implements Event {}

    /// The answer; refers to the INTENT. `contentSha256` is over the exact NFC UTF-8 bytes.
    record Output(
            String requestId,
            String manifestUrn,
            Bytes contentSha256,
            Bytes contentCommitment,
            long promptTokens,
            long completionTokens,
            String finishReason)
            implements Event {}

    /// The model called a tool; refers to the OUTPUT, and stands before its first SEAL. Whether
    /// anybody ran it is not known here. `callId` and `tool` are empty where they are more than a
    /// short word.
    record ToolCalled(String requestId, String callId, String tool, Bytes argumentsCommitment)
            implements Event {}

    /// Whoever asks says that a tool gave this result, and the model is given it; refers to the
    /// INTENT, and is durable before the first token leaves. `tool` is empty where it is not known.
    record ToolAnswered(String requestId, String callId, String tool, Bytes resultCommitment)
            implements Event {}

    /// An answer was generated once more and compared with what was sealed; refers to the OUTPUT.
    /// `verdict` is `identical`, `different` or `cannot be replayed`.
    record Replayed(String output, String verdict, String difference) implements Event {}

    /// A credential was made for a form of an output; refers to the OUTPUT.
    record Seal(
            String requestId,
            String form,
            String manifestUrn,
            Bytes manifestSha256,
            Bytes claimSha256,
            Bytes signatureSha256,
            Bytes assetSha256)
            implements Event {}

    /// Vectors or scores were made of texts; durable before they leave. Both commitments are under
    /// one key that only the caller is given: nothing of the texts is kept.
    record Vectors(
            String requestId,
            String route,
            String modelName,
            Bytes modelSha256,
            long modelLoadedAt,
            Map<String, String> parameters,
            long inputs,
            long promptTokens,
            Bytes inputCommitment,
            Bytes outputCommitment)
            implements Event {}

    record SignedIn() implements Event {}

    /// `nameCommitment` is an HMAC of the name that was tried, so that a typed password is not
    /// kept.
    record SignInFailed(Bytes nameCommitment, String reason, long attempts) implements Event {}

    record SignedOut() implements Event {}

    record PersonCreated(String person, List<String> roles) implements Event {}

    record PersonChanged(String person, String what, List<String> roles) implements Event {}

    record KeyCreated(String key, String owner, String role) implements Event {}

    record KeyRevoked(String key, String owner) implements Event {}

    /// The weights were measured and an engine answers with them. `measure` names library build,
    /// template, tokenizer, quantisation and settings.
    record ModelLoaded(String name, Bytes sha256, Map<String, String> measure) implements Event {}

    record ModelRefused(String name, String code, String reason) implements Event {}

    record ModelUnloaded(String name, String reason) implements Event {}

    /// An adapter was measured, and requests to this model may use it. `measure` names what its
    /// file says of itself.
    record AdapterLoaded(String model, String name, Bytes sha256, Map<String, String> measure)
            implements Event {}

    record AdapterRefused(String model, String name, String code, String reason) implements Event {}

    record AdapterUnloaded(String model, String name, String reason) implements Event {}

    record EngineCrashed(String model, String how, List<String> requests) implements Event {}

    /// The ways out were tried; `report` is the SHA-256 of the full table as it was shown.
    record SealChecked(long blocked, long open, long untested, Bytes report) implements Event {}

    /// Something left the appliance on purpose; refers to the OUTPUT where it is one.
    record Exported(String what, String form, Bytes sha256) implements Event {}

    /// A consequential request was refused, `times` times since the last such entry.
    record RequestRefused(String route, String code, long times) implements Event {}

    /// Content and its key were deleted; refers to the entry that committed to it where known.
    record Erased(String item, String what) implements Event {}

    /// A rule that the site lives by was changed: which one, and the SHA-256 of its new text.
    record PolicyChanged(String policy, Bytes sha256) implements Event {}

    /// A copy for another day was made; `sha256` is of its list of files.
    record BackedUp(String what, long size, Bytes sha256) implements Event {}

    /// A copy was put back, and what had been erased since it was made was erased in it again.
    record Restored(String what, long size, Bytes sha256, long erasedAgain) implements Event {}

    /// Somebody searched the record; never content, only what was asked for and how much was found.
    record Searched(String criteria, long found) implements Event {}

    /// An administrative act that no narrower type covers yet.
    record Administered(String route, String what) implements Event {}
}
