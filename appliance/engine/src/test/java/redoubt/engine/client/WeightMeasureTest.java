package redoubt.engine.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.fixtures.HostileGguf;
import redoubt.fixtures.TinyModel;

class WeightMeasureTest {
    @TempDir Path folder;

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    @Test
    void of_one_file_is_its_sha256() throws Exception {
        Path file = TinyModel.write(folder.resolve("m.gguf"), TinyModel.Options.base());
        WeightMeasure measure = WeightMeasure.of(file);
        assertEquals(sha256(Files.readAllBytes(file)), measure.sha256());
        assertEquals(
                List.of(new WeightMeasure.Shard("m.gguf", Files.size(file), measure.sha256())),
                measure.shards());
    }

    @Test
    void of_several_files_is_the_sha256_of_their_list() throws Exception {
        Path one = Files.writeString(folder.resolve("1"), "abc");
        Path two = Files.write(folder.resolve("2"), new byte[5_000_000]);
        String list =
                "redoubt-weights-v1\n"
                        + "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n"
                        + sha256(new byte[5_000_000])
                        + "\n";
        assertEquals(
                sha256(list.getBytes(StandardCharsets.US_ASCII)),
                WeightMeasure.ofShards(List.of(one, two)).sha256());
    }

    @Test
    void of_what_is_no_model_is_refused() {
        Path file = HostileGguf.NOT_A_MODEL.write(folder.resolve("m.gguf"));
        assertThrows(IOException.class, () -> WeightMeasure.of(file));
    }
}
