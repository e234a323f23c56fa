package redoubt.foreign.c2pa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The edges of the binding; what it is for is tested where credentials are made.
class C2paTest {
    private static final String SETTINGS = "{\"verify\":{\"remote_manifest_fetch\":false}}";

    @TempDir Path folder;

    @Test
    void a_missing_library_is_named_with_what_to_do() {
        C2paException refused = assertThrows(C2paException.class, () -> C2pa.open(folder));
        assertTrue(refused.sentence().contains("Build it with native/build"), refused.sentence());
    }

    @Test
    void a_file_that_is_no_library_is_refused() throws Exception {
        Files.writeString(folder.resolve(C2pa.LIBRARY), "no library");
        C2paException refused = assertThrows(C2paException.class, () -> C2pa.open(folder));
        assertTrue(refused.sentence().contains("does not load"), refused.sentence());
    }

    @Test
    void the_library_is_the_version_that_was_bound() throws Exception {
        assertTrue(library().version().contains(C2pa.VERSION));
    }

    @Test
    void settings_that_are_not_json_are_refused_with_the_librarys_words() throws Exception {
        C2pa library = library();
        C2paException refused = assertThrows(C2paException.class, () -> library.reading("{"));
        assertTrue(refused.sentence().contains("but says: "), refused.sentence());
        assertTrue(refused.sentence().length() > 70, refused.sentence());
    }

    @Test
    void certificates_that_are_none_sign_nothing() throws Exception {
        C2pa library = library();
        try (SigningContext context = library.signing(SETTINGS, "no certificate")) {
            assertThrows(C2paException.class, () -> context.sign("{}", data -> new byte[64]));
        }
    }

    @Nested
    class A_reader {
        @Test
        void says_of_plain_text_that_it_has_no_manifest() throws Exception {
            try (ReadingContext context = library().reading(SETTINGS)) {
                C2paException none =
                        assertThrows(
                                C2paException.class,
                                () -> context.read("text/plain", new byte[] {'a'}, null));
                assertTrue(none.manifestNotFound(), none.sentence());
            }
        }

        @Test
        void refuses_bytes_that_are_no_manifest_or_no_text_or_of_no_known_type() throws Exception {
            try (ReadingContext context = library().reading(SETTINGS)) {
                byte[] text = {'a'};
                for (int length : new int[] {0, 1, 8, 1000}) {
                    assertThrows(
                            C2paException.class,
                            () -> context.read("text/plain", text, new byte[length]));
                }
                assertThrows(
                        C2paException.class,
                        () -> context.read("text/plain", new byte[] {-1, -2}, null));
                assertThrows(C2paException.class, () -> context.read("no/type", new byte[0], null));
            }
        }

        @Test
        void that_is_closed_is_not_used_and_can_be_closed_again() throws Exception {
            ReadingContext context = library().reading(SETTINGS);
            context.close();
            context.close();
            assertEquals(
                    "the reading context is closed",
                    assertThrows(
                                    IllegalStateException.class,
                                    () -> context.read("text/plain", new byte[0], null))
                            .getMessage());
        }
    }

    private static C2pa library() throws C2paException {
        String path = System.getProperty("redoubt.native", "");
        assumeTrue(
                !path.isEmpty() && Files.exists(Path.of(path, C2pa.LIBRARY)),
                "the C2PA library is not built: run native/build and pass -Dredoubt.native");
        return C2pa.open(Path.of(path));
    }
}
