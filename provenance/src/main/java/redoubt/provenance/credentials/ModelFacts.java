package redoubt.provenance.credentials;

/// The model as a credential names it. Immutable, any thread.
///
/// @param name the name that people see
/// @param sha256 measure of the weights over all shards, lower-case hex; it identifies the model
/// @param architecture such as `llama` or `gemma3`, as the weights file says
public record ModelFacts(String name, String sha256, String architecture) {
    public ModelFacts {
        Hex.require32("model sha256", sha256);
    }
}
