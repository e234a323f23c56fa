package redoubt.appliance.engines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.engine.client.WeightMeasure;

class MeasuringTest {
    @TempDir Path folder;

    private Path weights(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    @Nested
    class Files_that_stay_as_they_are {
        @Test
        void are_measured() throws Exception {
            List<Path> shards = List.of(weights("a", "one"), weights("b", "two"));
            try (Measuring measuring = Measuring.begin(shards)) {
                assertEquals(WeightMeasure.ofShards(shards), measuring.finish());
            }
        }
    }

    @Nested
    class A_file_that_is_replaced_by_one_of_the_same_size_and_time {
        @Test
        void is_noticed() throws Exception {
            Path file = weights("a", "one");
            try (Measuring measuring = Measuring.begin(List.of(file))) {
                Path other = weights("b", "two");
                Files.setLastModifiedTime(other, Files.getLastModifiedTime(file));
                Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
                IOException changed = assertThrows(IOException.class, measuring::finish);
                assertTrue(
                        String.valueOf(changed.getMessage()).contains("was changed while"),
                        changed.getMessage());
            }
        }
    }

    @Nested
    class A_file_that_is_gone {
        @Test
        void is_said_before_anything_is_loaded() {
            assertThrows(IOException.class, () -> Measuring.begin(List.of(folder.resolve("none"))));
        }
    }
}
