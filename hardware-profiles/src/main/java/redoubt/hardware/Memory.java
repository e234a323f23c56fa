package redoubt.hardware;

/// How much memory this process may use.
///
/// @param totalBytes memory of the host
/// @param availableBytes what a new process can take without swapping or being killed
/// @param reason which limit decided, for a person
public record Memory(long totalBytes, long availableBytes, String reason) {}
