package redoubt.provenance.credentials;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What a credential that holds together says. Immutable, any thread.
///
/// @param urn label of the manifest
/// @param form where the manifest was found
/// @param signer common name of the certificate that signed
/// @param issuer organisation of that certificate
/// @param generator the program that made the answer, with its version
/// @param createdAt when the answer was finished, as the manifest says
/// @param model the model that the manifest names
/// @param entry the entry of the record that the manifest names
/// @param hashes by which a SEAL entry names this credential
/// @param manifestJson the whole manifest as the library reports it, for people who want to look
public record CredentialFacts(
        String urn,
        Form form,
        String signer,
        String issuer,
        String generator,
        @Nullable Instant createdAt,
        ModelFacts model,
        AuditEntryClaim entry,
        ManifestHashes hashes,
        String manifestJson) {}
