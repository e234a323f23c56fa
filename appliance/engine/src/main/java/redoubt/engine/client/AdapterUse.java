package redoubt.engine.client;

import java.util.Objects;

/// A LoRA adapter in one request.
///
/// @param name of an adapter that the engine was given
/// @param scale strength; 1 as it was trained, 0 is off
/// @param sha256 of its file, so that another one under the same name is refused; empty for
///   whichever it is
public record AdapterUse(String name, float scale, String sha256) {
    /// Whichever adapter has this name.
    public AdapterUse(String name, float scale) {
        this(name, scale, "");
    }

    @SuppressWarnings("NullAway") // What older versions stored has none.
    public AdapterUse {
        sha256 = Objects.requireNonNullElse(sha256, "");
        if (name.isEmpty()) {
            throw new IllegalArgumentException("an adapter's name must not be empty");
        }
        if (!Float.isFinite(scale) || Math.abs(scale) > 100f) {
            throw new IllegalArgumentException("an adapter's scale must be -100 to 100");
        }
    }

    /// The same, and no other file than this.
    public AdapterUse only(String measured) {
        return new AdapterUse(name, scale, measured);
    }
}
