package redoubt.appliance;

import redoubt.appliance.engines.EngineState;
import redoubt.appliance.engines.Engines;
import redoubt.appliance.metrics.Metrics;
import redoubt.provenance.record.RecordHead;

/// What the metrics say of the state of things, asked when somebody looks. Stateless.
final class Gauges {
    private Gauges() {}

    static void add(Metrics metrics, Engines engines, RecordHead record) {
        metrics.gauge(
                "redoubt_engine_up",
                "1 while the default model answers",
                () -> engines.state() instanceof EngineState.Ready ? 1 : 0);
        metrics.gauge(
                "redoubt_models_loaded",
                "Models that answer",
                () ->
                        engines.all().stream()
                                .filter(model -> model.state() instanceof EngineState.Ready)
                                .count());
        metrics.gauge(
                "redoubt_models_planned_bytes",
                "Memory that is planned for all loaded models",
                engines::plannedBytes);
        metrics.gauge("redoubt_record_entries", "Durable entries of the record", record::size);
        metrics.gauge("redoubt_record_bytes", "Bytes of the record", record::bytesOnDisk);
    }
}
