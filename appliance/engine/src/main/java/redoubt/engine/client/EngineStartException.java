package redoubt.engine.client;

import java.io.Serial;
import java.util.List;

/// An engine that did not become ready. The message is a sentence for a person; the code is for the
/// record and for programs: `model_refused`, `draft_refused`, `does_not_fit`, `native_failed`,
/// `seal_failed`, `timeout`, `engine_died`, `cannot_start`.
public final class EngineStartException extends Exception {
    @Serial private static final long serialVersionUID = 1L;

    private final String code;
    private final transient List<String> log;

    EngineStartException(String code, String sentence, List<String> log) {
        super(sentence);
        this.code = code;
        this.log = List.copyOf(log);
    }

    /// Why, for programs.
    public String code() {
        return code;
    }

    /// The last lines that the engine logged, oldest first.
    public List<String> log() {
        return log;
    }
}
