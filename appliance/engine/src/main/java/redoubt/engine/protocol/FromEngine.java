package redoubt.engine.protocol;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import redoubt.engine.client.AdapterResult;
import redoubt.engine.client.ConversionResult;
import redoubt.engine.client.EngineFacts;
import redoubt.engine.client.GenerationEvent;
import redoubt.engine.client.VectorEvent;
import redoubt.foreign.posix.ProbeOutcome;
import redoubt.foreign.posix.ProbeResult;

/// What an engine says to the gateway. The first message is [Ready] or [Refused]; nothing follows
/// the latter.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "message")
@JsonSubTypes({
    @JsonSubTypes.Type(value = FromEngine.Ready.class, name = "ready"),
    @JsonSubTypes.Type(value = FromEngine.Refused.class, name = "refused"),
    @JsonSubTypes.Type(value = FromEngine.Happened.class, name = "happened"),
    @JsonSubTypes.Type(value = FromEngine.SealProbed.class, name = "seal_probed"),
    @JsonSubTypes.Type(value = FromEngine.Converted.class, name = "converted"),
    @JsonSubTypes.Type(value = FromEngine.Pulse.class, name = "pulse"),
    @JsonSubTypes.Type(value = FromEngine.AdapterChanged.class, name = "adapter_changed"),
    @JsonSubTypes.Type(value = FromEngine.VectorHappened.class, name = "vector_happened"),
    @JsonSubTypes.Type(value = FromEngine.Park.class, name = "park")
})
public sealed interface FromEngine {

    /// The model is loaded and requests are welcome.
    record Ready(EngineFacts facts) implements FromEngine {}

    /// The engine cannot start with what it was given, and ends.
    record Refused(String code, String sentence) implements FromEngine {}

    /// An event of the generation `id`.
    record Happened(long id, GenerationEvent event) implements FromEngine {}

    /// An event of the vectors or scores `id`.
    record VectorHappened(long id, VectorEvent event) implements FromEngine {}

    /// What came of the conversion `id`.
    record Converted(long id, ConversionResult result) implements FromEngine {}

    /// A sign of life, with how long the computation takes that is under way, 0 where none is, and
    /// the memory that parked states take.
    record Pulse(long id, long computingMs, long parkedBytes) implements FromEngine {}

    /// About parked states.
    record Park(Parking parking) implements FromEngine {}

    /// What came of loading or unloading an adapter.
    record AdapterChanged(long id, AdapterResult result) implements FromEngine {}

    /// What came of trying the ways out.
    record SealProbed(long id, List<WayOut> ways) implements FromEngine {
        public SealProbed {
            ways = List.copyOf(ways);
        }
    }

    /// One way out. `errno` is 0 where it was open; then `seen` says how that showed.
    record WayOut(
            String name,
            String attempted,
            int errno,
            String seen,
            String layer,
            String allowedBecause) {
        /// The same in the words of the seal.
        public ProbeResult result() {
            ProbeOutcome outcome =
                    errno == 0 ? new ProbeOutcome.Open(seen) : new ProbeOutcome.Blocked(errno);
            return new ProbeResult(name, attempted, outcome, layer, allowedBecause);
        }
    }
}
