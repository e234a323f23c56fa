package redoubt.appliance.site;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellWordTest {
    @Test
    void is_the_path_where_nothing_is_special() {
        assertEquals("/srv/redoubt-1/home", ShellWord.of(Path.of("/srv/redoubt-1/home")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a b", "/it's", "/a$HOME", "/a`b", "/a\"b", "/a\\b", "/a;b", "/ä*", "/plain"
            })
    void is_read_by_a_shell_as_the_path(String path) throws IOException {
        Process shell =
                new ProcessBuilder("sh", "-c", "printf %s " + ShellWord.of(Path.of(path))).start();
        byte[] read = shell.getInputStream().readAllBytes();
        assertEquals(path, new String(read, StandardCharsets.UTF_8));
    }
}
