package redoubt.engine.process;

import java.io.Serial;

/// Why this engine cannot start, for the gateway: a code and a sentence.
final class StartRefusal extends Exception {
    @Serial private static final long serialVersionUID = 1L;

    private final String code;

    StartRefusal(String code, String sentence) {
        super(sentence);
        this.code = code;
    }

    String code() {
        return code;
    }

    String sentence() {
        return String.valueOf(getMessage());
    }
}
