package redoubt.engine.protocol;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.nio.ByteBuffer;
import redoubt.engine.client.ParkedState;

/// What gateway and engine say to each other about parked states, which the gateway keeps. Whoever
/// receives a state asks for each part, so that no more than one of a state is on its way, and the
/// tokens of answers are not held up.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "parking")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Parking.Kept.class, name = "kept"),
    @JsonSubTypes.Type(value = Parking.Offer.class, name = "offer"),
    @JsonSubTypes.Type(value = Parking.Give.class, name = "give"),
    @JsonSubTypes.Type(value = Parking.Part.class, name = "part"),
    @JsonSubTypes.Type(value = Parking.Taken.class, name = "taken"),
    @JsonSubTypes.Type(value = Parking.Gone.class, name = "gone"),
    @JsonSubTypes.Type(value = Parking.Forget.class, name = "forget"),
    @JsonSubTypes.Type(value = Parking.Forgot.class, name = "forgot"),
    @JsonSubTypes.Type(value = Parking.Rest.class, name = "rest"),
    @JsonSubTypes.Type(value = Parking.Rested.class, name = "rested")
})
public sealed interface Parking {
    /// To the engine: an earlier engine of the same kind left this.
    record Kept(ParkedState state) implements Parking {}

    /// To the gateway: keep this.
    record Offer(ParkedState state) implements Parking {}

    /// To either: send what begins there.
    record Give(long number, long offset) implements Parking {}

    /// To either: a part of a state, in order.
    record Part(long number, ByteBuffer bytes) implements Parking {}

    /// To the engine: all of it is kept.
    record Taken(long number) implements Parking {}

    /// To the engine: it is not kept. To the gateway: it is of no more use.
    record Gone(long number) implements Parking {}

    /// To the engine: drop all that was computed of this tenant's texts.
    record Forget(String tenant) implements Parking {}

    /// To the gateway: that is done, and nothing that was computed before it will be offered.
    record Forgot(String tenant) implements Parking {}

    /// To the engine: offer all that is idle, because the end is near.
    record Rest() implements Parking {}

    /// To the gateway: that was all.
    record Rested() implements Parking {}
}
