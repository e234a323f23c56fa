package redoubt.appliance.answers;

import com.fasterxml.jackson.annotation.JsonProperty;

/// What whoever asked can keep: where the answer stands in the record, and where its credential and
/// proof are to be had.
///
/// @param checkpoint the signed note that covers the SEAL entry
/// @param provenanceMs what record and credential cost this answer
public record Receipt(
        @JsonProperty("output_id") String outputId,
        @JsonProperty("log_id") String logId,
        long intent,
        long output,
        long seal,
        @JsonProperty("leaf_hash") String leafHash,
        String checkpoint,
        @JsonProperty("credential_url") String credentialUrl,
        @JsonProperty("proof_url") String proofUrl,
        @JsonProperty("provenance_ms") double provenanceMs) {}
