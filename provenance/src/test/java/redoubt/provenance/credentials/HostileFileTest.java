package redoubt.provenance.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Files made to hurt the parts that take a file apart. Each is answered with a verdict, in a time
/// that grows with its length, and never with any other exception. Needs no library.
@Timeout(600)
class HostileFileTest {
    private static final String SELECTOR_0 = "\uFE00";

    @Nested
    class A_text {
        @Test
        void of_a_million_selectors_carries_nothing() throws Exception {
            assertNull(extractText(SELECTOR_0.repeat(1_000_000)));
            assertNull(extractText("\uFEFF" + SELECTOR_0.repeat(1_000_000)));
            assertNull(extractText("\uFEFF".repeat(1_000_000)));
        }

        @Test
        void whose_wrapper_lies_about_its_length_is_refused() {
            for (int length : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 0, 4, 6}) {
                byte[] file = wrapper(1, length, new byte[5]);
                assertEquals("manifest.text.corruptedWrapper", refused(Form.TEXT, file).code());
            }
        }

        @Test
        void whose_wrapper_is_of_another_version_or_stops_is_refused() {
            assertEquals(
                    "manifest.text.corruptedWrapper",
                    refused(Form.TEXT, wrapper(2, 5, new byte[5])).code());
            byte[] whole = TextCarrier.INSTANCE.embed(new byte[0], new byte[5]);
            // Behind the eight bytes of its name the wrapper is recognised as one.
            int name = TextCarrier.INSTANCE.length(new byte[0], new byte[0]) - 5 * 3;
            for (int end = name; end < whole.length; end++) {
                refused(Form.TEXT, Arrays.copyOf(whole, end));
            }
        }

        @Test
        void with_ten_thousand_wrappers_has_none_that_counts() {
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            byte[] one = TextCarrier.INSTANCE.embed(new byte[0], new byte[5]);
            for (int i = 0; i < 10_000; i++) {
                file.writeBytes(one);
            }
            assertEquals(
                    "manifest.text.multipleWrappers",
                    refused(Form.TEXT, file.toByteArray()).code());
        }

