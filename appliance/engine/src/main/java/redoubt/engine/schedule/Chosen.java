package redoubt.engine.schedule;

import org.jspecify.annotations.Nullable;
import redoubt.engine.client.TokenChance;

/// A token that was chosen.
///
/// @param chance how likely it was, where that was asked for
public record Chosen(int token, @Nullable TokenChance chance) {}
