package redoubt.appliance.engines;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.http.RefusedException;

/// Memory of one model for requests that are computed by themselves, in a context beside the
/// engine's own. One of them is computed at a time, so all that are there share it: it is reserved
/// with the first and given back with the last. Thread safe.
final class MemoryBesides {
    private MemoryLedger.@Nullable Reservation held;
    private int holders;

    /// @throws RefusedException when there is none, with what to do
    synchronized EngineUse.Memory hold(String model, Room room, long bytes) throws IOException {
        try {
            if (held == null) held = room.besides(model, bytes);
        } catch (RefusedModelException refused) {
            throw RefusedException.unavailable(
                    refused.code(), String.valueOf(refused.getMessage()));
        }
        holders++;
        return this::leave;
    }

    private synchronized void leave() {
        MemoryLedger.Reservation last = held;
        if (--holders > 0 || last == null) return;
        last.close();
        held = null;
    }
}
