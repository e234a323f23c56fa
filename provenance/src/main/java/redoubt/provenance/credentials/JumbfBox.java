package redoubt.provenance.credentials;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// One JUMBF box of a manifest store, by its place in the bytes.
///
/// Strict and bounded: a box must fill its parent exactly, lengths are 32 bit, nesting ends at
/// eight and the number of boxes at 4,096. Immutable, any thread. Source: ISO 19566-5; C2PA 2.4
/// section 11.
///
/// @param start offset of the length field
/// @param end offset after the last byte
/// @param type four characters, such as `jumb`
/// @param label of a superbox, empty for others
/// @param children of a superbox, after its description
record JumbfBox(int start, int end, String type, String label, List<JumbfBox> children) {
    private static final int HEADER_BYTES = 8;
    private static final int DEPTH_MAX = 8;
    private static final int BOXES_MAX = 4096;
    private static final int LABEL_BYTES_MAX = 512;
    private static final byte LABELLED = 0x03;
    private static final byte LABELLED_AND_SALTED = 0x13;

    /// Reads the one box that these bytes are.
    static JumbfBox read(byte[] bytes) throws MalformedManifestException {
        Reader reader = new Reader(bytes);
        JumbfBox box = reader.box(0, bytes.length, 0);
        if (box.end != bytes.length) {
            throw new MalformedManifestException("bytes follow the manifest store");
        }
        return box;
    }

    int contentStart() {
        return start + HEADER_BYTES;
    }

    /// The only child with this label.
    JumbfBox child(String wanted) throws MalformedManifestException {
        List<JumbfBox> found = children.stream().filter(c -> c.label.equals(wanted)).toList();
        if (found.size() != 1) {
            throw new MalformedManifestException(
                    found.size() + " boxes labelled " + wanted + " where one belongs");
        }
        return found.getFirst();
    }

    /// The only content box of a superbox, which must be CBOR.
    JumbfBox cbor() throws MalformedManifestException {
        if (children.size() != 1 || !children.getFirst().type.equals("cbor")) {
            throw new MalformedManifestException(label + " does not hold one CBOR box");
        }
        return children.getFirst();
    }

    private static final class Reader {
        private final byte[] bytes;
        private int boxes;

        Reader(byte[] bytes) {
            this.bytes = bytes;
        }

        JumbfBox box(int start, int limit, int depth) throws MalformedManifestException {
            if (++boxes > BOXES_MAX || depth > DEPTH_MAX) {
                throw new MalformedManifestException("too many boxes, or nested too deeply");
            }
            if (limit - start < HEADER_BYTES) {
                throw new MalformedManifestException("a box is cut short");
            }
            int length = ByteBuffer.wrap(bytes, start, 4).getInt();
            if (length < HEADER_BYTES || length > limit - start) {
                throw new MalformedManifestException("a box says a length that it does not have");
            }
            int end = start + length;
            String type = new String(bytes, start + 4, 4, StandardCharsets.ISO_8859_1);
            return type.equals("jumb")
                    ? superbox(start, end, depth)
                    : new JumbfBox(start, end, type, "", List.of());
        }

        private JumbfBox superbox(int start, int end, int depth) throws MalformedManifestException {
            JumbfBox description = box(start + HEADER_BYTES, end, depth + 1);
            if (!description.type.equals("jumd")) {
                throw new MalformedManifestException("a superbox has no description");
            }
            List<JumbfBox> children = new ArrayList<>();
            int at = description.end;
            while (at < end) {
                JumbfBox child = box(at, end, depth + 1);
                children.add(child);
                at = child.end;
            }
            return new JumbfBox(start, end, "jumb", label(description), List.copyOf(children));
        }

        /// Reads a description, whose switches no signature covers: they have two values, and
        /// nothing but a private box of salt may follow the label.
        private String label(JumbfBox description) throws MalformedManifestException {
            int toggles = description.contentStart() + 16;
            if (toggles >= description.end) {
                throw new MalformedManifestException("a description is cut short");
            }
            int from = toggles + 1;
            int to = from;
            while (to < description.end && bytes[to] != 0) {
                to++;
            }
            if (to == description.end || to - from > LABEL_BYTES_MAX) {
                throw new MalformedManifestException("a label does not end");
            }
            boolean salted = bytes[toggles] == LABELLED_AND_SALTED;
            if (!salted && bytes[toggles] != LABELLED) {
                throw new MalformedManifestException("a description of an unknown kind");
            }
            int end = salted ? box(to + 1, description.end, DEPTH_MAX).end : to + 1;
            if (end != description.end) {
                throw new MalformedManifestException("bytes follow a description");
            }
            return new String(bytes, from, to - from, StandardCharsets.UTF_8);
        }
    }
}
