package redoubt.engine.process;

import java.util.function.Supplier;
import redoubt.foreign.llama.LlamaContext;

/// Has a context compute with as many threads as are wanted by then, and lets those who watch see
/// how long it takes. Which cores the threads have is the context's business. One for each context;
/// step thread only. Source: docs/engine.md, "Scheduling".
final class Computing {
    private final LlamaContext context;
    private final Pulse pulse;
    private final boolean alwaysSameThreads;
    private int threads;

    private Computing(LlamaContext context, Pulse pulse, boolean alwaysSameThreads) {
        this.context = context;
        this.pulse = pulse;
        this.alwaysSameThreads = alwaysSameThreads;
        this.threads = pulse.threads();
    }

    static Computing with(LlamaContext context, Pulse pulse) {
        return new Computing(context, pulse, false);
    }

    /// Attention over a long context is summed in as many parts as there are threads: what is to
    /// come out the same again keeps those that it began with.
    static Computing withTheSameThreads(LlamaContext context, Pulse pulse) {
        return new Computing(context, pulse, true);
    }

    /// Does this, as a computation.
    <T> T during(Supplier<T> work) {
        int wanted = pulse.threads();
        if (wanted != threads && !alwaysSameThreads) {
            context.setThreads(wanted, wanted);
            threads = wanted;
        }
        pulse.begin();
        try {
            return work.get();
        } finally {
            pulse.end();
        }
    }
}
