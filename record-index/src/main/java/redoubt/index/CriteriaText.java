package redoubt.index;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import redoubt.provenance.record.EventType;

/// Reads [Criteria] from what somebody typed, strictly: a criterion that is not known, twice there,
/// or not of its form is refused with what it should be.
public final class CriteriaText {
    private static final int TEXT_CHARACTERS_MAX = 200;
    // Before it nothing was recorded, and behind it a clock is wrong by centuries.
    private static final Instant EARLIEST = Instant.EPOCH;
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");
    private static final Set<String> NAMES =
            new TreeSet<>(
                    Set.of(
                            "person",
                            "type",
                            "model",
                            "adapter",
                            "tool",
                            "hash",
                            "request",
                            "refers-to",
                            "from",
                            "to"));

    private final Map<String, List<String>> given;

    private CriteriaText(Map<String, List<String>> given) {
        this.given = given;
    }

    /// The names that a criterion can have.
    public static Set<String> names() {
        return Set.copyOf(NAMES);
    }

    /// @param given what was typed, by the criterion's name
    public static Criteria read(Map<String, List<String>> given) throws BadCriteriaException {
        for (var name : new TreeSet<>(given.keySet()))
            if (!NAMES.contains(name))
                throw new BadCriteriaException(
                        name,
                        "There is no criterion '%s'. There are: %s."
                                .formatted(shown(name), String.join(", ", NAMES)));
        return new CriteriaText(given).read();
    }

    private Criteria read() throws BadCriteriaException {
        var from = one("from").isPresent() ? OptionalLong.of(from()) : OptionalLong.empty();
        var to = one("to").isPresent() ? OptionalLong.of(to()) : OptionalLong.empty();
        if (from.isPresent() && to.isPresent() && from.getAsLong() >= to.getAsLong())
            throw new BadCriteriaException(
                    "to",
                    "'to' must be later than 'from': nothing lies between %s and %s."
                            .formatted(
                                    Criteria.instant(from.getAsLong()),
                                    Criteria.instant(to.getAsLong())));
        return new Criteria(
                text("person"),
                types(),
                text("model").map(CriteriaText::hashOrName),
                text("adapter").map(CriteriaText::hashOrName),
                text("tool"),
                hash(),
                text("request"),
                refersTo(),
                from,
                to);
    }

    private Optional<String> one(String name) throws BadCriteriaException {
        var values = given.getOrDefault(name, List.of());
        if (values.size() > 1)
            throw new BadCriteriaException(
                    name,
                    "'%s' is there %d times. Give it once%s."
                            .formatted(
                                    name,
                                    values.size(),
                                    name.equals("type") ? ", with commas between types" : ""));
        return values.stream().findFirst();
    }

    private Optional<String> text(String name) throws BadCriteriaException {
        var given = one(name);
        if (given.isEmpty()) return given;
        var text = given.get();
        boolean printable =
                text.codePoints()
                        .noneMatch(c ->
                                Character.isISOControl(c)
                                        || Character.getType(c) == Character.SURROGATE);
        if (text.isBlank() || text.length() > TEXT_CHARACTERS_MAX || !printable)
            throw new BadCriteriaException(
                    name,
                    "'%s' needs a text of 1 to %d characters without control characters."
                            .formatted(name, TEXT_CHARACTERS_MAX));
        return given;
    }

    private static String hashOrName(String text) {
        return text.matches("[0-9a-fA-F]{64}") ? text.toLowerCase(Locale.ROOT) : text;
    }

    private Optional<String> hash() throws BadCriteriaException {
        var hash = one("hash");
        if (hash.isPresent() && !hash.get().matches("[0-9a-fA-F]{64}"))
            throw new BadCriteriaException(
                    "hash",
                    "'hash' needs a SHA-256: 64 hexadecimal digits, as `sha256sum FILE` prints them.");
        return hash.map(text -> text.toLowerCase(Locale.ROOT));
    }

    private OptionalLong refersTo() throws BadCriteriaException {
        var sequence = one("refers-to");
        if (sequence.isEmpty()) return OptionalLong.empty();
        if (!sequence.get().matches("0|[1-9][0-9]{0,10}"))
            throw new BadCriteriaException(
                    "refers-to", "'refers-to' needs the number of an entry, such as 1234.");
        return OptionalLong.of(Long.parseLong(sequence.get()));
    }

    private Set<EventType> types() throws BadCriteriaException {
        var given = one("type");
        var types = EnumSet.noneOf(EventType.class);
        if (given.isEmpty()) return types;
        for (var word : given.get().split(",", -1)) types.add(type(word.strip()));
        return types;
    }

    private static EventType type(String word) throws BadCriteriaException {
        var name = word.toUpperCase(Locale.ROOT).replace('-', '_');
        for (var type : EventType.values()) if (type.name().equals(name)) return type;
        throw new BadCriteriaException(
                "type",
                "There is no type '%s'. There are: %s."
                        .formatted(
                                shown(word),
                                Arrays.stream(EventType.values())
                                        .map(EventType::name)
                                        .collect(Collectors.joining(", "))));
    }

    private long from() throws BadCriteriaException {
        return us("from", false);
    }

    private long to() throws BadCriteriaException {
        return us("to", true);
    }

    /// A day alone is meant whole, also at the end.
    private long us(String name, boolean endOfDay) throws BadCriteriaException {
        var text = one(name).orElse("");
        try {
            Instant moment;
            if (text.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}")) {
                var day = LocalDate.parse(text).plusDays(endOfDay ? 1 : 0);
                moment = day.atStartOfDay(ZoneOffset.UTC).toInstant();
            } else {
                moment = OffsetDateTime.parse(text).toInstant();
            }
            if (!moment.isBefore(EARLIEST) && !moment.isAfter(LATEST))
                return ChronoUnit.MICROS.between(Instant.EPOCH, moment);
        } catch (DateTimeException notATime) {
            // Said below, like a time that is out of range.
        }
        throw new BadCriteriaException(
                name,
                "'%s' needs a day in UTC, such as 2026-11-22, or a moment with its offset, such as 2026-11-22T04:30:00Z, from 1970 on."
                        .formatted(name));
    }

    /// What was typed, short and without what a terminal obeys.
    private static String shown(String text) {
        var safe = text.replaceAll("[^\\p{L}\\p{N} ._:/=-]", "?");
        return safe.length() > 40 ? safe.substring(0, 40) + "…" : safe;
    }
}
