package redoubt.engine.client;

/// A LoRA adapter in one request.
///
/// @param name of an adapter that the engine was given
/// @param scale strength; 1 as it was trained, 0 is off
public record AdapterUse(String name, float scale) {
    public AdapterUse {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("an adapter's name must not be empty");
        }
        if (!Float.isFinite(scale) || Math.abs(scale) > 100f) {
            throw new IllegalArgumentException("an adapter's scale must be -100 to 100");
        }
    }
}
