package redoubt.appliance.engines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFolderTest {
    @TempDir Path folder;

    private Path file(String name) throws IOException {
        return Files.writeString(folder.resolve(name), "");
    }

    private List<String> ids(Path standard) throws IOException {
        return new ModelFolder(folder, standard).models().stream().map(KnownModel::id).toList();
    }

    @Nested
    class The_folder_of_models {
        @Test
        void has_one_model_for_each_file_and_the_default_one_first() throws Exception {
            file("b.gguf");
            file("A Model.GGUF");
            file("notes.txt");
            file(".hidden.gguf");
            assertEquals(
                    List.of("default-model", "a-model", "b"),
                    ids(Path.of("/elsewhere/default-model.gguf")));
        }

        @Test
        void has_one_model_for_all_shards() throws Exception {
            file("big-00001-of-00003.gguf");
            file("big-00002-of-00003.gguf");
            file("big-00003-of-00003.gguf");
            assertEquals(List.of("x", "big"), ids(Path.of("/x.gguf")));
        }

        @Test
        void has_the_default_model_once_when_it_lies_there() throws Exception {
            Path standard = file("x.gguf");
            assertEquals(List.of("x"), ids(standard));
        }

        @Test
        void gives_no_two_models_the_same_name() throws Exception {
            file("same.gguf");
            file("default.gguf");
            List<String> ids = ids(Path.of("/elsewhere/same.gguf"));
            assertEquals(3, ids.stream().distinct().count(), ids.toString());
            assertEquals("same", ids.getFirst());
            assertTrue(ids.stream().noneMatch(id -> id.equals(Engines.DEFAULT)), ids.toString());
        }

        @Test
        void may_not_be_there() throws Exception {
            assertEquals(
                    List.of("x"),
                    new ModelFolder(folder.resolve("none"), Path.of("/x.gguf"))
                            .models().stream().map(KnownModel::id).toList());
        }
    }

    @Nested
    class The_settings {
        @Test
        void are_the_usual_ones_where_nobody_decided() throws Exception {
            ModelSettings settings = ModelSettings.read(folder.resolve("settings.json"));
            assertTrue(settings.loadOnDemand() && settings.makeRoom());
            assertTrue(settings.of("m", true).pinned());
            assertEquals(new ModelSettings.Choice(false, 0, null), settings.of("m", false));
        }

        @Test
        void are_read_as_they_were_written() throws Exception {
            Path file = folder.resolve("settings.json");
            ModelSettings settings =
                    ModelSettings.usual()
                            .with("m", new ModelSettings.Choice(true, 7, "small"))
                            .with("n", new ModelSettings.Choice(false, 0, null));
            settings.write(file);
            assertEquals(settings, ModelSettings.read(file));
        }

        @Test
        void of_a_version_that_knew_no_drafts_are_read() throws Exception {
            Path file =
                    Files.writeString(
                            folder.resolve("settings.json"),
                            "{\"loadOnDemand\":true,\"makeRoom\":true,\"memoryMib\":0,\"models\":{\"m\":{\"pinned\":true,\"idleMinutes\":7}}}");
            assertEquals(
                    new ModelSettings.Choice(true, 7, null),
                    ModelSettings.read(file).of("m", false));
        }

        @Test
        void that_somebody_else_wrote_are_refused() throws Exception {
            for (String wrong :
                    List.of(
                            "",
                            "[]",
                            "{\"pin\":true}",
                            "{\"loadOnDemand\":null}",
                            "{\"loadOnDemand\":true,\"makeRoom\":true}",
                            "{\"loadOnDemand\":true,\"makeRoom\":true,\"memoryMib\":0,\"models\":{\"m\":{}}}")) {
                Path file = Files.writeString(folder.resolve("settings.json"), wrong);
                IOException refused =
                        assertThrows(IOException.class, () -> ModelSettings.read(file));
                assertTrue(
                        String.valueOf(refused.getMessage()).contains("Restore it"),
                        refused.getMessage());
            }
        }
    }
}
