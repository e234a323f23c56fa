package redoubt.appliance.api.record;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.http.Exchange;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.http.Route;
import redoubt.appliance.http.StrictJson;
import redoubt.appliance.identity.People;
import redoubt.appliance.record.Alarms;
import redoubt.appliance.record.Searches;
import redoubt.appliance.record.SiteRecord;
import redoubt.index.BadCriteriaException;
import redoubt.index.Criteria;
import redoubt.index.CriteriaText;
import redoubt.index.Found;
import redoubt.index.IndexException;
import redoubt.index.RecordIndex;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordException;
import redoubt.provenance.record.StoredEntry;

/// The entries of the record: searched, shown one by one with what each belongs to and what it
/// takes to check it. Each look is itself an entry.
public final class EntriesApi {
    private static final int PAGE_MAX = 200;
    private static final int PAGE_USUAL = 50;
    private static final int RELATED_MAX = 100;

    private final RecordIndex index;
    private final SiteRecord record;
    private final Searches searches;
    private final People people;
    private final Alarms alarms;

    public EntriesApi(
            RecordIndex index, SiteRecord record, Searches searches, People people, Alarms alarms) {
        this.index = index;
        this.record = record;
        this.searches = searches;
        this.people = people;
        this.alarms = alarms;
    }

    public void search(Exchange exchange) {
        Map<String, List<String>> given = new TreeMap<>(exchange.queries());
        OptionalLong before = number(given.remove("before"), "before", 0, Long.MAX_VALUE);
        int limit = (int) number(given.remove("limit"), "limit", 1, PAGE_MAX).orElse(PAGE_USUAL);
        given.computeIfPresent("person", (_, names) -> names.stream().map(this::person).toList());
        try {
            Criteria criteria = CriteriaText.read(given);
            Found found = index.search(criteria, before, limit);
            String text = index.textOf(criteria, found.counted() > 0);
            searches.note(exchange.principal(), text, found.counted());
            exchange.json(200, json(found));
        } catch (BadCriteriaException bad) {
            throw RefusedException.invalid("invalid_criteria", bad.criterion(), bad.sentence());
        } catch (IndexException unusable) {
            throw refused(unusable);
        } catch (RecordException altered) {
            throw altered(altered);
        }
    }

    private ObjectNode json(Found found) {
        var names = new HashMap<String, Optional<String>>();
        ObjectNode json = StrictJson.MAPPER.createObjectNode();
        ArrayNode entries = json.putArray("entries");
        for (StoredEntry entry : found.entries())
            entries.add(EntryJson.summary(entry, id -> names.computeIfAbsent(id, this::nameOf)));
        json.put("found", found.counted()).put("more", found.more());
        found.next().ifPresent(next -> json.put("next", next));
        return json.put("indexed", found.indexed()).put("size", found.size());
    }

    private Optional<String> nameOf(String pseudonym) {
        return people.find(pseudonym).map(People.Person::name);
    }

    /// A name is never searched for, and so never in the record: only what it stands for is.
    private String person(String given) {
        if (given.matches("(key-)?[0-9a-f]{32}|console|system|nobody")) return given;
        return people.named(given)
                .map(People.Person::id)
                .orElseThrow(() ->
                        RefusedException.invalid(
                                "person_not_found",
                                "person",
                                "There is nobody of this name. Give the name of a person as `redoubt person list` shows it, an identifier of 32 hexadecimal digits, key- and that of a key, or console, system or nobody."));
    }

    private static OptionalLong number(
            @Nullable List<String> given, String name, long least, long most) {
        if (given == null) return OptionalLong.empty();
        if (given.size() == 1 && given.getFirst().matches("0|[1-9][0-9]{0,11}")) {
            long number = Long.parseLong(given.getFirst());
            if (number >= least && number <= most) return OptionalLong.of(number);
        }
        throw RefusedException.invalid(
                "invalid_parameter",
                name,
                "The parameter '%s' must be there once, and a whole number%s."
                        .formatted(
                                name,
                                most == Long.MAX_VALUE
                                        ? ""
                                        : " from %d to %d".formatted(least, most)));
    }

