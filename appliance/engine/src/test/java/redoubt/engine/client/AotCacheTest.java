package redoubt.engine.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AotCacheTest {
    @TempDir Path folder;

    @AfterEach
    void forget() {
        System.clearProperty(AotCache.FOLDER);
        System.clearProperty(AotCache.REHEARSAL);
    }

    @Nested
    class An_appliance_that_was_built_without_a_rehearsal {
        @Test
        void starts_its_engines_without_a_cache() {
            assertEquals(new AotCache.None(), AotCache.asLaunched());
        }

        @Test
        void and_so_does_one_whose_cache_is_gone() {
            System.setProperty(AotCache.FOLDER, folder.toString());
            assertEquals(new AotCache.None(), AotCache.asLaunched());
        }
    }

    @Nested
    class A_cache_that_is_there {
        @Test
        void is_used() throws Exception {
            Path cache = Files.createFile(folder.resolve("engine.aot"));
            System.setProperty(AotCache.FOLDER, folder.toString());
            assertEquals(new AotCache.Use(cache), AotCache.asLaunched());
            assertTrue(
                    AotCache.asLaunched().options().contains("-XX:AOTCache=" + cache),
                    AotCache.asLaunched().options().toString());
        }
    }

    @Nested
    class A_rehearsal {
        @Test
        void notes_even_where_a_cache_is_there() throws Exception {
            Files.createFile(folder.resolve("engine.aot"));
            System.setProperty(AotCache.FOLDER, folder.toString());
            System.setProperty(AotCache.REHEARSAL, folder.toString());
            assertEquals(
                    new AotCache.Rehearse(folder.resolve("engine.aotconf")), AotCache.asLaunched());
        }
    }
}
