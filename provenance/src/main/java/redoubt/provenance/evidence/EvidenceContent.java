package redoubt.provenance.evidence;

import java.io.IOException;
import java.util.Optional;
import redoubt.provenance.record.Event;

/// What belongs to the entries of a package and is not in the record: credentials, and content with
/// the keys of its commitments. Whoever gives it decides what may be disclosed; what is not given
/// stays out. Asked from one thread; must say the same as long as a package is made.
public interface EvidenceContent {
    /// The detached credential of the answer at `sequence`; empty where none is kept.
    Optional<byte[]> credential(long sequence, Event.Output output) throws IOException;

    /// The answer; empty where it was erased or is not disclosed.
    Optional<Opened> answer(long sequence, Event.Output output) throws IOException;

    /// What the model was given; empty where it was erased or is not disclosed.
    Optional<Opened> input(long sequence, Event.Intent intent) throws IOException;

    /// The arguments of a call of a tool that OUTPUT `output` made; empty where they were erased or
    /// are not disclosed.
    Optional<Opened> arguments(long output, Event.ToolCalled called) throws IOException;

    /// What a tool answered, as INTENT `intent` gave it to the model; empty where it was erased or
    /// is not disclosed.
    Optional<Opened> result(long intent, Event.ToolAnswered answered) throws IOException;

    /// Content, and the key with which the record committed to it. Handed on, never compared.
    @SuppressWarnings("ArrayRecordComponent")
    record Opened(byte[] key, byte[] content) {}

    /// Nothing but the record.
    EvidenceContent NONE =
            new EvidenceContent() {
                @Override
                public Optional<byte[]> credential(long sequence, Event.Output output) {
                    return Optional.empty();
                }

                @Override
                public Optional<Opened> answer(long sequence, Event.Output output) {
                    return Optional.empty();
                }

                @Override
                public Optional<Opened> input(long sequence, Event.Intent intent) {
                    return Optional.empty();
                }

                @Override
                public Optional<Opened> arguments(long output, Event.ToolCalled called) {
                    return Optional.empty();
                }

                @Override
                public Optional<Opened> result(long intent, Event.ToolAnswered answered) {
                    return Optional.empty();
                }
            };
}