    public void show(Exchange exchange) {
        String given = exchange.part("sequence");
        if (!given.matches("0|[1-9][0-9]{0,11}") || Long.parseLong(given) >= record.size())
            throw RefusedException.notFound(
                    "entry_not_found",
                    "The record has no such entry. It has those from 0 to %d."
                            .formatted(record.size() - 1));
        boolean proof = exchange.query("proof").filter("true"::equals).isPresent();
        long sequence = Long.parseLong(given);
        try {
            StoredEntry stored = record.reader().stored(sequence);
            ObjectNode json = EntryJson.whole(stored, this::nameOf);
            relations(json, stored);
            var checkpoint = record.reader().checkpoint();
            json.put("checkpoint", checkpoint.note());
            json.put("cose", Base64.getEncoder().encodeToString(stored.cose().toArray()));
            if (proof && sequence < checkpoint.size())
                json.put(
                        "proof",
                        Base64.getEncoder().encodeToString(record.prover().proof(sequence)));
            searches.note(exchange.principal(), "entry=" + sequence, 1);
            exchange.json(200, json);
        } catch (RecordException altered) {
            throw altered(altered);
        }
    }

    private record Related(StoredEntry entry, String how) {}

    /// What it refers to, what refers to it, what else was the same request.
    private void relations(ObjectNode json, StoredEntry stored) throws RecordException {
        var related = new TreeMap<Long, Related>();
        var to = stored.entry().refersTo();
        try {
            var request = request(stored.entry().event());
            if (request.isPresent())
                for (StoredEntry entry : all(Criteria.ofRequest(request.get())))
                    related.put(entry.sequence(), new Related(entry, "same request"));
            for (StoredEntry entry : all(Criteria.refersTo(stored.sequence())))
                related.put(entry.sequence(), new Related(entry, "refers to this"));
        } catch (IndexException unusable) {
            json.put("relationsNote", unusable.sentence());
        }
        if (to.isPresent())
            related.put(
                    to.getAsLong(),
                    new Related(record.reader().stored(to.getAsLong()), "this refers to it"));
        related.remove(stored.sequence());
        ArrayNode list = json.putArray("relations");
        related.forEach((sequence, other) ->
                list.addObject()
                        .put("sequence", sequence)
                        .put("type", other.entry().entry().type().name())
                        .put("relation", other.how()));
    }

    private List<StoredEntry> all(Criteria criteria) throws IndexException, RecordException {
        return index.search(criteria, OptionalLong.empty(), RELATED_MAX).entries();
    }

    private static Optional<String> request(Event event) {
        var id = EntryJson.fields(event).path("requestId").asText();
        return id.isEmpty() ? Optional.empty() : Optional.of(id);
    }

    /// How far the index is.
    public void index(Exchange exchange) {
        exchange.json(200, status());
    }

    /// Has it made again; the answer comes at once.
    public void rebuild(Exchange exchange) {
        exchange.fields().end();
        Route route = Route.RECORD_INDEX_REBUILD;
        record.note(
                new Event.Administered(route.method() + " " + route.path(), "index of the record"),
                exchange.principal());
        index.rebuild();
        exchange.json(202, status());
    }

    private ObjectNode status() {
        RecordIndex.Status status = index.status();
        String state =
                switch (status.state()) {
                    case FOLLOWING -> "following";
                    case BUILDING -> "building";
                    case FAILING -> "failing";
                };
        return StrictJson.MAPPER
                .createObjectNode()
                .put("state", state)
                .put("indexed", status.indexed())
                .put("size", status.size())
                .put("note", status.note());
    }

    private RefusedException refused(IndexException unusable) {
        return switch (unusable.reason()) {
            case STALE -> {
                alarms.raise(Alarms.INDEX_STALE, unusable.sentence());
                yield RefusedException.unavailable("index_stale", unusable.sentence());
            }
            case BUILDING -> RefusedException.unavailable("index_building", unusable.sentence());
            case UNUSABLE -> RefusedException.unavailable("index_unusable", unusable.sentence());
        };
    }

    private RefusedException altered(RecordException altered) {
        if (altered.reason() == RecordException.Reason.TAMPERED)
            alarms.raise(Alarms.RECORD_ALTERED, altered.sentence());
        return RefusedException.failed("record_unreadable", altered.sentence());
    }
}
