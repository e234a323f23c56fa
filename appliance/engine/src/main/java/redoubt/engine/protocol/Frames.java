package redoubt.engine.protocol;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/// The frames between gateway and engine: four bytes of length (big endian), then one CBOR map (RFC
/// 8949) of that length. Strict: a length out of bounds, an unknown message, a missing, unknown or
/// doubled field, or bytes after the map end the conversation.
///
/// Encoding may be done by any thread; a stream is read by one.
public final class Frames {
    /// Longest body. A prompt of a million characters fits several times.
    public static final int BODY_BYTES_MAX = 16 * 1024 * 1024;

    private static final int NESTING_MAX = 16;
    private static final int NAME_CHARACTERS_MAX = 100;

    private static final CBORMapper MAPPER =
            CBORMapper.builder(
                            CBORFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(NESTING_MAX)
                                                    .maxStringLength(BODY_BYTES_MAX)
                                                    .maxNameLength(NAME_CHARACTERS_MAX)
                                                    .maxDocumentLength(BODY_BYTES_MAX)
                                                    .build())
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                    .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                    .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                    .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                    .build();
    private static final ObjectWriter TO_ENGINE = MAPPER.writerFor(ToEngine.class);
    private static final ObjectWriter FROM_ENGINE = MAPPER.writerFor(FromEngine.class);
    private static final ObjectReader AT_ENGINE = MAPPER.readerFor(ToEngine.class);
    private static final ObjectReader AT_GATEWAY = MAPPER.readerFor(FromEngine.class);

    private Frames() {}

    /// One frame, ready to be written in one piece.
    ///
    /// @throws ProtocolException when the message is longer than a frame may be
    public static byte[] encode(ToEngine message) throws ProtocolException {
        return frame(TO_ENGINE, message);
    }

    /// One frame, ready to be written in one piece.
    ///
    /// @throws ProtocolException when the message is longer than a frame may be
    public static byte[] encode(FromEngine message) throws ProtocolException {
        return frame(FROM_ENGINE, message);
    }

    /// The next message to the engine; empty at a clean end of the stream.
    public static Optional<ToEngine> readAtEngine(InputStream stream) throws IOException {
        return read(AT_ENGINE, ToEngine.class, stream);
    }

    /// The next message from the engine; empty at a clean end of the stream.
    public static Optional<FromEngine> readAtGateway(InputStream stream) throws IOException {
        return read(AT_GATEWAY, FromEngine.class, stream);
    }

    private static byte[] frame(ObjectWriter writer, Object message) throws ProtocolException {
        byte[] body;
        try {
            body = writer.writeValueAsBytes(message);
        } catch (IOException failure) {
            throw new ProtocolException("A message cannot be written as CBOR.", failure);
        }
        if (body.length > BODY_BYTES_MAX) {
            throw new ProtocolException(
                    "A message of %d bytes is longer than a frame may be (%d)."
                            .formatted(body.length, BODY_BYTES_MAX));
        }
        return ByteBuffer.allocate(Integer.BYTES + body.length)
                .putInt(body.length)
                .put(body)
                .array();
    }

    private static <T> Optional<T> read(ObjectReader reader, Class<T> type, InputStream stream)
            throws IOException {
        int first = stream.read();
        if (first < 0) {
            return Optional.empty();
        }
        byte[] body;
        try {
            DataInputStream data = new DataInputStream(stream);
            int length = first << 24 | data.readUnsignedByte() << 16 | data.readUnsignedShort();
            if (length < 1 || length > BODY_BYTES_MAX) {
                throw new ProtocolException(
                        "A frame says it has %d bytes; 1 to %d are possible."
                                .formatted(length, BODY_BYTES_MAX));
            }
            body = new byte[length];
            data.readFully(body);
        } catch (EOFException end) {
            throw new ProtocolException("The stream ended inside a frame.", end);
        }
        return Optional.of(parse(reader, type, body));
    }

    private static <T> T parse(ObjectReader reader, Class<T> type, byte[] body)
            throws ProtocolException {
        try {
            T message = reader.readValue(body, type);
            if (message == null) {
                throw new ProtocolException("A frame holds no message.");
            }
            return message;
        } catch (ProtocolException refused) {
            throw refused;
        } catch (IOException | IllegalArgumentException malformed) {
            // The text of the exception may quote the frame, which is somebody's prompt.
            throw new ProtocolException(
                    "A frame is not a message of this protocol (%s)."
                            .formatted(malformed.getClass().getSimpleName()));
        }
    }
}
