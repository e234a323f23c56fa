package redoubt.appliance.seal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.engines.EngineState;
import redoubt.appliance.engines.Engines;
import redoubt.appliance.engines.ModelStatus;
import redoubt.appliance.http.StrictJson;
import redoubt.appliance.identity.Principal;
import redoubt.appliance.record.Alarms;
import redoubt.appliance.record.SiteRecord;
import redoubt.appliance.site.Secrets;
import redoubt.foreign.posix.PosixException;
import redoubt.foreign.posix.ProbeOutcome;
import redoubt.foreign.posix.ProbeResult;
import redoubt.foreign.posix.SealProbe;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Event;

/// Tries every way out from inside the gateway and from inside the engine, and notes the result in
/// the record. Keeps the last result for the boundary statement. Thread safe.
public final class SealCheck {
    private final Engines engines;
    private final SiteRecord record;
    private final Alarms alarms;
    private final Path outside;
    private final InstantSource clock;
    private final AtomicReference<@Nullable Report> last = new AtomicReference<>();

    /// One attempt as the page shows it.
    ///
    /// @param outcome blocked, open, allowed (open by design) or untested
    public record Line(
            String process,
            String name,
            String attempted,
            String outcome,
            String detail,
            String layer) {}

    /// One whole check.
    ///
    /// @param entry sequence of its SEAL_CHECKED entry
    public record Report(Instant checkedAt, long entry, List<Line> lines) {
        public Report {
            lines = List.copyOf(lines);
        }

        public long count(String outcome) {
            return lines.stream().filter(line -> line.outcome().equals(outcome)).count();
        }

        public ObjectNode json() {
            ObjectNode body =
                    StrictJson.MAPPER
                            .createObjectNode()
                            .put("checkedAt", checkedAt.toString())
                            .put("entry", entry);
            var results = body.putArray("results");
            for (Line line : lines)
                results.addObject()
                        .put("process", line.process())
                        .put("name", line.name())
                        .put("attempted", line.attempted())
                        .put("outcome", line.outcome())
                        .put("detail", line.detail())
                        .put("layer", line.layer());
            return body;
        }
    }

    /// @param outside an existing folder that neither process has any business writing to
    public SealCheck(
            Engines engines, SiteRecord record, Alarms alarms, Path outside, InstantSource clock) {
        this.engines = engines;
        this.record = record;
        this.alarms = alarms;
        this.outside = outside;
        this.clock = clock;
    }

    public Optional<Report> last() {
        return Optional.ofNullable(last.get());
    }

    public Report run(Principal principal) throws InterruptedException {
        List<Line> lines = new ArrayList<>();
        addGateway(lines);
        addEngine(lines);
        byte[] table =
                StrictJson.bytes(
                        lines.stream()
                                .map(line ->
                                        List.of(
                                                line.process(),
                                                line.name(),
                                                line.outcome(),
                                                line.detail(),
                                                line.layer()))
                                .toList());
        Report unsaved = new Report(clock.instant(), 0, lines);
        long entry =
                record.note(
                                new Event.SealChecked(
                                        unsaved.count("blocked"),
                                        unsaved.count("open"),
                                        unsaved.count("untested"),
                                        Bytes.of(Secrets.sha256(table))),
                                principal)
                        .sequence();
        Report report = new Report(unsaved.checkedAt(), entry, lines);
        last.set(report);
        for (Line line : lines)
            if (line.outcome().equals("open"))
                alarms.raise(Alarms.SEAL_OPEN, line.process() + ": " + line.name());
        return report;
    }

    private void addGateway(List<Line> lines) throws InterruptedException {
        // Native calls would pin the carrier of a virtual thread.
        FutureTask<List<ProbeResult>> probe = new FutureTask<>(() -> SealProbe.gateway(outside));
        Thread.ofPlatform().name("seal-probe").start(probe);
        try {
            probe.get().forEach(result -> lines.add(line("gateway", result)));
        } catch (ExecutionException failure) {
            String why =
                    failure.getCause() instanceof PosixException posix
                            ? String.valueOf(posix.getMessage())
                            : String.valueOf(failure.getCause());
            untested(lines, "gateway", why);
        }
    }

    private void addEngine(List<Line> lines) throws InterruptedException {
        boolean any = false;
        for (ModelStatus model : engines.all()) {
            if (model.state() instanceof EngineState.Ready ready) {
                any = true;
                addEngine(lines, ready);
            }
        }
        if (!any) untested(lines, "engine", "No engine is running: " + engines.state().sentence());
    }

    private static void addEngine(List<Line> lines, EngineState.Ready ready)
            throws InterruptedException {
        String process = "engine " + ready.model().id();
        try {
            ready.engine().sealProbe().forEach(result -> lines.add(line(process, result)));
        } catch (IOException noAnswer) {
            untested(lines, process, "The engine did not answer: " + noAnswer.getMessage());
        }
    }

    private static void untested(List<Line> lines, String process, String why) {
        lines.add(new Line(process, "all", "every way out", "untested", why, "none"));
    }

    private static Line line(String process, ProbeResult result) {
        return switch (result.outcome()) {
            case ProbeOutcome.Blocked blocked ->
                    new Line(
                            process,
                            result.name(),
                            result.attempted(),
                            "blocked",
                            "refused with " + blocked.errnoName(),
                            result.layer());
            case ProbeOutcome.Open open ->
                    result.allowedBecause().isEmpty()
                            ? new Line(
                                    process,
                                    result.name(),
                                    result.attempted(),
                                    "open",
                                    open.seen(),
                                    result.layer())
                            : new Line(
                                    process,
                                    result.name(),
                                    result.attempted(),
                                    "allowed",
                                    "open by design: " + result.allowedBecause(),
                                    result.layer());
        };
    }
}
