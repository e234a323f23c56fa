package redoubt.provenance.evidence;

import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Entry;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.StoredEntry;

/// An entry as people read it: one line of JSON in ASCII, made of the entry's bytes by one rule, so
/// that a verifier can make it again and no text of an entry can pretend to be something else.
/// Stateless. Source: docs/audit-record.md section 11.4.
final class EntryView {
    private static final long YEAR_10000_US = 253_402_300_800_000_000L;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private final StringBuilder out = new StringBuilder();

    private EntryView() {}

    static String of(StoredEntry stored) {
        EntryView view = new EntryView();
        view.entry(stored);
        return view.out.append('\n').toString();
    }

    private void entry(StoredEntry stored) {
        Entry entry = stored.entry();
        out.append('{');
        first("sequence", entry.sequence());
        field("sha256", stored.sha256());
        field("version", 1L);
        field("logId", entry.logId());
        field("epoch", entry.epoch());
        field("previousHash", entry.previousHash());
        field("bootId", entry.bootId());
        field("time", time(entry.wallClockUs()));
        field("wallClockUs", entry.wallClockUs());
        field("monotonicNs", entry.monotonicNs());
        field("type", entry.type().name());
        if (entry.refersTo().isPresent()) field("refersTo", entry.refersTo().getAsLong());
        actor(entry.actor());
        field("policySha256", entry.policySha256());
        event(entry.event());
        out.append('}');
    }

    private static String time(long wallClockUs) {
        if (wallClockUs >= YEAR_10000_US) return "";
        return TIME.format(
                Instant.ofEpochSecond(wallClockUs / 1_000_000, wallClockUs % 1_000_000 * 1_000));
    }

    private void actor(Actor actor) {
        name("actor");
        out.append('{');
        first("pseudonym", actor.pseudonym());
        field("method", actor.method());
        field("session", actor.session());
        field("roles", actor.roles());
        out.append('}');
    }

    private void event(Event event) {
        name("event");
        out.append('{');
        boolean isFirst = true;
        for (RecordComponent component : event.getClass().getRecordComponents()) {
            Object value;
            try {
                value = component.getAccessor().invoke(event);
            } catch (ReflectiveOperationException impossible) {
                throw new LinkageError("a record type without its canonical members", impossible);
            }
            if (isFirst) first(component.getName(), value);
            else field(component.getName(), value);
            isFirst = false;
        }
        out.append('}');
    }

    private void first(String name, Object value) {
        text(name);
        out.append(':');
        value(value);
    }

    private void field(String name, Object value) {
        name(name);
        value(value);
    }

    private void name(String name) {
        out.append(',');
        text(name);
        out.append(':');
    }

    private void value(Object value) {
        switch (value) {
            case String text -> text(text);
            case Long number -> out.append(number.longValue());
            case Bytes bytes -> text(bytes.hex());
            case List<?> list -> {
                out.append('[');
                for (int i = 0; i < list.size(); i++) {
                    if (i > 0) out.append(',');
                    value(list.get(i));
                }
                out.append(']');
            }
            case Map<?, ?> pairs -> pairs(pairs);
            default -> throw new AssertionError("no view of " + value.getClass());
        }
    }

    private void pairs(Map<?, ?> pairs) {
        TreeMap<String, String> sorted = new TreeMap<>();
        pairs.forEach((key, value) -> sorted.put((String) key, (String) value));
        out.append('{');
        boolean isFirst = true;
        for (Map.Entry<String, String> pair : sorted.entrySet()) {
            if (!isFirst) out.append(',');
            first(pair.getKey(), pair.getValue());
            isFirst = false;
        }
        out.append('}');
    }

    private void text(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\b' -> out.append("\\b");
                case '\t' -> out.append("\\t");
                case '\n' -> out.append("\\n");
                case '\f' -> out.append("\\f");
                case '\r' -> out.append("\\r");
                default -> {
                    if (c < 0x20 || c > 0x7E) out.append("\\u%04x".formatted((int) c));
                    else out.append(c);
                }
            }
        }
        out.append('"');
    }
}
