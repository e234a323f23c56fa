package redoubt.verifier;

import java.util.Locale;
import redoubt.provenance.credentials.CredentialVerdict;

/// What was found of the credential alone, kept apart for programs: an unknown signer is no
/// forgery, a missing credential is not a broken one, and one that could not be checked is none of
/// these.
enum CredentialState {
    VALID,
    UNKNOWN_SIGNER,
    INVALID,
    ABSENT,
    UNCHECKED;

    static CredentialState of(CredentialVerdict verdict) {
        return switch (verdict) {
            case CredentialVerdict.Valid _ -> VALID;
            case CredentialVerdict.UnknownSigner _ -> UNKNOWN_SIGNER;
            case CredentialVerdict.Invalid _ -> INVALID;
            case CredentialVerdict.Absent _ -> ABSENT;
            case CredentialVerdict.Unchecked _ -> UNCHECKED;
        };
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
