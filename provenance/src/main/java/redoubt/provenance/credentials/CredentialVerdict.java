package redoubt.provenance.credentials;

/// What a check of a credential found. The states are kept apart because they mean different things
/// to a person: an unknown signer is not a forgery, and a missing credential is not a broken one.
///
/// Immutable, any thread.
public sealed interface CredentialVerdict {

    /// The content is untouched and the signer chains to an anchor that the checker brought.
    record Valid(CredentialFacts facts) implements CredentialVerdict {}

    /// The content is untouched, but nobody that the checker trusts vouches for the signer.
    record UnknownSigner(CredentialFacts facts) implements CredentialVerdict {}

    /// There is a credential and it does not hold.
    ///
    /// @param code the first failure, a C2PA status code such as `assertion.dataHash.mismatch` or
    ///   one of ours that begins with `redoubt.`
    /// @param sentence what that means
    record Invalid(String code, String sentence) implements CredentialVerdict {}

    /// There is no credential here.
    record Absent(String sentence) implements CredentialVerdict {}

    /// It could not be checked on this machine; nothing is known about it.
    record Unchecked(String why) implements CredentialVerdict {}
}
