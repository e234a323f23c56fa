package redoubt.engine.client;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What an engine's JVM does with an ahead-of-time cache: classes that were parsed and linked when
/// Redoubt was built, and how their methods ran then. Nothing depends on it but the time to start.
/// Source: JEP 483, JEP 515.
public sealed interface AotCache {

    /// The options of the JVM for this.
    List<String> options();

    /// Starts without one.
    record None() implements AotCache {
        @Override
        public List<String> options() {
            return List.of();
        }
    }

    /// Starts with one. The JVM looks whether it was made by itself from the same jars, and goes on
    /// without it where it was not.
    record Use(Path cache) implements AotCache {
        @Override
        public List<String> options() {
            return List.of("-XX:AOTCache=" + cache);
        }
    }

    /// Notes at its end what a cache should have.
    record Rehearse(Path configuration) implements AotCache {
        @Override
        public List<String> options() {
            return List.of(
                    "-XX:AOTMode=record",
                    "-XX:AOTConfiguration=" + configuration,
                    "-D" + REHEARSES + "=true");
        }
    }

    /// Makes a cache of what was noted, and runs nothing.
    record Assemble(Path configuration, Path cache) implements AotCache {
        @Override
        public List<String> options() {
            return List.of(
                    "-XX:AOTMode=create",
                    "-XX:AOTConfiguration=" + configuration,
                    "-XX:AOTCache=" + cache);
        }

        /// The command that does it. Its options are those of an engine, because a JVM takes only a
        /// cache that was made with its own.
        public List<String> command(Path javaHome, String modulePath) {
            return EngineCommand.words(javaHome, modulePath, this);
        }
    }

    /// The name of the system property with the folder to use caches from.
    String FOLDER = "redoubt.aot";

    /// The name of the system property with the folder to rehearse into.
    String REHEARSAL = "redoubt.aot.rehearsal";

    /// The name of the system property that tells an engine's JVM that it rehearses.
    String REHEARSES = "redoubt.aot.rehearses";

    /// As the launcher says in the two properties.
    static AotCache asLaunched() {
        String rehearsal = System.getProperty(REHEARSAL, "");
        if (!rehearsal.isEmpty()) {
            return new Rehearse(Path.of(rehearsal).resolve("engine.aotconf"));
        }
        String folder = System.getProperty(FOLDER, "");
        Path cache = Path.of(folder).toAbsolutePath().resolve("engine.aot");
        return !folder.isEmpty() && Files.isRegularFile(cache) ? new Use(cache) : new None();
    }
}