        @Test
        void that_carries_what_is_no_manifest_is_refused() {
            assertEquals(
                    "redoubt.manifest.malformed",
                    refused(Form.TEXT, TextCarrier.INSTANCE.embed(new byte[0], new byte[500]))
                            .code());
        }
    }

    @Nested
    class A_markdown_file {
        private static final String BEGIN = "-----BEGIN C2PA MANIFEST-----";
        private static final String END = "-----END C2PA MANIFEST-----";

        @Test
        void with_a_hundred_thousand_beginnings_is_refused() {
            refused(Form.MARKDOWN, bytes(BEGIN.repeat(100_000)));
            refused(Form.MARKDOWN, bytes((BEGIN + END).repeat(100_000)));
        }

        @Test
        void that_ends_too_early_is_refused() {
            refused(Form.MARKDOWN, bytes(BEGIN));
            refused(Form.MARKDOWN, bytes("<!-- " + BEGIN + " " + END + " -->\n"));
            refused(Form.MARKDOWN, bytes(END + BEGIN));
            refused(Form.MARKDOWN, bytes(BEGIN + "data:application/c2pa;base64,"));
        }

        @Test
        void whose_base64_is_not_is_refused() {
            refused(
                    Form.MARKDOWN,
                    bytes("<!-- " + BEGIN + " data:application/c2pa;base64,%% " + END + " -->\n"));
        }

        @Test
        void that_points_elsewhere_is_refused_and_nothing_is_fetched() {
            refused(
                    Form.MARKDOWN,
                    bytes("<!-- " + BEGIN + " https://example.invalid/a.c2pa " + END + " -->\n"));
        }

        @Test
        void of_a_million_lines_of_front_matter_is_searched_once() throws Exception {
            byte[] file = bytes("---\n" + "x\n".repeat(1_000_000));
            assertNull(MarkdownCarrier.INSTANCE.extract(file));
            assertEquals(0, MarkdownCarrier.INSTANCE.offset(file));
        }

        @Test
        void whose_comment_is_spelled_otherwise_is_refused() {
            byte[] good = MarkdownCarrier.INSTANCE.embed(bytes("text\n"), new byte[30]);
            String spelled = new String(good, StandardCharsets.US_ASCII);
            for (String change :
                    new String[] {
                        spelled.replace("<!-- ", "EVIL "),
                        spelled.replace(" -->", "    "),
                        spelled.replace("base64,", "base64, "),
                        "evil\n" + spelled
                    }) {
                refused(Form.MARKDOWN, bytes(change));
            }
        }
    }

    @Nested
    class A_manifest {
        @Test
        void that_is_empty_or_short_is_refused() {
            for (int length = 0; length < 64; length++) {
                refused(new byte[length]);
            }
        }

        @Test
        void with_boxes_nested_a_thousand_deep_is_refused() {
            byte[] inner = new byte[0];
            for (int i = 0; i < 1000; i++) {
                inner = superbox("x", inner);
            }
            refused(inner);
        }

        @Test
        void with_a_hundred_thousand_boxes_is_refused() {
            ByteArrayOutputStream boxes = new ByteArrayOutputStream();
            for (int i = 0; i < 100_000; i++) {
                boxes.writeBytes(box("free", new byte[0]));
            }
            refused(superbox("c2pa", boxes.toByteArray()));
        }

        @Test
        void whose_boxes_say_a_length_that_they_do_not_have_is_refused() {
            for (int length : new int[] {0, 1, 7, -1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
                byte[] store = superbox("c2pa", new byte[16]);
                ByteBuffer.wrap(store).putInt(0, length);
                refused(store);
            }
        }

        @Test
        void of_random_bytes_is_refused() {
            long seed = Long.getLong("redoubt.seed", 20261121L);
            System.out.println("seed " + seed);
            Random random = new Random(seed);
            for (int i = 0; i < 20_000; i++) {
                byte[] content = new byte[random.nextInt(200)];
                random.nextBytes(content);
                refused(superbox("c2pa", superbox("urn:c2pa:x", content)));
            }
        }

        private void refused(byte[] manifest) {
            assertInstanceOf(
                    CredentialFile.Broken.class,
                    CredentialFile.open(Form.DETACHED, new byte[0], manifest));
        }
    }

    @Nested
    class A_signature {
        @Test
        void of_random_bytes_is_refused() {
            long seed = Long.getLong("redoubt.seed", 20261121L);
            System.out.println("seed " + seed);
            Random random = new Random(seed);
            for (int i = 0; i < 50_000; i++) {
                byte[] cose = new byte[2 + random.nextInt(60)];
                random.nextBytes(cose);
                cose[0] = (byte) 0xD2;
                cose[1] = (byte) 0x84;
                try {
                    CoseEnvelope.read(cose);
                } catch (MalformedManifestException expected) {
                    continue;
                }
            }
        }

        @Test
        void that_claims_four_billion_headers_or_nests_for_ever_is_refused() {
            byte[] many = {(byte) 0xD2, (byte) 0x84, 0x40, (byte) 0xBA, -1, -1, -1, -1};
            assertThrows(MalformedManifestException.class, () -> CoseEnvelope.read(many));
            byte[] deep = new byte[100_000];
            Arrays.fill(deep, (byte) 0x81);
            deep[0] = (byte) 0xD2;
            deep[1] = (byte) 0x84;
            assertThrows(MalformedManifestException.class, () -> CoseEnvelope.read(deep));
        }
    }

    private static CredentialFile.Broken refused(Form form, byte[] file) {
        return assertInstanceOf(CredentialFile.Broken.class, CredentialFile.open(form, file, null));
    }

    private static Carrier.Carried extractText(String text) throws MalformedManifestException {
        return TextCarrier.INSTANCE.extract(bytes(text));
    }

    private static byte[] wrapper(int version, int length, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(13 + payload.length);
        frame.put("C2PATXT\0".getBytes(StandardCharsets.US_ASCII)).put((byte) version);
        frame.putInt(length).put(payload);
        StringBuilder text = new StringBuilder("\uFEFF");
        for (byte b : frame.array()) {
            int value = b & 0xFF;
            text.appendCodePoint(value < 16 ? 0xFE00 + value : 0xE0100 + value - 16);
        }
        return bytes(text.toString());
    }

    private static byte[] superbox(String label, byte[] content) {
        ByteArrayOutputStream description = new ByteArrayOutputStream();
        description.writeBytes(new byte[16]);
        description.write(3);
        description.writeBytes(bytes(label));
        description.write(0);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(box("jumd", description.toByteArray()));
        all.writeBytes(content);
        return box("jumb", all.toByteArray());
    }

    private static byte[] box(String type, byte[] content) {
        return ByteBuffer.allocate(8 + content.length)
                .putInt(8 + content.length)
                .put(bytes(type))
                .put(content)
                .array();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
