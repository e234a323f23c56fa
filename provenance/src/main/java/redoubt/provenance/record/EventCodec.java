package redoubt.provenance.record;

import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import redoubt.provenance.cbor.CborException;
import redoubt.provenance.cbor.CborReader;
import redoubt.provenance.cbor.CborWriter;

/// Writes and reads the body of an entry: a map with keys 1, 2, … in the order of the event's
/// components. The record types of [Event] are the schema; there is no second copy of it to drift.
/// Source: docs/audit-record.md section 4.
final class EventCodec {
    private static final int ITEMS_MAX = 1_024;
    static final int TEXT_BYTES_MAX = 16_384;
    private static final int TEXT_CHARACTERS_MAX = 4_096;
    private static final int BYTES_MAX = 8_192;

    private EventCodec() {}

    static void write(CborWriter out, Event event) {
        var components = event.getClass().getRecordComponents();
        out.map(components.length);
        for (int i = 0; i < components.length; i++) {
            out.uint(i + 1);
            try {
                var value = components[i].getAccessor().invoke(event);
                if (event instanceof Event.EpochRevoked && value instanceof String text)
                    out.text(whole(text));
                else writeValue(out, value);
            } catch (ReflectiveOperationException impossible) {
                throw new LinkageError("a record type without its canonical members", impossible);
            }
        }
    }

    static Event read(CborReader in, long number) throws CborException {
        for (var type : EventType.values())
            if (type.number() == number) return readShape(in, type.shape());
        throw new CborException("unknown type of entry: " + number);
    }

    private static Event readShape(CborReader in, Class<? extends Event> shape)
            throws CborException {
        var components = shape.getRecordComponents();
        if (in.map(components.length) != components.length)
            throw new CborException("a field is missing");
        var values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            in.key(i + 1);
            values[i] = readValue(in, components[i].getGenericType());
        }
        try {
            return (Event) constructor(shape, components).newInstance(values);
        } catch (ReflectiveOperationException impossible) {
            throw new LinkageError("a record type without its canonical members", impossible);
        }
    }

    private static Constructor<?> constructor(Class<?> shape, RecordComponent[] components)
            throws NoSuchMethodException {
        var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class[]::new);
        return shape.getDeclaredConstructor(types);
    }

    private static void writeValue(CborWriter out, Object value) {
        switch (value) {
            case String text -> out.text(bounded(text));
            case Long number -> out.uint(number);
            case Bytes bytes -> out.bytes(bytes.toArray());
            case List<?> list -> {
                out.array(list.size());
                list.forEach(item -> writeValue(out, item));
            }
            case Map<?, ?> map -> {
                // Pairs as an array of [key, value] sorted by key: one order, whatever the map's.
                var sorted = new TreeMap<String, String>();
                map.forEach((key, item) -> sorted.put((String) key, (String) item));
                out.array(sorted.size());
                sorted.forEach((key, item) -> out.array(2).text(bounded(key)).text(bounded(item)));
            }
            default -> throw new AssertionError("no encoding for " + value.getClass());
        }
    }

    private static Object readValue(CborReader in, Type type) throws CborException {
        if (type == String.class) return in.text(TEXT_BYTES_MAX);
        if (type == long.class || type == Long.class) return in.uint();
        if (type == Bytes.class) return Bytes.of(in.bytes(BYTES_MAX));
        if (type instanceof ParameterizedType generic) {
            if (generic.getRawType() == List.class)
                return readList(in, generic.getActualTypeArguments()[0]);
            if (generic.getRawType() == Map.class) return readPairs(in);
        }
        throw new AssertionError("no decoding for " + type);
    }

    private static List<Object> readList(CborReader in, Type item) throws CborException {
        int items = in.array(ITEMS_MAX);
        var list = new ArrayList<>();
        for (int i = 0; i < items; i++) list.add(readValue(in, item));
        return List.copyOf(list);
    }

    private static Map<String, String> readPairs(CborReader in) throws CborException {
        int items = in.array(ITEMS_MAX);
        var map = new TreeMap<String, String>();
        for (int i = 0; i < items; i++) {
            if (in.array(2) != 2) throw new CborException("a pair has two members");
            var key = in.text(TEXT_BYTES_MAX);
            if (!map.isEmpty() && map.lastKey().compareTo(key) >= 0)
                throw new CborException("keys of a list of pairs are not in ascending order");
            map.put(key, in.text(TEXT_BYTES_MAX));
        }
        return Map.copyOf(map);
    }

    // The root signed all of it: a part would never verify again.
    private static String whole(String text) {
        if (text.getBytes(StandardCharsets.UTF_8).length > TEXT_BYTES_MAX)
            throw new IllegalArgumentException("a text of a signed statement is too long");
        return text;
    }

    private static String bounded(String text) {
        return text.length() <= TEXT_CHARACTERS_MAX ? text : text.substring(0, safeCut(text));
    }

    // Never between the halves of a surrogate pair.
    private static int safeCut(String text) {
        return Character.isHighSurrogate(text.charAt(TEXT_CHARACTERS_MAX - 1))
                ? TEXT_CHARACTERS_MAX - 1
                : TEXT_CHARACTERS_MAX;
    }
}
