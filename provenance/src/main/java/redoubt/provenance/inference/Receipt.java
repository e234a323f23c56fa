package redoubt.provenance.inference;

/// Where an answer stands in the record: what its reader keeps. Immutable, any thread.
///
/// @param logId which record, lower-case hex
/// @param intent sequence of the INTENT entry
/// @param output sequence of the OUTPUT entry
/// @param seal sequence of the SEAL entry
/// @param leafHash of the OUTPUT entry, lower-case hex
/// @param checkpoint a signed note that covers all three
public record Receipt(
        String logId, long intent, long output, long seal, String leafHash, String checkpoint) {}
