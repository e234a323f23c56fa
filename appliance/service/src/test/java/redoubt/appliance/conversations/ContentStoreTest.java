package redoubt.appliance.conversations;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.appliance.site.Secrets;
import redoubt.appliance.site.SiteException;

/// Encrypted items on disk.
class ContentStoreTest {
    private static final byte[] TEXT = "a private question".getBytes(StandardCharsets.UTF_8);

    @TempDir private Path folder;
    private ContentStore store;
    private final String id = Secrets.id();

    @BeforeEach
    void open() throws Exception {
        Files.createDirectories(folder.resolve("content"));
        Files.createDirectories(folder.resolve("keys"));
        store = ContentStore.open(folder.resolve("content"), folder.resolve("keys"));
    }

    private Path file(String item) {
        return folder.resolve("content").resolve(item.substring(0, 2)).resolve(item + ".item");
    }

    @Test
    void gives_back_what_was_written() throws Exception {
        store.write(id, TEXT);
        assertArrayEquals(TEXT, store.read(id).orElseThrow());
        assertEquals(1, store.ids().size());
    }

    @Test
    void keeps_no_readable_text() throws Exception {
        store.write(id, TEXT);
        String raw = Files.readString(file(id), StandardCharsets.ISO_8859_1);
        assertFalse(raw.contains("private"));
    }

    @Test
    void refuses_an_item_of_which_any_byte_was_changed() throws Exception {
        store.write(id, TEXT);
        byte[] good = Files.readAllBytes(file(id));
        for (int i = 0; i < good.length; i++) {
            byte[] bad = good.clone();
            bad[i] ^= 1;
            Files.write(file(id), bad);
            assertThrows(IOException.class, () -> store.read(id), "byte " + i);
        }
    }

    @Test
    void refuses_an_item_that_was_put_in_the_place_of_another() throws Exception {
        String other = Secrets.id();
        store.write(id, TEXT);
        store.write(other, TEXT);
        Files.copy(file(id), file(other), StandardCopyOption.REPLACE_EXISTING);
        assertThrows(IOException.class, () -> store.read(other));
    }

    @Test
    void removes_what_a_process_that_was_ended_left_half_written() throws Exception {
        store.write(id, TEXT);
        Path left = file(id).resolveSibling("." + id + ".item." + UUID.randomUUID() + ".new");
        Path key = folder.resolve("keys/.content.key." + UUID.randomUUID() + ".new");
        Path other = file(id).resolveSibling(".new");
        for (Path file : List.of(left, key, other)) Files.copy(file(id), file);
        ContentStore.open(folder.resolve("content"), folder.resolve("keys"));
        assertFalse(Files.exists(left) || Files.exists(key));
        assertTrue(Files.exists(other) && Files.exists(file(id)), "what else is there stays");
    }

    @Test
    void keeps_a_form_beside_its_item_and_erases_it_with_it() throws Exception {
        store.write(id, TEXT);
        assertTrue(store.keepForm(id, "text", new byte[] {1, 2, 3}));
        assertArrayEquals(new byte[] {1, 2, 3}, store.form(id, "text").orElseThrow());
        assertTrue(store.form(id, "markdown").isEmpty());
        assertEquals(1, store.ids().size());
        store.erase(id);
        try (var left = Files.walk(folder.resolve("content"))) {
            assertEquals(0, left.filter(Files::isRegularFile).count());
        }
    }

    @Test
    void keeps_no_form_of_what_was_erased() throws Exception {
        store.write(id, TEXT);
        store.erase(id);
        assertFalse(store.keepForm(id, "text", TEXT));
        assertTrue(store.form(id, "text").isEmpty());
    }

    @Test
    void erases_with_the_key() throws Exception {
        store.write(id, TEXT);
        store.erase(id);
        assertEquals(Optional.empty(), store.read(id).map(String::new));
        assertTrue(store.ids().isEmpty());
    }

    @Test
    void does_not_make_a_new_key_over_content_that_needs_the_old_one() throws Exception {
        store.write(id, TEXT);
        Files.delete(folder.resolve("keys/content.key"));
        assertThrows(
                SiteException.class,
                () -> ContentStore.open(folder.resolve("content"), folder.resolve("keys")));
    }

    @Test
    void takes_nothing_but_an_identifier_as_a_name() {
        assertThrows(IllegalArgumentException.class, () -> store.read("../../keys/content"));
    }
}
