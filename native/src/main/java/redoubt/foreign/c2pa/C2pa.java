package redoubt.foreign.c2pa;

import java.nio.file.Files;
import java.nio.file.Path;

/// The C2PA library, opened. It owns the mapping of the library for the life of the process; any
/// thread. Contexts are made from it and shared; everything else lives for one call.
public final class C2pa {
    /// The file that native/c2pa/build makes.
    public static final String LIBRARY = "libredoubt_c2pa.so";

    /// The only version whose behaviour these bindings were written for.
    public static final String VERSION = "0.91.4";

    private final Bindings bindings;

    private C2pa(Bindings bindings) {
        this.bindings = bindings;
    }

    /// Opens `LIBRARY` in a folder and checks that it is the version that we were written for.
    ///
    /// @throws C2paException when it is missing, does not load, or is another version
    public static C2pa open(Path folder) throws C2paException {
        Path library = folder.resolve(LIBRARY).toAbsolutePath();
        if (!Files.isReadable(library)) {
            throw new C2paException(
                    "The C2PA library is missing at "
                            + library
                            + ", so credentials can be neither made nor checked. Build it with native/build.");
        }
        Bindings bindings;
        try {
            bindings = new Bindings(library);
        } catch (IllegalArgumentException | java.util.NoSuchElementException e) {
            throw new C2paException(
                    "The C2PA library at "
                            + library
                            + " does not load on this machine: "
                            + e.getMessage());
        }
        String version = bindings.version();
        if (!version.contains(VERSION)) {
            throw new C2paException(
                    "The C2PA library at "
                            + library
                            + " is version "
                            + version
                            + ", but "
                            + VERSION
                            + " is needed. Run native/build again.");
        }
        return new C2pa(bindings);
    }

    public String version() {
        return bindings.version();
    }

    /// A context that signs with ES256.
    ///
    /// @param settingsJson settings of the library
    /// @param certificatesPem the signer's certificate, then any between it and the root
    public SigningContext signing(String settingsJson, String certificatesPem)
            throws C2paException {
        return SigningContext.of(bindings, settingsJson, certificatesPem);
    }

    /// A context that reads and checks.
    public ReadingContext reading(String settingsJson) throws C2paException {
        return ReadingContext.of(bindings, settingsJson);
    }
}
