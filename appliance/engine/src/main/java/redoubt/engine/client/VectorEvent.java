package redoubt.engine.client;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Objects;

/// What an engine says about inputs that become vectors or scores: one [Computed] for each in any
/// order, then exactly one of the others.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
    @JsonSubTypes.Type(value = VectorEvent.Computed.class, name = "computed"),
    @JsonSubTypes.Type(value = VectorEvent.Done.class, name = "done"),
    @JsonSubTypes.Type(value = VectorEvent.Failed.class, name = "failed")
})
public sealed interface VectorEvent {

    /// An input.
    ///
    /// @param index of the input, from 0
    /// @param numbers of 32 bits each, little endian
    /// @param tokens how many were computed for it
    /// @param truncated whether it was cut
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Computed(int index, byte[] numbers, int tokens, boolean truncated)
            implements VectorEvent {
        public Computed {
            Objects.requireNonNull(numbers);
        }
    }

    /// All of them are computed.
    record Done(Timings timings) implements VectorEvent {
        public Done {
            Objects.requireNonNull(timings);
        }
    }

    /// Nothing comes of the request.
    record Failed(String code, String sentence) implements VectorEvent {}

    /// Whether nothing follows.
    default boolean last() {
        return !(this instanceof Computed);
    }
}
