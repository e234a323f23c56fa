package redoubt.appliance.site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/// Marks a home whose installation has begun and not ended, so that a start after a power cut in
/// the middle goes on instead of refusing the folder.
public final class Installation {
    private static final String NAME = "installing";

    private Installation() {}

    static boolean unfinished(Path root) {
        return Files.exists(root.resolve(NAME));
    }

    public static void begin(Home home) throws IOException {
        Durable.write(home.root().resolve(NAME), new byte[0]);
    }

    public static void finish(Home home, Instant at) throws IOException {
        home.installed(at);
        Durable.remove(home.root().resolve(NAME));
    }
}
