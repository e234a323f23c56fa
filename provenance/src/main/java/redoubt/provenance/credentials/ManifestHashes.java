package redoubt.provenance.credentials;

/// The four hashes by which a SEAL entry names a credential, lower-case hex of SHA-256.
///
/// Immutable, any thread. Source: docs/content-credentials.md section 5.
///
/// @param manifestSha256 of the whole manifest store, the bytes of the `.c2pa` file
/// @param claimSha256 of the claim's CBOR, the bytes that the certificate's key signed
/// @param signatureSha256 of the COSE_Sign1 structure beside the claim
/// @param assetSha256 of the complete file that the person gets: the text for the detached form,
///   the file with its manifest inside for the others
public record ManifestHashes(
        String manifestSha256, String claimSha256, String signatureSha256, String assetSha256) {}
