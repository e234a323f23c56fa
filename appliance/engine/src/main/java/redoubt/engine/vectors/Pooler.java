package redoubt.engine.vectors;

import java.util.List;

/// What the loop needs of a model that pools. The seam at which tests put one that misbehaves on
/// purpose. Used by the step thread alone.
public interface Pooler {

    /// Tokens computed at once.
    int tokensMax();

    /// Inputs computed at once.
    int inputsMax();

    /// Computes inputs together and returns a vector for each.
    ///
    /// @throws NativeException when they cannot be computed
    List<float[]> compute(List<int[]> inputs);
}
