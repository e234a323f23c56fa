/// The part of CBOR that the record uses: deterministic (RFC 8949 section 4.2), and read so
/// strictly that one value has exactly one encoding.
package redoubt.provenance.cbor;
