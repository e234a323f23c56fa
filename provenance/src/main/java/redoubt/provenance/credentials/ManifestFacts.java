package redoubt.provenance.credentials;

import java.time.Instant;
import java.util.UUID;

/// Everything that a manifest says, known before it is signed. Immutable, any thread.
///
/// @param urn the manifest's label, `urn:c2pa:` and a UUID; fixed beforehand so that the OUTPUT
///   entry can name it
/// @param createdAt when the answer was finished
/// @param model which model made it
/// @param entry the OUTPUT entry that the manifest names
public record ManifestFacts(
        String urn, Instant createdAt, ModelFacts model, AuditEntryClaim entry) {
    private static final String PREFIX = "urn:c2pa:";

    public ManifestFacts {
        if (!urn.equals(
                PREFIX + UUID.fromString(urn.substring(Math.min(urn.length(), PREFIX.length()))))) {
            throw new IllegalArgumentException("not urn:c2pa:<uuid>: " + urn);
        }
    }

    /// A label that no manifest had before.
    public static String newUrn() {
        return PREFIX + UUID.randomUUID();
    }
}
