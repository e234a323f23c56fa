package redoubt.appliance.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The fields of a JSON object from outside, read by name and type. A field that nobody asked for
/// is refused by name at [#end]: nothing is silently ignored. `null` counts as absent. One thread.
public final class Fields {
    private final ObjectNode object;
    private final String path;
    private final Set<String> known = new HashSet<>();

    public Fields(ObjectNode object) {
        this(object, "");
    }

    private Fields(ObjectNode object, String path) {
        this.object = object;
        this.path = path;
    }

    /// The value of a field of any type, if it is there.
    public Optional<JsonNode> any(String name) {
        known.add(name);
        JsonNode value = object.get(name);
        return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
    }

    public Optional<String> text(String name, int charactersMax) {
        return any(name).map(value -> text(value, path + name, charactersMax));
    }

    public String requiredText(String name, int charactersMax) {
        return text(name, charactersMax).orElseThrow(() -> missing(name));
    }

    /// A text value that stands at `where`.
    public static String text(JsonNode value, String where, int charactersMax) {
        if (!value.isTextual()) throw wrong(where, "must be a text");
        if (value.textValue().length() > charactersMax)
            throw wrong(where, "has at most " + charactersMax + " characters");
        return value.textValue();
    }

    public Optional<Boolean> flag(String name) {
        return any(name)
                .map(value -> {
                    if (!value.isBoolean()) throw wrong(path + name, "must be true or false");
                    return value.booleanValue();
                });
    }

    public Optional<Long> whole(String name, long min, long max) {
        return any(name)
                .map(value -> {
                    if (!value.isIntegralNumber()
                            || !value.canConvertToLong()
                            || value.longValue() < min
                            || value.longValue() > max)
                        throw wrong(
                                path + name, "must be a whole number from " + min + " to " + max);
                    return value.longValue();
                });
    }

    public Optional<Float> number(String name, double min, double max) {
        return any(name).map(value -> number(value, path + name, min, max));
    }

    public static float number(JsonNode value, String where, double min, double max) {
        if (!value.isNumber()
                || !Double.isFinite(value.doubleValue())
                || value.doubleValue() < min
                || value.doubleValue() > max)
            throw wrong(where, "must be a number from " + plain(min) + " to " + plain(max));
        return value.floatValue();
    }

    public Optional<Fields> object(String name) {
        return any(name)
                .map(value -> {
                    if (!(value instanceof ObjectNode inner))
                        throw wrong(path + name, "must be an object");
                    return new Fields(inner, path + name + ".");
                });
    }

    /// The fields of an object that stands at `where`.
    public static Fields of(JsonNode value, String where) {
        if (!(value instanceof ObjectNode inner)) throw wrong(where, "must be an object");
        return new Fields(inner, where + ".");
    }

    /// Refuses every field that was not asked for.
    public void end() {
        for (var names = object.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name) && !object.get(name).isNull())
                throw RefusedException.invalid(
                        "unsupported_parameter",
                        path + name,
                        "The parameter '%s%s' is not supported here. It is not ignored, so that you do not rely on it; leave it out."
                                .formatted(path, name));
        }
    }

    public RefusedException missing(String name) {
        return RefusedException.invalid(
                "missing_parameter",
                path + name,
                "The parameter '%s%s' is missing.".formatted(path, name));
    }

    public static RefusedException wrong(@Nullable String where, String demand) {
        return RefusedException.invalid(
                "invalid_parameter", where, "The parameter '%s' %s.".formatted(where, demand));
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? String.valueOf((long) number) : String.valueOf(number);
    }
}
