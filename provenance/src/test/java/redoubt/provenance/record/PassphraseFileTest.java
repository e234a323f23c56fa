package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One file is one passphrase, whichever command reads it.
class PassphraseFileTest {
    @TempDir Path folder;

    private String read(String content) throws Exception {
        return read(content.getBytes(StandardCharsets.UTF_8));
    }

    private String read(byte[] content) throws Exception {
        return new String(PassphraseFile.read(Files.write(folder.resolve("file"), content)));
    }

    private void isRefused(byte[] content, String why) {
        var refused = assertThrows(PassphraseFile.PassphraseException.class, () -> read(content));
        assertTrue(String.valueOf(refused.getMessage()).contains(why), refused.getMessage());
    }

    @Test
    void is_its_one_line_as_it_would_be_typed() throws Exception {
        assertEquals("fünf gute Wörter", read("fünf gute Wörter"));
        assertEquals("five good words", read("five good words\n"));
        assertEquals("five good words", read("five good words\r\n"));
        assertEquals(" with spaces ", read(" with spaces \n"));
    }

    @Test
    void of_anything_else_is_refused() {
        isRefused(new byte[0], "empty");
        isRefused("\n".getBytes(StandardCharsets.UTF_8), "empty");
        isRefused("one\ntwo\n".getBytes(StandardCharsets.UTF_8), "more than one line");
        isRefused("one\rtwo".getBytes(StandardCharsets.UTF_8), "more than one line");
        isRefused("f\u00fcnf".getBytes(StandardCharsets.ISO_8859_1), "UTF-8");
        isRefused(new byte[5_000], "too long");
    }
}
