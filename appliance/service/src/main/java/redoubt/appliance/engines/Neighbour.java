package redoubt.appliance.engines;

/// A loaded model, as one that needs memory looks at it.
///
/// @param heldBytes what was planned for it
/// @param answering requests that it is working on
/// @param lastUsedNanos by `System.nanoTime`
record Neighbour(String id, long heldBytes, boolean pinned, int answering, long lastUsedNanos) {

    /// Whether it may be unloaded for another's sake.
    boolean movable() {
        return !pinned && answering == 0;
    }

    /// For a person who has to decide what to unload.
    String sentence() {
        return "%s (%s%s%s)"
                .formatted(
                        id,
                        Sizes.readable(heldBytes),
                        pinned ? ", pinned" : "",
                        answering == 0 ? ", idle" : ", answering " + answering);
    }
}
