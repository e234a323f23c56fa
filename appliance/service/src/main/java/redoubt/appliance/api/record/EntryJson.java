package redoubt.appliance.api.record;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import redoubt.appliance.http.StrictJson;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.StoredEntry;

/// An entry of the record in names that a person reads. The fields of its event have the names of
/// docs/audit-record.md section 4, hashes are hexadecimal digits.
final class EntryJson {
    private EntryJson() {}

    /// What a list shows.
    ///
    /// @param nameOf who a pseudonym is, as far as that is known and not erased
    static ObjectNode summary(StoredEntry stored, Function<String, Optional<String>> nameOf) {
        var entry = stored.entry();
        ObjectNode json =
                StrictJson.MAPPER
                        .createObjectNode()
                        .put("sequence", stored.sequence())
                        .put("at", at(entry.wallClockUs()))
                        .put("type", entry.type().name())
                        .put("person", entry.actor().pseudonym());
        nameOf.apply(entry.actor().pseudonym()).ifPresent(name -> json.put("name", name));
        json.put("method", entry.actor().method());
        entry.refersTo().ifPresent(to -> json.put("refersTo", to));
        json.put("sha256", stored.sha256().hex());
        json.set("fields", fields(entry.event()));
        return json;
    }

    /// All that the entry says.
    static ObjectNode whole(StoredEntry stored, Function<String, Optional<String>> nameOf) {
        var entry = stored.entry();
        ObjectNode json = summary(stored, nameOf);
        json.put("session", entry.actor().session());
        ArrayNode roles = json.putArray("roles");
        entry.actor().roles().forEach(roles::add);
        return json.put("epoch", entry.epoch())
                .put("bootId", entry.bootId().hex())
                .put("wallClockUs", entry.wallClockUs())
                .put("monotonicNs", entry.monotonicNs())
                .put("policySha256", entry.policySha256().hex())
                .put("logId", entry.logId().hex())
                .put("previousSha256", entry.previousHash().hex())
                .put("leafHash", stored.leafHash().hex());
    }

    static String at(long us) {
        return Instant.EPOCH.plus(us, ChronoUnit.MICROS).toString();
    }

    static ObjectNode fields(Event event) {
        ObjectNode fields = StrictJson.MAPPER.createObjectNode();
        for (RecordComponent component : event.getClass().getRecordComponents()) {
            try {
                put(fields, component.getName(), component.getAccessor().invoke(event));
            } catch (ReflectiveOperationException impossible) {
                throw new LinkageError("a record type without its accessors", impossible);
            }
        }
        return fields;
    }

    private static void put(ObjectNode fields, String name, Object value) {
        switch (value) {
            case String text -> fields.put(name, text);
            case Long number -> fields.put(name, number);
            case Bytes bytes -> fields.put(name, bytes.hex());
            case List<?> list -> {
                ArrayNode array = fields.putArray(name);
                for (Object item : list)
                    if (item instanceof Long number) array.add(number);
                    else array.add(String.valueOf(item));
            }
            case Map<?, ?> map -> {
                ObjectNode object = fields.putObject(name);
                var sorted = new TreeMap<String, String>();
                map.forEach((key, item) -> sorted.put((String) key, (String) item));
                sorted.forEach(object::put);
            }
            default -> throw new AssertionError("no JSON for " + value.getClass());
        }
    }
}
