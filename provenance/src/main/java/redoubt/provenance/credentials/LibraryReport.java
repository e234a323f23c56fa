package redoubt.provenance.credentials;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the library's report on a manifest: status codes first, and what the manifest says only
/// when they allow it. Stateless, any thread. Source: C2PA 2.4 section 15.2 (status codes).
final class LibraryReport {
    private static final String UNTRUSTED = "signingCredential.untrusted";
    private static final ObjectMapper JSON = new ObjectMapper();

    private LibraryReport() {}

    static CredentialVerdict verdict(String report, CredentialFile.Opened opened) {
        try {
            JsonNode root = JSON.readTree(report);
            JsonNode results = root.path("validation_results").path("activeManifest");
            Set<String> successes = codes(results.path("success"));
            boolean known = true;
            for (JsonNode failure : results.path("failure")) {
                if (!failure.path("code").asText().equals(UNTRUSTED)) {
                    return invalid(failure);
                }
                known = false;
            }
            for (JsonNode delta : root.path("validation_results").path("ingredientDeltas")) {
                for (JsonNode failure : delta.path("validationDeltas").path("failure")) {
                    return invalid(failure);
                }
            }
            if (!successes.contains("claimSignature.validated")
                    || !successes.contains("assertion.dataHash.match")) {
                return new CredentialVerdict.Invalid(
                        "redoubt.manifest.unproven",
                        "The manifest was read, but its signature or its hash was not confirmed.");
            }
            String active = root.path("active_manifest").asText();
            CredentialFacts facts =
                    facts(active, root.path("manifests").path(active), opened, report);
            if (!active.equals(opened.urn())
                    || !facts.entry().contentSha256().equals(opened.contentSha256())) {
                return new CredentialVerdict.Invalid(
                        "redoubt.content.mismatch",
                        "The text is not the one that the credential's audit entry speaks of.");
            }
            return known && successes.contains("signingCredential.trusted")
                    ? new CredentialVerdict.Valid(facts)
                    : new CredentialVerdict.UnknownSigner(facts);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return new CredentialVerdict.Invalid(
                    "redoubt.manifest.foreign",
                    "The credential is not one that Redoubt makes: " + e.getMessage());
        }
    }

    private static Set<String> codes(JsonNode statuses) {
        Set<String> codes = new HashSet<>();
        statuses.forEach(status -> codes.add(status.path("code").asText()));
        return codes;
    }

    private static CredentialVerdict invalid(JsonNode failure) {
        String code = failure.path("code").asText("redoubt.failure");
        String meaning =
                switch (code) {
                    case "assertion.dataHash.mismatch" ->
                            "The content was changed after it was signed, or the credential belongs to"
                                    + " another content.";
                    case "claimSignature.mismatch" ->
                            "The credential itself was changed: its signature does not fit.";
                    case "assertion.hashedURI.mismatch" ->
                            "A statement in the credential was changed after it was signed.";
                    case "signingCredential.expired" ->
                            "The certificate that signed is out of date, by this machine's clock.";
                    case "signingCredential.invalid" ->
                            "The certificate that signed is not one for Content Credentials.";
                    default ->
                            "The credential does not hold: " + failure.path("explanation").asText();
                };
        return new CredentialVerdict.Invalid(code, meaning);
    }

    private static CredentialFacts facts(
            String urn, JsonNode manifest, CredentialFile.Opened opened, String report) {
        JsonNode disclosure = assertion(manifest, ManifestDefinition.AI_DISCLOSURE);
        JsonNode entry = assertion(manifest, ManifestDefinition.AUDIT_ENTRY);
        if (entry.path("version").asInt() != 1) {
            throw new IllegalArgumentException("it has no audit entry of a known version");
        }
        JsonNode generator = manifest.path("claim_generator_info").path(0);
        JsonNode signature = manifest.path("signature_info");
        String identifier = disclosure.path("modelIdentifier").asText();
        return new CredentialFacts(
                urn,
                opened.form(),
                signature.path("common_name").asText(""),
                signature.path("issuer").asText(""),
                generator.path("name").asText("") + " " + generator.path("version").asText(""),
                created(assertion(manifest, "c2pa.actions")),
                new ModelFacts(
                        disclosure.path("modelName").asText(),
                        identifier.substring(Math.max(0, identifier.indexOf(':') + 1)),
                        disclosure.path("modelArchitecture").asText("")),
                new AuditEntryClaim(
                        entry.path("log_id").asText(),
                        entry.path("sequence").asLong(-1),
                        entry.path("leaf_hash").asText(),
                        entry.path("previous_hash").asText(),
                        entry.path("algorithm").asText(),
                        entry.path("content_sha256").asText(),
                        entry.path("request_id").asText()),
                opened.hashes(),
                report);
    }

    private static JsonNode assertion(JsonNode manifest, String label) {
        for (JsonNode assertion : manifest.path("assertions")) {
            String found = assertion.path("label").asText();
            if (found.equals(label) || found.startsWith(label + ".v")) {
                return assertion.path("data");
            }
        }
        throw new IllegalArgumentException("it has no " + label);
    }

    private static @Nullable Instant created(JsonNode actions) {
        try {
            return Instant.parse(actions.path("actions").path(0).path("when").asText());
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
