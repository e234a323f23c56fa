package redoubt.foreign.llama;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Takes an answer apart: text, what the model thinks, calls of tools. One thread at a time; a read
/// costs as much as the answer so far is long.
public final class AnswerReader implements AutoCloseable {
    private static final int KIND_TEXT = 0;
    private static final int KIND_REASONING = 1;
    private static final int NUMBERS = 5;

    private final ShimLibrary shim;
    private final MemorySegment reader;
    private boolean closed;

    private AnswerReader(ShimLibrary shim, MemorySegment reader) {
        this.shim = shim;
        this.reader = reader;
    }

    /// What is new in an answer.
    public sealed interface Part {
        record Text(String text) implements Part {}

        record Reasoning(String text) implements Part {}

        /// More of a call of a tool; its first part has id and name, later ones are empty there.
        record ToolCall(int index, String id, String name, String arguments) implements Part {}
    }

    static AnswerReader of(ShimLibrary shim, AnswerForm form, String idPrefix) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment error = arena.allocate(ShimLibrary.ERROR_BYTES);
            MemorySegment reader =
                    shim.readerNew.call(
                            CText.of(form.json(), arena),
                            CText.of(idPrefix, arena),
                            error,
                            ShimLibrary.ERROR_BYTES);
            if (reader.equals(MemorySegment.NULL)) {
                throw new NativeException(
                        "The answers of this model cannot be read (%s)."
                                .formatted(CText.reason(error)));
            }
            return new AnswerReader(shim, reader);
        }
    }

    /// What is new since the last time.
    ///
    /// @param answer all of it so far
    /// @throws NativeException when it makes no sense, so far
    public List<Part> read(String answer, boolean ended) {
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment error = arena.allocate(ShimLibrary.ERROR_BYTES);
            MemorySegment text = arena.allocate(bytes.length + 1L);
            MemorySegment.copy(bytes, 0, text, JAVA_BYTE, 0, bytes.length);
            MemorySegment out = arena.allocate(ADDRESS);
            int length =
                    shim.readerRead.call(
                            reader, text, bytes.length, ended, out, error, ShimLibrary.ERROR_BYTES);
            if (length < 0) {
                throw new NativeException(
                        "The model's answer is not of the form that its template knows (%s)."
                                .formatted(CText.reason(error)));
            }
            return parts(out.get(ADDRESS, 0), length);
        }
    }

    @SuppressWarnings("restricted") // the shim says how long it is
    private static List<Part> parts(MemorySegment address, int length) {
        List<Part> parts = new ArrayList<>();
        ByteBuffer bytes =
                ByteBuffer.wrap(address.reinterpret(length).toArray(JAVA_BYTE))
                        .order(ByteOrder.nativeOrder());
        while (bytes.remaining() >= NUMBERS * Integer.BYTES) {
            int kind = bytes.getInt();
            int index = bytes.getInt();
            int idBytes = bytes.getInt();
            int nameBytes = bytes.getInt();
            int textBytes = bytes.getInt();
            String id = text(bytes, idBytes);
            String name = text(bytes, nameBytes);
            String text = text(bytes, textBytes);
            parts.add(
                    switch (kind) {
                        case KIND_TEXT -> new Part.Text(text);
                        case KIND_REASONING -> new Part.Reasoning(text);
                        default -> new Part.ToolCall(index, id, name, text);
                    });
        }
        return parts;
    }

    private static String text(ByteBuffer from, int length) {
        byte[] bytes = new byte[length];
        from.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            shim.readerFree.call(reader);
        }
    }
}
