package redoubt.hardware;

/// What one CPU variant did in its child process.
public sealed interface VariantResult {

    /// The variant's name, for example `haswell`.
    String variant();

    /// It multiplied everything right.
    ///
    /// @param oneRowMs milliseconds for the one-row products (decoding)
    /// @param manyRowsMs milliseconds for the many-row products (prefill)
    record Works(String variant, double oneRowMs, double manyRowsMs) implements VariantResult {}

    /// It is out, and why: died of a signal, wrong numbers, too slow, does not load here.
    record Fails(String variant, String why) implements VariantResult {}
}
