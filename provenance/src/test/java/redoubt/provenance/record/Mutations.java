package redoubt.provenance.record;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/// Changes to bytes as somebody hostile makes them: blind ones, ones that know the heads of CBOR
/// and keep the rest in step, ones that know lines of text. The same seed makes the same changes.
/// One thread.
public final class Mutations {
    private static final int[] TELLING = {
        0x00, 0x01, 0x17, 0x18, 0x1b, 0x1f, 0x20, 0x3b, 0x40, 0x5b, 0x5f, 0x60, 0x7b, 0x7f, 0x80,
        0x9b, 0x9f, 0xa0, 0xbb, 0xbf, 0xc0, 0xd2, 0xf4, 0xf6, 0xf7, 0xfb, 0xff
    };
    private static final String[] WORDS = {
        "\n",
        "\n\n",
        "\r\n",
        " ",
        "\t",
        "=",
        "+",
        "-1",
        "0",
        "00",
        "9999999999999999999",
        "\u2014",
        "\u2014 ",
        "\u00a0",
        "\u2028",
        "\0",
        "#",
        "/",
        "../",
        "%00",
        "A",
        "\ufeff"
    };

    private final SplittableRandom random;

    public Mutations(long seed) {
        random = new SplittableRandom(seed);
    }

    /// A number below `bound`.
    public int next(int bound) {
        return random.nextInt(bound);
    }

    /// One to three changes to bytes of any kind.
    public byte[] ofBytes(byte[] sample) {
        byte[] made = sample.clone();
        for (int i = random.nextInt(3); i >= 0; i--) made = blind(made);
        return made;
    }

    /// One to three changes to CBOR, most of them to its structure.
    public byte[] ofCbor(byte[] sample) {
        byte[] made = sample.clone();
        for (int i = random.nextInt(3); i >= 0; i--)
            made = random.nextInt(4) == 0 ? blind(made) : structural(made);
        return made;
    }

    /// One to three changes to text of lines.
    public byte[] ofText(byte[] sample) {
        byte[] made = sample.clone();
        for (int i = random.nextInt(3); i >= 0; i--)
            made = random.nextInt(3) == 0 ? blind(made) : lines(made);
        return made;
    }

    /// One to three changes to DER, most of them to its structure, with all lengths around them
    /// kept in step.
    public byte[] ofDer(byte[] sample) {
        byte[] made = sample.clone();
        for (int i = random.nextInt(3); i >= 0; i--)
            made = random.nextInt(4) == 0 ? blind(made) : DerTree.changed(made, this);
        return made;
    }

    byte[] blind(byte[] old) {
        if (old.length == 0) return new byte[] {(byte) random.nextInt(256)};
        int at = random.nextInt(old.length);
        int length = Math.min(old.length - at, 1 << random.nextInt(9));
        return switch (random.nextInt(8)) {
            case 0 -> set(old, at, old[at] ^ 1 << random.nextInt(8));
            case 1 -> set(old, at, TELLING[random.nextInt(TELLING.length)]);
            case 2 -> set(old, at, old[at] + (random.nextBoolean() ? 1 : -1));
            case 3 -> replaced(old, at, at + length, new byte[0]);
            case 4 -> replaced(old, at, at, Arrays.copyOfRange(old, at, at + length));
            case 5 -> replaced(old, at, at, some(random.nextInt(9)));
            case 6 -> Arrays.copyOf(old, at);
            default -> replaced(old, at, at + length, new byte[length]);
        };
    }

    private byte[] lines(byte[] old) {
        // Through Latin-1, so that what is not UTF-8 stays what it is.
        List<String> lines =
                new ArrayList<>(
                        Arrays.asList(
                                new String(old, StandardCharsets.ISO_8859_1).split("\n", -1)));
        int at = random.nextInt(lines.size());
        int other = random.nextInt(lines.size());
        String line = lines.get(at);
        switch (random.nextInt(6)) {
            case 0 -> Collections.swap(lines, at, other);
            case 1 -> lines.add(other, line);
            case 2 -> lines.remove(at);
            case 3 -> {
                int in = random.nextInt(line.length() + 1);
                byte[] word = WORDS[random.nextInt(WORDS.length)].getBytes(StandardCharsets.UTF_8);
                lines.set(
                        at,
                        line.substring(0, in)
                                + new String(word, StandardCharsets.ISO_8859_1)
                                + line.substring(in));
            }
            case 4 -> lines.set(at, line.substring(0, random.nextInt(line.length() + 1)));
            default -> lines.set(at, line.substring(random.nextInt(line.length() + 1)));
        }
        return String.join("\n", lines).getBytes(StandardCharsets.ISO_8859_1);
    }

    /// One head of CBOR and the value behind it.
    private record Head(int at, int behind, int major, long value, int end) {}

