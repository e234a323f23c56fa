package redoubt.provenance.inference;

import java.io.IOException;
import redoubt.provenance.credentials.Stamped;

/// Stores the answer before it is sealed, so that whatever the record calls sealed can be found.
@FunctionalInterface
public interface BeforeSeal {
    /// Called on the thread that completes, after the OUTPUT entry has its place and before the
    /// SEAL.
    ///
    /// @param detached the answer and its manifest
    /// @param output enough to make further forms of it later
    /// @throws IOException when it cannot be stored; the answer is then aborted and not sealed
    void store(Stamped detached, StoredOutput output) throws IOException;
}
