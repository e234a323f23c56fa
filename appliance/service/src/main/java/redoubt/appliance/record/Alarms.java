package redoubt.appliance.record;

import java.time.InstantSource;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordException;

/// What a person must look at, in the record: a way out that is open, a stored answer whose
/// credential does not hold, an item of content that cannot be read, an entry that is not what was
/// written, an index that says otherwise than the record, a kept note of witnesses that cannot be
/// read, something that failed inside. (A record that is full notes that itself.) The same alarm
/// many times is added up: see [Tally]. Any thread.
public final class Alarms implements AutoCloseable {
    public static final String SEAL_OPEN = "seal_open";
    public static final String CREDENTIAL_INVALID = "credential_invalid";
    public static final String INTERNAL_ERROR = "internal_error";
    public static final String INDEX_STALE = "index_stale";
    public static final String CONTENT_DAMAGED = "content_damaged";
    public static final String WITNESS_NOTE = "witness_note_unreadable";
    public static final String RECORD_ALTERED = "record_altered";

    private static final int ENTRIES_MAX = 20;

    private final SiteRecord record;
    private final Tally tally;

    public Alarms(SiteRecord record, InstantSource clock) {
        this.record = record;
        this.tally = new Tally(clock, ENTRIES_MAX, times -> note("various", "alarms", times));
    }

    /// @param detail what to look at; never content
    public void raise(String code, String detail) {
        tally.add(code + " " + detail, times -> note(code, detail, times));
    }

    private void note(String code, String detail, long times) throws RecordException {
        String counted = times == 1 ? detail : detail + " (%d times)".formatted(times);
        record.note(new Event.Alarm(code, counted), Actor.SYSTEM);
    }

    @Override
    public void close() {
        tally.close();
    }
}
