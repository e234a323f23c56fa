package redoubt.appliance.engines;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import redoubt.appliance.metrics.Metrics;
import redoubt.appliance.record.SiteRecord;

/// What every engine of this appliance is kept with.
///
/// @param progress takes a sentence about what is going on
/// @param room finds memory for a load
/// @param settings what the administrators decided, at this moment
/// @param cores which share of the cores a busy engine has
/// @param adapters the files of adapters
/// @param known the model of an identifier
/// @param freed is told that a model was unloaded
record EngineParts(
        EngineHome home,
        SiteRecord record,
        Metrics metrics,
        Consumer<String> progress,
        Room room,
        Supplier<ModelSettings> settings,
        CoreShares cores,
        AdapterFolder adapters,
        Function<String, Optional<KnownModel>> known,
        Runnable freed) {}
