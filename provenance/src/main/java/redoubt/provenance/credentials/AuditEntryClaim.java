package redoubt.provenance.credentials;

/// What a credential says about the record: which signed OUTPUT entry speaks of the same answer.
///
/// It is the assertion `org.redoubt.audit-entry`. All hashes are lower-case hex of 32 bytes.
/// Immutable, any thread. Source: docs/content-credentials.md section 4.
///
/// @param logId hash that names the record
/// @param sequence number of the OUTPUT entry
/// @param leafHash RFC 6962 leaf hash of that entry
/// @param previousHash SHA-256 of the complete entry before it
/// @param algorithm signature algorithm of the entry, such as `ML-DSA-65`
/// @param contentSha256 SHA-256 of the canonical bytes of the answer, before anything is embedded
/// @param requestId the request that the answer belongs to
public record AuditEntryClaim(
        String logId,
        long sequence,
        String leafHash,
        String previousHash,
        String algorithm,
        String contentSha256,
        String requestId) {

    public AuditEntryClaim {
        Hex.require32("logId", logId);
        Hex.require32("leafHash", leafHash);
        Hex.require32("previousHash", previousHash);
        Hex.require32("contentSha256", contentSha256);
        if (sequence < 0) {
            throw new IllegalArgumentException("sequence is negative: " + sequence);
        }
    }
}
