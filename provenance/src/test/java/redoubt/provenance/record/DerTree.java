package redoubt.provenance.record;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// One value of DER (X.690) as a tree, which can be changed at one place and written again with
/// lengths that fit. What an octet string holds is looked into where it is DER too. One thread.
final class DerTree {
    private static final int DEPTH_MAX = 24;
    private static final int CONSTRUCTED = 0x20;
    private static final int OCTET_STRING = 0x04;
    private static final int[] TAGS = {
        0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0a, 0x0c, 0x13, 0x17, 0x18, 0x24, 0x30, 0x31,
        0x80, 0x82, 0xa0, 0xa3, 0x1f, 0xff
    };

    private int tag;
    private byte[] content;
    private final List<DerTree> parts = new ArrayList<>();

    private DerTree(int tag, byte[] content) {
        this.tag = tag;
        this.content = content;
    }

    /// The same DER with another value somewhere; blindly changed where it is not DER.
    static byte[] changed(byte[] der, Mutations mutations) {
        List<DerTree> all = new ArrayList<>();
        List<DerTree> top = new ArrayList<>();
        if (!read(der, top, all, 0)) return mutations.blind(der);
        DerTree chosen = all.get(mutations.next(all.size()));
        DerTree other = all.get(mutations.next(all.size()));
        switch (mutations.next(6)) {
            case 0 -> chosen.tag = TAGS[mutations.next(TAGS.length)];
            case 1 -> {
                byte[] content = mutations.blind(chosen.encodedContent());
                chosen.parts.clear();
                chosen.content = content;
            }
            case 2 -> {
                if (!chosen.parts.isEmpty())
                    chosen.parts.remove(mutations.next(chosen.parts.size()));
            }
            case 3 -> {
                if (!chosen.parts.isEmpty())
                    chosen.parts.add(chosen.parts.get(mutations.next(chosen.parts.size())));
            }
            case 4 -> {
                byte[] content = other.encodedContent();
                chosen.parts.clear();
                chosen.content = content;
                chosen.tag = other.tag;
            }
            default -> {
                chosen.parts.clear();
                chosen.content = new byte[mutations.next(3)];
            }
        }
        var out = new ByteArrayOutputStream();
        top.forEach(value -> value.write(out));
        return out.toByteArray();
    }

    private static boolean read(byte[] der, List<DerTree> into, List<DerTree> all, int depth) {
        if (der.length == 0 || depth > DEPTH_MAX) return false;
        List<DerTree> inner = new ArrayList<>();
        for (int at = 0; at < der.length; ) {
            if (at + 2 > der.length) return false;
            int tag = der[at++] & 0xff;
            int length = der[at++] & 0xff;
            if (length > 0x80 && length < 0x84) {
                int octets = length - 0x80;
                length = 0;
                for (; octets > 0 && at < der.length; octets--)
                    length = length << 8 | der[at++] & 0xff;
            }
            if (length > der.length - at || (tag & 0x1f) == 0x1f) return false;
            DerTree value = new DerTree(tag, Arrays.copyOfRange(der, at, at + length));
            inner.add(value);
            all.add(value);
            if ((tag & CONSTRUCTED) != 0 || tag == OCTET_STRING) {
                int known = all.size();
                if (!read(value.content, value.parts, all, depth + 1)) {
                    value.parts.clear();
                    while (all.size() > known) all.removeLast();
                }
            }
            at += length;
        }
        into.addAll(inner);
        return true;
    }

    private byte[] encodedContent() {
        if (parts.isEmpty()) return content;
        var out = new ByteArrayOutputStream();
        parts.forEach(part -> part.write(out));
        return out.toByteArray();
    }

    private void write(ByteArrayOutputStream out) {
        byte[] inner = encodedContent();
        out.write(tag);
        if (inner.length > 0xffff) out.write(0x83);
        else if (inner.length > 0xff) out.write(0x82);
        else if (inner.length > 0x7f) out.write(0x81);
        if (inner.length > 0xffff) out.write(inner.length >>> 16);
        if (inner.length > 0xff) out.write(inner.length >>> 8);
        out.write(inner.length);
        out.writeBytes(inner);
    }
}
