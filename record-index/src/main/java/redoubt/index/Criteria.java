package redoubt.index;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import redoubt.provenance.record.Entry;
import redoubt.provenance.record.EventType;

/// What is searched for: an entry is found when all of it holds. Nothing at all finds every entry.
/// Immutable. [CriteriaText] makes it of what somebody typed.
///
/// @param types one of these; none for any
/// @param fromUs the first microsecond of the wall clock, since 1970
/// @param toUs the first one that is too late
public record Criteria(
        Optional<String> person,
        Set<EventType> types,
        Optional<String> model,
        Optional<String> adapter,
        Optional<String> tool,
        Optional<String> hash,
        Optional<String> request,
        OptionalLong refersTo,
        OptionalLong fromUs,
        OptionalLong toUs) {
    public static final Criteria ALL =
            new Criteria(
                    Optional.empty(),
                    Set.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty());

    public Criteria {
        types = Set.copyOf(types);
    }

    /// The entries that refer to this one.
    public static Criteria refersTo(long sequence) {
        return ALL.withRefersTo(OptionalLong.of(sequence));
    }

    /// The entries of one request.
    public static Criteria ofRequest(String request) {
        return new Criteria(
                Optional.empty(),
                Set.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(request),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty());
    }

    private Criteria withRefersTo(OptionalLong sequence) {
        return new Criteria(
                person, types, model, adapter, tool, hash, request, sequence, fromUs, toUs);
    }

    /// Every one of these must be a term of the entry; a type is not among them.
    List<Term> terms() {
        var terms = new ArrayList<Term>();
        person.ifPresent(text -> terms.add(new Term(Kind.PERSON, text)));
        model.ifPresent(text -> terms.add(new Term(Kind.MODEL, text)));
        adapter.ifPresent(text -> terms.add(new Term(Kind.ADAPTER, text)));
        tool.ifPresent(text -> terms.add(new Term(Kind.TOOL, text)));
        hash.ifPresent(text -> terms.add(new Term(Kind.HASH, text)));
        request.ifPresent(text -> terms.add(new Term(Kind.REQUEST, text)));
        refersTo.ifPresent(to -> terms.add(new Term(Kind.REFERS_TO, String.valueOf(to))));
        return List.copyOf(terms);
    }

    boolean timed() {
        return fromUs.isPresent() || toUs.isPresent();
    }

    /// Whether an entry of that moment is in time.
    boolean covers(long atUs) {
        return atUs >= fromUs.orElse(0) && (toUs.isEmpty() || atUs < toUs.getAsLong());
    }

    /// Whether an entry holds all that a frequent value can be wrong about: everything but hashes,
    /// requests and references, of which the database has but some bits.
    boolean frequentHold(Entry entry) {
        return holds(entry, true);
    }

    /// Whether this is an entry that was searched for.
    boolean hold(Entry entry) {
        return holds(entry, false);
    }

    private boolean holds(Entry entry, boolean frequentOnly) {
        var has = Terms.of(entry);
        return (types.isEmpty() || types.contains(entry.type()))
                && covers(entry.wallClockUs())
                && terms().stream()
                        .filter(term -> !frequentOnly || term.frequent())
                        .allMatch(has::contains);
    }

    /// The criteria as the record keeps them: in one order, and without any text that the record
    /// does not hold already, which could be anything.
    ///
    /// @param known whether the record holds a value
    String text(java.util.function.Predicate<Term> known) {
        var parts = new ArrayList<String>();
        if (!types.isEmpty())
            parts.add(
                    "type="
                            + EnumSet.copyOf(types).stream()
                                    .map(EventType::name)
                                    .collect(Collectors.joining(",")));
        for (var term : terms())
            parts.add(
                    term.kind().name().toLowerCase(Locale.ROOT).replace('_', '-')
                            + "="
                            + (known.test(term) ? term.text() : "unknown"));
        fromUs.ifPresent(us -> parts.add("from=" + instant(us)));
        toUs.ifPresent(us -> parts.add("to=" + instant(us)));
        return parts.isEmpty() ? "all" : String.join(" ", parts);
    }

    static Instant instant(long us) {
        return Objects.requireNonNull(Instant.EPOCH.plus(us, ChronoUnit.MICROS));
    }
}
