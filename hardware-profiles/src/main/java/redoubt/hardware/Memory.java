package redoubt.hardware;

/// How much memory this process may use.
///
/// @param totalBytes memory of the host
/// @param availableBytes what a new process can take without swapping or being killed
/// @param mappedFilesTaken whether files that processes have mapped and use are missing from
///   `availableBytes` already, as in a control group; the kernel's own figure counts them as
///   available
/// @param reason which limit decided, for a person
public record Memory(
        long totalBytes, long availableBytes, boolean mappedFilesTaken, String reason) {

    /// The same with less of it to give.
    public Memory withAvailable(long bytes) {
        return new Memory(totalBytes, bytes, mappedFilesTaken, reason);
    }
}
