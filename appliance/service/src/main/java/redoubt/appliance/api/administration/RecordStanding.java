package redoubt.appliance.api.administration;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import redoubt.appliance.conversations.Items;
import redoubt.appliance.record.Anchoring;
import redoubt.appliance.record.Witnessing;
import redoubt.provenance.record.RecordException;
import redoubt.provenance.record.RecordReader;

/// What the status says of the record: how long it is, who outside has seen it, under which key it
/// goes on, and whether the clock can be believed. Any thread.
public final class RecordStanding {
    // A key signs for a day and the minute in which that is noticed.
    private static final Duration EPOCH_MAX = Duration.ofHours(25);
    private static final Duration JUMP_IS_NEWS = Duration.ofDays(7);

    private final RecordReader record;
    private final Witnessing witnessing;
    private final Anchoring anchoring;
    private final InstantSource clock;

    public RecordStanding(
            RecordReader record, Witnessing witnessing, Anchoring anchoring, InstantSource clock) {
        this.record = record;
        this.witnessing = witnessing;
        this.anchoring = anchoring;
        this.clock = clock;
    }

    void put(ArrayNode rows) {
        StatusApi.row(rows, "Log", record.logId().hex(), "");
        StatusApi.row(rows, "Entries", String.valueOf(record.size()), "ok");
        StatusApi.row(rows, "Bytes", String.valueOf(record.bytesOnDisk()), "");
        try {
            checkpoint(rows);
            witnessed(rows);
            epoch(rows);
            clockJumps(rows);
            anchors(rows);
        } catch (IOException unreadable) {
            StatusApi.row(
                    rows,
                    "Cannot be read",
                    "%s. What was acknowledged is still as it was; look at the disk, and check the record: redoubt record verify"
                            .formatted(unreadable.getMessage()),
                    "bad");
        }
    }

    private void checkpoint(ArrayNode rows) throws RecordException {
        long size = record.checkpoint().size();
        StatusApi.row(
                rows,
                "Last checkpoint",
                "of %d entries, the last of %s".formatted(size, written(size - 1)),
                "");
    }

    private void witnessed(ArrayNode rows) {
        Witnessing.Standing standing = witnessing.standing();
        long witnessed = standing.verdict().size();
        String visit =
                standing.lastAtSeconds()
                        .map(at -> "last visit " + Instant.ofEpochSecond(Math.min(at, 1L << 40)))
                        .orElse("no visit yet");
        StatusApi.row(
                rows,
                "Witnessed",
                standing.policy().isEmpty()
                        ? "by nobody: no witness policy is set"
                        : witnessed == 0
                                ? "nothing yet, " + visit
                                : "up to entry %d of %d, %s"
                                        .formatted(witnessed, record.size(), visit),
                witnessed == 0 ? "warn" : "ok");
    }

    private void epoch(ArrayNode rows) throws RecordException {
        Instant since = written(record.epochOpened());
        Duration age = Duration.between(since, clock.instant());
        StatusApi.row(
                rows,
                "Epoch of the signing key",
                "%d, since %s, %s".formatted(record.epoch(), since, inWords(age)),
                age.compareTo(EPOCH_MAX) > 0 || age.isNegative() ? "warn" : "ok");
    }

    private static String inWords(Duration age) {
        if (age.isNegative()) return "which is not yet: the clock was set back";
        long hours = age.toHours();
        return hours == 0 ? "for %d min".formatted(age.toMinutes()) : "for %d h".formatted(hours);
    }

    private void clockJumps(ArrayNode rows) throws RecordException {
        RecordReader.ClockJumps jumps = record.clockJumps();
        if (jumps.last().isEmpty()) {
            StatusApi.row(rows, "Clock jumps", "none", "ok");
            return;
        }
        long last = jumps.last().getAsLong();
        Instant at = written(last);
        boolean recent = at.isAfter(clock.instant().minus(JUMP_IS_NEWS));
        StatusApi.row(
                rows,
                "Clock jumps",
                "%d, the last is entry %d of %s".formatted(jumps.count(), last, at),
                recent ? "warn" : "");
    }

    private void anchors(ArrayNode rows) throws IOException {
        Anchoring.Overview anchors = anchoring.overview();
        StatusApi.row(
                rows,
                "Anchors",
                anchors.last()
                        .map(last ->
                                "%d, the last (%s) of %d entries: %s"
                                        .formatted(
                                                anchors.count(),
                                                last.kind(),
                                                last.size(),
                                                last.sentence()))
                        .orElse("none"),
                "");
    }

    private Instant written(long sequence) throws RecordException {
        return Items.instant(record.entry(sequence).wallClockUs()).truncatedTo(ChronoUnit.SECONDS);
    }
}
