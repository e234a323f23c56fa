package redoubt.hardware;

/// How many cores this process may use.
///
/// @param usable threads that compute at the same time without being throttled; at least 1
/// @param online cores that the kernel runs
/// @param reason which limit decided, for a person
public record Cores(int usable, int online, String reason) {}
