package redoubt.engine.client;

/// Tokens of one generation.
///
/// @param promptTokens tokens of the prompt, cached ones included
/// @param cachedTokens of these, how many had been computed before for the same tenant
/// @param completionTokens tokens generated, the one that ended the answer included
/// @param guessed tokens that were computed ahead
public record Usage(int promptTokens, int cachedTokens, int completionTokens, Guessed guessed) {}
