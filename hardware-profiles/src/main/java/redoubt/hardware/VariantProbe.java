package redoubt.hardware;

import java.io.IOException;
import java.nio.file.Path;

/// Chooses the CPU variant of the native library by trying each in a child process.
@SuppressWarnings("DoNotCallSuggester")
public final class VariantProbe {
    private VariantProbe() {}

    /// The choice for this host: remembered in `cacheDir` from an earlier probe of the same host,
    /// build and number formats, or probed now.
    ///
    /// @throws IOException when no variant survives, or a child cannot be started
    public static VariantReport choose(ProbeLaunch launch, Host host, Path cacheDir)
            throws IOException {
        throw new IOException("not built yet: " + launch + host + cacheDir);
    }
}
