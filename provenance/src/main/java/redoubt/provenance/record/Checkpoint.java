package redoubt.provenance.record;

/// A signed statement of the record's size and root (C2SP tlog-checkpoint).
///
/// @param origin names the log: `redoubt/` and the log id in hexadecimal digits
/// @param size how many entries it covers
/// @param root RFC 6962 root over them
/// @param note the whole signed note as text
public record Checkpoint(String origin, long size, Bytes root, String note) {}
