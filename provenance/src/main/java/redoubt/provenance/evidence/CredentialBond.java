package redoubt.provenance.evidence;

import redoubt.provenance.credentials.AuditEntryClaim;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Entry;
import redoubt.provenance.record.Event;

/// Whether a credential and an OUTPUT entry speak of each other. Stateless. Source:
/// docs/audit-record.md section 10.
public final class CredentialBond {
    private CredentialBond() {}

    /// The first thing in which the credential's claim and the proven entry differ, or nothing.
    public static String difference(
            AuditEntryClaim claim, Bytes logId, Entry entry, Event.Output output, Bytes leafHash) {
        if (!claim.logId().equals(logId.hex())) return "another log";
        if (claim.sequence() != entry.sequence()) return "another entry, " + claim.sequence() + ",";
        if (!claim.leafHash().equals(leafHash.hex())) return "another leaf hash";
        if (!claim.previousHash().equals(entry.previousHash().hex()))
            return "another previous hash";
        if (!claim.algorithm().equals("ML-DSA-65")) return "another algorithm";
        if (!claim.contentSha256().equals(output.contentSha256().hex())) return "another text";
        if (!claim.requestId().equals(output.requestId())) return "another request";
        return "";
    }
}
