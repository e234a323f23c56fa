package redoubt.appliance.api.administration;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import redoubt.appliance.engines.EngineState;
import redoubt.appliance.engines.Engines;
import redoubt.appliance.engines.LoadedModel;
import redoubt.appliance.engines.ModelStatus;
import redoubt.appliance.http.Exchange;
import redoubt.appliance.http.StrictJson;
import redoubt.appliance.metrics.Metrics;
import redoubt.appliance.seal.BoundaryStatement;
import redoubt.appliance.seal.SealCheck;
import redoubt.appliance.site.Site;
import redoubt.provenance.record.RootOnHost;

/// How the appliance is: health for a load balancer, figures for monitoring, the status page, the
/// seal check and the boundary statement.
public final class StatusApi {
    private final Facts facts;
    private final Engines engines;
    private final RecordStanding standing;
    private final SealCheck sealCheck;
    private final Metrics metrics;
    private final InstantSource clock;

    /// What does not change while the service runs.
    public record Facts(
            Site site,
            String version,
            String address,
            String home,
            Instant startedAt,
            Instant certificateExpiry,
            String gatewayFilter) {}

    public StatusApi(
            Facts facts,
            Engines engines,
            RecordStanding standing,
            SealCheck sealCheck,
            Metrics metrics,
            InstantSource clock) {
        this.facts = facts;
        this.engines = engines;
        this.standing = standing;
        this.sealCheck = sealCheck;
        this.metrics = metrics;
        this.clock = clock;
    }

    public void health(Exchange exchange) {
        EngineState state = engines.state();
        boolean ready = state instanceof EngineState.Ready;
        String word =
                switch (state) {
                    case EngineState.Ready _ -> "ready";
                    case EngineState.Loading _ -> "starting";
                    case EngineState.Unloaded _,
                            EngineState.Draining _,
                            EngineState.Refused _,
                            EngineState.Down _,
                            EngineState.Stopped _ ->
                            "degraded";
                };
        exchange.json(
                ready ? 200 : 503,
                StrictJson.MAPPER
                        .createObjectNode()
                        .put("status", word)
                        .put("reason", state.sentence()));
    }

    public void metrics(Exchange exchange) {
        exchange.send(
                200,
                "text/plain; version=0.0.4; charset=utf-8",
                metrics.text().getBytes(StandardCharsets.UTF_8));
    }

    public void site(Exchange exchange) {
        exchange.json(
                200,
                StrictJson.MAPPER
                        .createObjectNode()
                        .put("name", facts.site().name())
                        .put("marking", facts.site().marking())
                        .put("markingTone", facts.site().markingTone()));
    }

    public void status(Exchange exchange) {
        ObjectNode body = StrictJson.MAPPER.createObjectNode();
        ArrayNode sections = body.putArray("sections");
        ArrayNode appliance = section(sections, "appliance", "Appliance");
        row(appliance, "Version", facts.version(), "");
        row(appliance, "Address", facts.address(), "");
        row(appliance, "Home", facts.home(), "");
        row(
                appliance,
                "Running since",
                facts.startedAt().truncatedTo(ChronoUnit.SECONDS).toString(),
                "");
        row(
                appliance,
                "TLS certificate until",
                facts.certificateExpiry().toString(),
                facts.certificateExpiry().isBefore(clock.instant().plus(Duration.ofDays(30)))
                        ? "warn"
                        : "ok");
        for (ModelStatus model : engines.all())
            if (model.standard() || !(model.state() instanceof EngineState.Unloaded))
                model(section(sections, "model", "Model " + model.id()), model.state());
        ArrayNode recordRows = section(sections, "record", "Record");
        standing.put(recordRows);
        boolean rootIsHere = RootOnHost.isThere(Path.of(facts.home(), "keys"));
        body.put("recordRootOnHost", rootIsHere);
        row(
                recordRows,
                "Private record root",
                rootIsHere
                        ? "on this host, unprotected: whoever reads it can begin this site's record anew. Carry it away: redoubt record root carry"
                        : "not on this host",
                rootIsHere ? "warn" : "ok");
        ArrayNode seal = section(sections, "seal", "Seal");
        row(seal, "Gateway", facts.gatewayFilter(), "ok");
        sealCheck
                .last()
                .ifPresentOrElse(
                        report ->
                                row(
                                        seal,
                                        "Last check",
                                        "%s: %d refused, %d open, %d untested"
                                                .formatted(
                                                        report.checkedAt(),
                                                        report.count("blocked"),
                                                        report.count("open"),
                                                        report.count("untested")),
                                        report.count("open") > 0 ? "bad" : "ok"),
                        () -> row(seal, "Last check", "none since the last start", "warn"));
        exchange.json(200, body);
    }

    private static void model(ArrayNode rows, EngineState state) {
        if (state instanceof EngineState.Ready ready) {
            LoadedModel model = ready.model();
            row(rows, "State", state.sentence(), "ok");
            row(rows, "Identifier", model.id(), "");
            row(rows, "SHA-256 of the weights", model.sha256(), "");
            row(rows, "Quantisation", model.facts().quantisation(), "");
            row(rows, "Context tokens", String.valueOf(model.facts().contextTokens()), "");
            row(rows, "CPU variant", model.facts().cpuVariant(), "");
            row(rows, "Threads", String.valueOf(model.facts().threads()), "");
            row(rows, "Memory", model.facts().memoryPlan(), "");
            row(rows, "Entry of its load", String.valueOf(model.loadedAt()), "");
            row(rows, "Engine's seal", String.join(" ", model.facts().seal()), "ok");
        } else row(rows, "State", state.sentence(), "bad");
    }

    public void sealCheck(Exchange exchange) throws InterruptedException {
        exchange.json(200, sealCheck.run(exchange.principal()).json());
    }

    public void boundary(Exchange exchange) {
        exchange.json(
                200,
                StrictJson.MAPPER
                        .createObjectNode()
                        .put("generatedAt", clock.instant().toString())
                        .put(
                                "text",
                                BoundaryStatement.of(
                                        sealCheck.last(), facts.address(), facts.gatewayFilter())));
    }

    /// @param name what the page knows the section by
    private static ArrayNode section(ArrayNode sections, String name, String title) {
        return sections.addObject().put("name", name).put("title", title).putArray("rows");
    }

    static void row(ArrayNode rows, String label, String value, String state) {
        ObjectNode row = rows.addObject().put("label", label).put("value", value);
        if (!state.isEmpty()) row.put("state", state);
    }
}
