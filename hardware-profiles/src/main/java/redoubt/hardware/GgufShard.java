package redoubt.hardware;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The header of one model file, checked. Numbers are kept as `Long`, texts as `String`, truth
/// values as `Boolean`, fractions as `Float` or `Double`, arrays of whole numbers as `List<Long>`;
/// other arrays are checked and passed over. Source: docs/gguf.md of ggml, version 3.
record GgufShard(SortedMap<String, Object> metadata, List<TensorFacts> tensors) {
    private static final int ARRAY = 9;
    private static final int MAGIC = 0x46554747; // "GGUF"
    private static final long KEYS_MAX = 1 << 16;
    private static final long TENSORS_MAX = 1 << 16;
    private static final long ELEMENTS_MAX = 1 << 24;
    private static final int KEPT_ELEMENTS_MAX = 1 << 13;
    private static final int KEY_BYTES_MAX = 0xFFFF;
    private static final int TEXT_BYTES_MAX = 16 << 20;
    private static final int NAME_BYTES_MAX = 63;
    private static final int DIMENSIONS_MAX = 4;
    private static final long KEY_BYTES_MIN = 8 + 1 + 4 + 1;
    private static final long TENSOR_BYTES_MIN = 8 + 1 + 4 + 8 + 4 + 8;
    private static final long ALIGNMENT_DEFAULT = 32;
    private static final long ALIGNMENT_MAX = 1 << 16;
    // The largest header seen has 15 MB of vocabulary.
    private static final long HEADER_BYTES_MAX = 256L << 20;

    /// Who wants to see the elements of an array that are otherwise passed over.
    interface Watcher {
        /// What takes the bytes of the elements of this key, each text with its length before it;
        /// null where they do not matter.
        @Nullable MessageDigest of(String key);
    }

    static GgufShard read(GgufCursor in) throws IOException, MalformedGguf {
        return read(in, _ -> null);
    }

    static GgufShard read(GgufCursor in, Watcher watcher) throws IOException, MalformedGguf {
        int magic = in.bits32();
        if (magic != MAGIC) {
            throw new MalformedGguf(
                    GgufReading.Reason.NOT_GGUF,
                    magic == Integer.reverseBytes(MAGIC)
                            ? "it is written for big-endian machines"
                            : "it does not start with the letters GGUF");
        }
        long version = in.u32();
        if (version != 2 && version != 3) {
            throw new MalformedGguf(
                    GgufReading.Reason.UNSUPPORTED_VERSION,
                    "it is of GGUF version %d, and versions 2 and 3 are read".formatted(version));
        }
        long tensorCount = in.count("tensors", TENSORS_MAX, TENSOR_BYTES_MIN);
        long keyCount = in.count("keys", KEYS_MAX, KEY_BYTES_MIN);
        SortedMap<String, Object> metadata = new TreeMap<>();
        for (long i = 0; i < keyCount; i++) {
            readKey(in, metadata, watcher);
        }
        List<TensorFacts> tensors = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (long i = 0; i < tensorCount; i++) {
            TensorFacts tensor = readTensor(in);
            if (!names.add(tensor.name())) {
                throw new MalformedGguf(
                        GgufReading.Reason.DUPLICATE,
                        "the tensor %s is there twice".formatted(tensor.name()));
            }
            tensors.add(tensor);
        }
        checkPlaces(in, tensors, alignment(metadata));
        return new GgufShard(metadata, List.copyOf(tensors));
    }

    private static void readKey(GgufCursor in, SortedMap<String, Object> metadata, Watcher watcher)
            throws IOException, MalformedGguf {
        if (in.position() > HEADER_BYTES_MAX) {
            throw new MalformedGguf(
                    GgufReading.Reason.TOO_MANY,
                    "its header is longer than " + Bytes.readable(HEADER_BYTES_MAX));
        }
        String key = in.text("a key", KEY_BYTES_MAX);
        if (key.isEmpty() || metadata.containsKey(key)) {
            throw new MalformedGguf(
                    GgufReading.Reason.DUPLICATE,
                    key.isEmpty()
                            ? "a key has no name"
                            : "the key %s is there twice".formatted(key));
        }
        int type = (int) Math.min(in.u32(), Integer.MAX_VALUE);
        metadata.put(
                key,
                type == ARRAY ? readArray(in, key, watcher.of(key)) : readValue(in, key, type));
    }

    private static Object readValue(GgufCursor in, String key, int type)
            throws IOException, MalformedGguf {
        return switch (type) {
            case 0 -> (long) in.u8();
            case 1 -> (long) (byte) in.u8();
            case 2 -> (long) in.u16();
            case 3 -> (long) (short) in.u16();
            case 4 -> in.u32();
            case 5 -> (long) in.bits32();
            case 6 -> Float.intBitsToFloat(in.bits32());
            case 7 -> truth(in, key);
            case 8 -> in.text("the value of " + key, TEXT_BYTES_MAX);
            case 10, 11 -> in.bits64();
            case 12 -> Double.longBitsToDouble(in.bits64());
            default ->
                    throw new MalformedGguf(
                            GgufReading.Reason.MALFORMED,
                            "the key %s has a value of the unknown kind %d".formatted(key, type));
        };
    }

