package redoubt.index;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.AuditRecord;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.Pending;
import redoubt.provenance.record.RecordException;
import redoubt.provenance.record.RecordSettings;
import redoubt.provenance.record.StoredEntry;

/// A record in a temporary folder, with a clock that the test sets and that then goes on (the
/// record notes a clock that does anything else), and the index beside it.
final class SiteOfTests implements AutoCloseable {
    static final Bytes ZEROS = Bytes.of(new byte[32]);

    final Path home;
    final AuditRecord record;
    final List<String> said = new ArrayList<>();
    private Instant set = Instant.parse("2026-11-01T00:00:00Z");
    private long setNs = System.nanoTime();
    private int answers;

    SiteOfTests(Path home) throws RecordException {
        this.home = home;
        this.record =
                AuditRecord.open(
                        RecordSettings.in(
                                home,
                                "Test site",
                                "test",
                                ZEROS,
                                (InstantSource) () -> set.plusNanos(System.nanoTime() - setNs)));
    }

    Path name() {
        return home.resolve("record-index");
    }

    Path folder() {
        return home.resolve("record");
    }

    RecordIndex index() {
        return RecordIndex.follow(name(), new RecordSource(record, folder()), said::add);
    }

    /// The record notes that with its next entry.
    void at(String moment) {
        set = Instant.parse(moment);
        setNs = System.nanoTime();
    }

    static Actor person(String pseudonym) {
        return new Actor(pseudonym, "password", "s", List.of("staff"));
    }

    static Bytes hash(int of) {
        var bytes = new byte[32];
        for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) (of * 31 + i * of + i);
        return Bytes.of(bytes);
    }

    Pending append(Event event, Actor actor, OptionalLong refersTo) throws RecordException {
        return record.append(event, actor, refersTo);
    }

    long append(Event event, String person) throws RecordException {
        var pending = append(event, person(person), OptionalLong.empty());
        pending.awaitDurable();
        return pending.appended().sequence();
    }

    /// INTENT, OUTPUT and SEAL.
    ///
    /// @return the sequence of the INTENT
    long answer(String person, String model, Map<String, String> parameters)
            throws RecordException {
        int number = ++answers;
        var request = "request" + number;
        var actor = person(person);
        var intent =
                new Event.Intent(
                        request, "/v1/test", model, hash(model.hashCode()), 0, parameters, ZEROS);
        long first = append(intent, actor, OptionalLong.empty()).appended().sequence();
        var output =
                append(
                                new Event.Output(
                                        request, "urn", hash(1_000 + number), ZEROS, 1, 1, "stop"),
                                actor,
                                OptionalLong.of(first))
                        .appended();
        var seal =
                append(
                        new Event.Seal(
                                request,
                                "detached",
                                "urn",
                                hash(2_000 + number),
                                hash(3_000 + number),
                                hash(4_000 + number),
                                hash(5_000 + number)),
                        actor,
                        OptionalLong.of(output.sequence()));
        seal.awaitDurable();
        return first;
    }

    /// @param answer the number of the answer, from 1
    static Event toolCalled(int answer, String tool) {
        return new Event.ToolCalled("request" + answer, "c1", tool, ZEROS);
    }

    static List<Long> sequences(Found found) {
        return found.entries().stream().map(StoredEntry::sequence).toList();
    }

    @Override
    public void close() throws RecordException {
        record.close();
    }
}
