package redoubt.provenance.inference;

import java.util.OptionalLong;
import redoubt.provenance.credentials.AnswerText;
import redoubt.provenance.credentials.CredentialException;
import redoubt.provenance.credentials.CredentialIssuer;
import redoubt.provenance.credentials.Form;
import redoubt.provenance.credentials.ManifestFacts;
import redoubt.provenance.credentials.Stamped;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.Pending;
import redoubt.provenance.record.RecordAppender;
import redoubt.provenance.record.RecordException;

/// Makes further forms of a sealed answer; each gets a SEAL of its own. Any thread.
public final class OutputForms {
    private final RecordAppender record;
    private final CredentialIssuer issuer;
    private final StoredOutput output;
    private final AnswerText text;

    /// A form whose SEAL is on disk.
    ///
    /// @param stamped the file and its manifest
    /// @param seal sequence of the SEAL entry
    public record Sealed(Stamped stamped, long seal) {}

    OutputForms(
            RecordAppender record, CredentialIssuer issuer, StoredOutput output, AnswerText text) {
        this.record = record;
        this.issuer = issuer;
        this.output = output;
        this.text = text;
    }

    /// Stamps the answer in this form, appends SEAL and waits until it is durable.
    public Sealed further(Form form) throws RecordException, CredentialException {
        ManifestFacts manifest =
                new ManifestFacts(
                        ManifestFacts.newUrn(), output.createdAt(), output.model(), output.entry());
        Stamped stamped = issuer.stamp(form, text, manifest);
        Pending seal =
                record.append(
                        seal(output.entry().requestId(), stamped),
                        output.actor(),
                        OptionalLong.of(output.entry().sequence()));
        seal.awaitCheckpoint();
        return new Sealed(stamped, seal.appended().sequence());
    }

    static Event.Seal seal(String requestId, Stamped stamped) {
        var hashes = stamped.hashes();
        return new Event.Seal(
                requestId,
                formName(stamped.form()),
                stamped.urn(),
                Bytes.ofHex(hashes.manifestSha256()),
                Bytes.ofHex(hashes.claimSha256()),
                Bytes.ofHex(hashes.signatureSha256()),
                Bytes.ofHex(hashes.assetSha256()));
    }

    private static String formName(Form form) {
        return switch (form) {
            case DETACHED -> "detached";
            case TEXT -> "text";
            case MARKDOWN -> "markdown";
        };
    }
}
