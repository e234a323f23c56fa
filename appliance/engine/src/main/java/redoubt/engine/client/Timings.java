package redoubt.engine.client;

/// Where the time of one generation went.
///
/// @param queuedMs from arrival to a free sequence, preparation included
/// @param prefillMs from there to the first token
/// @param decodeMs from the first token to the last
public record Timings(double queuedMs, double prefillMs, double decodeMs) {}
