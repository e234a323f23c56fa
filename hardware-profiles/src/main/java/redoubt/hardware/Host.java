package redoubt.hardware;

import java.io.IOException;
import java.nio.file.Path;

/// What this host gives to the calling process: cores, memory, processor.
///
/// @param cores how many cores may be used, and why that many
/// @param memory how much memory may be used, and why that much
/// @param processor what the processor says it is
@SuppressWarnings("DoNotCallSuggester")
public record Host(Cores cores, Memory memory, Processor processor) {

    /// Reads the host whose file system starts at `root`: `/`, or a fixture.
    public static Host detect(Path root) throws IOException {
        throw new IOException("not built yet: " + root);
    }
}
