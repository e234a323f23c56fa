package redoubt.foreign.c2pa;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Makes the library's contexts, which hold settings and perhaps a signer. Stateless.
final class Contexts {
    private Contexts() {}

    /// @param signer taken over, or NULL for none
    static MemorySegment make(Bindings bindings, String settingsJson, MemorySegment signer)
            throws C2paException {
        MemorySegment settings = bindings.settingsNew();
        MemorySegment builder = bindings.contextBuilderNew();
        try (Arena arena = Arena.ofConfined()) {
            check(
                    bindings,
                    bindings.settingsUpdate(
                            settings, arena.allocateFrom(settingsJson), arena.allocateFrom("json")),
                    "taken the settings");
            check(
                    bindings,
                    bindings.contextBuilderSetSettings(builder, settings),
                    "taken the settings");
            if (!Bindings.isNull(signer)) {
                check(
                        bindings,
                        bindings.contextBuilderSetSigner(builder, signer),
                        "taken the signer");
            }
        } catch (C2paException e) {
            bindings.free(builder);
            throw e;
        } finally {
            bindings.free(settings);
        }
        MemorySegment context = bindings.contextBuilderBuild(builder);
        if (Bindings.isNull(context)) {
            throw failure(bindings, "made a context");
        }
        return context;
    }

    private static void check(Bindings bindings, int result, String what) throws C2paException {
        if (result < 0) {
            throw failure(bindings, what);
        }
    }

    static C2paException failure(Bindings bindings, String what) {
        String words = bindings.lastError();
        return new C2paException(
                "The C2PA library should have " + what + ", but says: " + words,
                words.startsWith("ManifestNotFound"));
    }
}