    private byte[] structural(byte[] old) {
        List<Head> heads = new ArrayList<>();
        try {
            walk(old, 0, heads, 0);
        } catch (IndexOutOfBoundsException broken) {
            // Those before the break will do.
        }
        if (heads.isEmpty()) return blind(old);
        Head head = heads.get(random.nextInt(heads.size()));
        Head other = heads.get(random.nextInt(heads.size()));
        byte[] whole = Arrays.copyOfRange(old, head.at(), head.end());
        return switch (random.nextInt(9)) {
            // Another number, length or count.
            case 0 -> withHead(old, head, head.major(), telling(head.value()), 0);
            // The same, longer than it needs to be.
            case 1 -> withHead(old, head, head.major(), head.value(), 1 + random.nextInt(4));
            // Another type.
            case 2 -> withHead(old, head, random.nextInt(8), head.value(), 0);
            // Of indefinite length.
            case 3 -> set(old, head.at(), head.major() << 5 | 31);
            // Once more, taken out, in the place of another.
            case 4 -> replaced(old, head.at(), head.at(), whole);
            case 5 -> replaced(old, head.at(), head.end(), new byte[0]);
            case 6 -> replaced(old, other.at(), other.end(), whole);
            // With a tag; as a string whose length was kept in step.
            case 7 -> replaced(old, head.at(), head.at(), new byte[] {(byte) (0xc0 | next(32))});
            default -> {
                if (head.major() != 2 && head.major() != 3) yield blind(old);
                byte[] content = blind(Arrays.copyOfRange(old, head.behind(), head.end()));
                byte[] made = head(head.major(), content.length, 0);
                yield replaced(old, head.at(), head.end(), joined(made, content));
            }
        };
    }

    private long telling(long value) {
        return switch (random.nextInt(7)) {
            case 0 -> value + 1;
            case 1 -> Math.max(0, value - 1);
            case 2 -> 0;
            case 3 -> Long.MAX_VALUE;
            case 4 -> -1; // as many as 64 bits can say
            case 5 -> 0x7fff_ffffL + random.nextInt(3);
            default -> 1L << random.nextInt(63);
        };
    }

    private static byte[] withHead(byte[] old, Head head, int major, long value, int wider) {
        return replaced(old, head.at(), head.behind(), head(major, value, wider));
    }

    /// @param wider by how many steps the head is longer than it needs to be
    private static byte[] head(int major, long value, int wider) {
        int step =
                value < 0 || value > 0xffff_ffffL
                        ? 4
                        : value > 0xffff ? 3 : value > 0xff ? 2 : value > 23 ? 1 : 0;
        step = Math.min(4, step + wider);
        if (step == 0) return new byte[] {(byte) (major << 5 | (int) value)};
        int width = 1 << (step - 1);
        byte[] made = new byte[1 + width];
        made[0] = (byte) (major << 5 | (23 + step));
        for (int i = 0; i < width; i++) made[1 + i] = (byte) (value >>> 8 * (width - 1 - i));
        return made;
    }

    private static int walk(byte[] data, int at, List<Head> heads, int depth) {
        int major = (data[at] & 0xff) >>> 5;
        int info = data[at] & 31;
        int behind = at + 1;
        long value = info;
        if (info >= 24) {
            if (info > 27 || depth > 16) throw new IndexOutOfBoundsException();
            value = 0;
            for (int i = 0; i < 1 << (info - 24); i++) value = value << 8 | data[behind++] & 0xff;
        }
        int end = behind;
        int place = heads.size();
        heads.add(new Head(at, behind, major, value, behind));
        if (major == 2 || major == 3) {
            if (value < 0 || value > data.length - behind) throw new IndexOutOfBoundsException();
            end += (int) value;
        } else if (major >= 4 && major <= 6) {
            long items = major == 4 ? value : major == 5 ? 2 * value : 1;
            if (items < 0 || items > data.length) throw new IndexOutOfBoundsException();
            for (long i = 0; i < items; i++) end = walk(data, end, heads, depth + 1);
        }
        heads.set(place, new Head(at, behind, major, value, end));
        return end;
    }

    private byte[] some(int length) {
        byte[] made = new byte[length];
        random.nextBytes(made);
        return made;
    }

    private static byte[] set(byte[] old, int at, int value) {
        byte[] made = old.clone();
        made[at] = (byte) value;
        return made;
    }

    static byte[] replaced(byte[] old, int from, int to, byte[] by) {
        var made = new ByteArrayOutputStream(old.length + by.length);
        made.write(old, 0, from);
        made.writeBytes(by);
        made.write(old, to, old.length - to);
        return made.toByteArray();
    }

    private static byte[] joined(byte[] first, byte[] second) {
        return replaced(first, first.length, first.length, second);
    }
}
