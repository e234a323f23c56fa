package redoubt.engine.protocol;

import java.io.IOException;
import java.io.Serial;

/// What came over the pipe is not what the protocol allows. Whoever reads it stops listening: after
/// a bad frame nothing that follows can be trusted.
public final class ProtocolException extends IOException {
    @Serial private static final long serialVersionUID = 1L;

    ProtocolException(String sentence) {
        super(sentence);
    }

    ProtocolException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
