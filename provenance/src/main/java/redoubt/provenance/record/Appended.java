package redoubt.provenance.record;

/// Where an entry stands in the record.
///
/// @param sequence counted from 0, without gaps
/// @param leafHash RFC 6962 leaf hash of the COSE bytes
/// @param previousHash SHA-256 of the COSE bytes before it
/// @param entrySha256 SHA-256 of its own COSE bytes: the next entry's previous hash
public record Appended(long sequence, Bytes leafHash, Bytes previousHash, Bytes entrySha256) {}
