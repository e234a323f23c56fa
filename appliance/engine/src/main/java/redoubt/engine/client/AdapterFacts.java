package redoubt.engine.client;

/// An adapter that an engine has loaded.
///
/// @param name what requests call it
/// @param ownName what its file calls it
/// @param rank the largest rank of its pairs of matrices
/// @param matrices how many of the model's matrices it changes
/// @param weightBytes what its weights take
/// @param memoryVerdict how it fits into this host
/// @param sha256 of its file, as the engine read it
public record AdapterFacts(
        String name,
        String ownName,
        long rank,
        int matrices,
        long weightBytes,
        String memoryVerdict,
        String sha256) {}
