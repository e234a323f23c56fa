package redoubt.engine.process;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import redoubt.engine.client.FinishReason;
import redoubt.engine.client.GenerationEvent;
import redoubt.engine.client.TokenChance;
import redoubt.foreign.llama.AnswerReader;
import redoubt.foreign.llama.NativeException;

/// Between the scheduler and the way out, for an answer that holds more than text: reads all of it
/// again when more of it comes, and tells what is new as text, reasoning and calls of tools. A
/// reading costs as much as the answer is long, so it is done on a thread of its own, and after a
/// reading the next one waits nineteen times as long as it took: of all readings together at most a
/// twentieth of a processor is used for each answer. The step thread only hands events over.
final class AnswerReading implements Consumer<GenerationEvent> {
    private static final int REST_FACTOR = 19;

    private final AnswerReader reader;
    private final Executor thread;
    private final Consumer<GenerationEvent> out;
    // All below: that thread alone.
    private final StringBuilder answer = new StringBuilder();
    private int tokens;
    private boolean calls;
    private boolean told;
    private long restUntilNanos;
    private boolean resting;
    private final ArrayList<TokenChance> chances = new ArrayList<>();

    AnswerReading(AnswerReader reader, Executor thread, Consumer<GenerationEvent> out) {
        this.reader = reader;
        this.thread = thread;
        this.out = out;
    }

    @Override
    public void accept(GenerationEvent event) {
        thread.execute(() -> take(event));
    }

    private void take(GenerationEvent event) {
        switch (event) {
            case GenerationEvent.Text text -> {
                answer.append(text.text());
                tokens = text.completionTokens();
                chances.addAll(text.chances());
                long now = System.nanoTime();
                if (!resting || now - restUntilNanos >= 0) {
                    read(false);
                    long after = System.nanoTime();
                    resting = true;
                    restUntilNanos = after + REST_FACTOR * (after - now);
                }
            }
            case GenerationEvent.Finished finished -> finish(finished);
            case GenerationEvent.Failed failed -> {
                read(false);
                reader.close();
                out.accept(failed);
            }
            default -> out.accept(event);
        }
    }

    private void finish(GenerationEvent.Finished finished) {
        boolean whole =
                finished.reason() == FinishReason.STOP
                        || finished.reason() == FinishReason.STOP_SEQUENCE;
        boolean sense = read(whole);
        if (!sense && whole) {
            // It ended where its form does not: what can be read of it is told.
            boolean _ = read(false);
        }
        if (!told && !answer.isEmpty()) {
            out.accept(new GenerationEvent.Text(answer.toString(), tokens, chances));
        }
        reader.close();
        boolean waits = calls && (finished.reason() == FinishReason.STOP || (whole && sense));
        out.accept(
                waits
                        ? new GenerationEvent.Finished(
                                FinishReason.TOOL_CALLS,
                                finished.stop(),
                                finished.usage(),
                                finished.timings())
                        : finished);
    }

    /// Whether it made sense.
    private boolean read(boolean ended) {
        List<AnswerReader.Part> parts;
        try {
            parts = reader.read(answer.toString(), ended);
        } catch (NativeException notYet) {
            return false;
        }
        for (AnswerReader.Part part : parts) {
            told = true;
            out.accept(event(part));
        }
        return true;
    }

    private GenerationEvent event(AnswerReader.Part part) {
        return switch (part) {
            case AnswerReader.Part.Text(String text) -> {
                List<TokenChance> with = List.copyOf(chances);
                chances.clear();
                yield new GenerationEvent.Text(text, tokens, with);
            }
            case AnswerReader.Part.Reasoning(String text) -> {
                chances.clear();
                yield new GenerationEvent.Reasoning(text, tokens);
            }
            case AnswerReader.Part.ToolCall(
                            int index,
                            String id,
                            String name,
                            String arguments) -> {
                calls = true;
                chances.clear();
                yield new GenerationEvent.ToolCall(index, id, name, arguments, tokens);
            }
        };
    }
}
