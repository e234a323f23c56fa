package redoubt.foreign.posix;

import java.nio.file.Path;
import java.util.List;

/// Tries each way out from inside the calling process and says what happened.
public final class SealProbe {
    private SealProbe() {}

    /// The ways out of an engine. `outside` is a folder that the process must not write to.
    public static List<ProbeResult> engine(Path outside) {
        return List.of();
    }

    /// The ways out of the gateway. `outside` is a folder that the process must not write to.
    public static List<ProbeResult> gateway(Path outside) {
        return List.of();
    }
}