    private static Object truth(GgufCursor in, String key) throws IOException, MalformedGguf {
        int value = in.u8();
        if (value > 1) {
            throw new MalformedGguf(
                    GgufReading.Reason.MALFORMED,
                    "the key %s is neither true nor false but %d".formatted(key, value));
        }
        return value == 1;
    }

    private static Object readArray(GgufCursor in, String key, @Nullable MessageDigest digest)
            throws IOException, MalformedGguf {
        int type = (int) Math.min(in.u32(), Integer.MAX_VALUE);
        long elementBytes =
                switch (type) {
                    case 0, 1, 7 -> 1;
                    case 2, 3 -> 2;
                    case 4, 5, 6 -> 4;
                    case 8, 10, 11, 12 -> 8;
                    default ->
                            throw new MalformedGguf(
                                    GgufReading.Reason.MALFORMED,
                                    "the key %s is an array of the kind %d, which no model has"
                                            .formatted(key, type));
                };
        long count = in.count("elements of " + key, ELEMENTS_MAX, elementBytes);
        if (type == 8) {
            for (long i = 0; i < count; i++) {
                long bytes = in.count("bytes of a text in " + key, TEXT_BYTES_MAX, 1);
                if (digest != null) {
                    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(bytes).flip());
                }
                in.skip(bytes, digest);
            }
            return List.of();
        }
        boolean whole = type != 6 && type != 7 && type != 12;
        if (!whole || count > KEPT_ELEMENTS_MAX || digest != null) {
            in.skip(count * elementBytes, digest);
            return List.of();
        }
        List<Long> numbers = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            numbers.add((Long) readValue(in, key, type));
        }
        return List.copyOf(numbers);
    }

    private static TensorFacts readTensor(GgufCursor in) throws IOException, MalformedGguf {
        String name = in.text("a tensor's name", NAME_BYTES_MAX);
        long dimensionCount = in.u32();
        if (name.isEmpty() || dimensionCount < 1 || dimensionCount > DIMENSIONS_MAX) {
            throw bad(name, "has %d dimensions, and 1 to 4 are possible", dimensionCount);
        }
        List<Long> dimensions = new ArrayList<>();
        long elements = 1;
        for (int i = 0; i < dimensionCount; i++) {
            long dimension = in.bits64();
            long high = Math.multiplyHigh(elements, dimension);
            if (dimension < 1 || high != 0 || elements * dimension < 0) {
                throw bad(name, "has a size that no memory holds: %s", dimension);
            }
            elements *= dimension;
            dimensions.add(dimension);
        }
        long code = in.u32();
        GgmlType type =
                GgmlType.of((int) Math.min(code, Integer.MAX_VALUE))
                        .orElseThrow(() -> bad(name, "is of the unknown number format %d", code));
        long row = dimensions.getFirst();
        if (row % type.blockElements() != 0) {
            throw bad(name, "has rows of %d numbers, which are not whole blocks", row);
        }
        long blocks = elements / type.blockElements();
        if (blocks > Long.MAX_VALUE / type.blockBytes()) {
            throw bad(name, "has a size that no memory holds: %d blocks", blocks);
        }
        return new TensorFacts(name, type, dimensions, in.bits64(), blocks * type.blockBytes());
    }

    private static long alignment(SortedMap<String, Object> metadata) throws MalformedGguf {
        Object stated = metadata.getOrDefault("general.alignment", ALIGNMENT_DEFAULT);
        if (!(stated instanceof Long alignment)
                || alignment < 1
                || alignment > ALIGNMENT_MAX
                || Long.bitCount(alignment) != 1) {
            throw new MalformedGguf(
                    GgufReading.Reason.MALFORMED,
                    "its alignment is %s, and a power of two up to %d is possible"
                            .formatted(stated, ALIGNMENT_MAX));
        }
        return alignment;
    }

    /// Every tensor lies inside the file, aligned, and on none of another's bytes.
    private static void checkPlaces(GgufCursor in, List<TensorFacts> tensors, long alignment)
            throws MalformedGguf {
        long dataStart = (in.position() + alignment - 1) / alignment * alignment;
        long dataBytes = in.size() - dataStart;
        List<TensorFacts> ordered = new ArrayList<>(tensors);
        ordered.sort(Comparator.comparingLong(TensorFacts::offset));
        long free = 0;
        for (TensorFacts tensor : ordered) {
            if (tensor.offset() < 0 || tensor.offset() % alignment != 0) {
                throw bad(
                        tensor.name(),
                        "is said to be at offset %s, where no tensor can be",
                        Long.toUnsignedString(tensor.offset()));
            }
            if (tensor.offset() > dataBytes || tensor.bytes() > dataBytes - tensor.offset()) {
                throw new MalformedGguf(
                        GgufReading.Reason.OUT_OF_BOUNDS,
                        "the tensor %s would end %d bytes after the file does"
                                .formatted(
                                        tensor.name(),
                                        tensor.bytes() - (dataBytes - tensor.offset())));
            }
            if (tensor.offset() < free) {
                throw bad(
                        tensor.name(),
                        "lies on the bytes of another, at offset %d",
                        tensor.offset());
            }
            free = tensor.offset() + tensor.bytes();
        }
    }

    private static MalformedGguf bad(String name, String what, Object value) {
        return new MalformedGguf(
                GgufReading.Reason.BAD_TENSOR,
                "the tensor %s %s".formatted(name, what.formatted(value)));
    }
}
