package redoubt.appliance.answers;

import java.util.ArrayList;
import java.util.List;
import redoubt.engine.client.GenerationEvent;

/// What a model has said so far, as its events come. One thread.
final class Saying {
    private static final int CALLS_MAX = 128;

    private final StringBuilder content = new StringBuilder();
    private final StringBuilder reasoning = new StringBuilder();
    private final List<Call> calls = new ArrayList<>();

    private record Call(String id, String name, StringBuilder arguments) {}

    boolean isEmpty() {
        return content.isEmpty() && reasoning.isEmpty() && calls.isEmpty();
    }

    void add(GenerationEvent.Text more) {
        content.append(more.text());
    }

    void add(GenerationEvent.Reasoning more) {
        reasoning.append(more.text());
    }

    void add(GenerationEvent.ToolCall more) {
        if (more.index() == calls.size() && calls.size() < CALLS_MAX)
            calls.add(new Call(more.id(), more.name(), new StringBuilder()));
        if (more.index() < 0 || more.index() >= calls.size())
            throw new IllegalStateException("the engine called tools in no order");
        calls.get(more.index()).arguments().append(more.arguments());
    }

    Said said() {
        return new Said(
                content.toString(),
                reasoning.toString(),
                calls.stream()
                        .map(call ->
                                new Said.Call(call.id(), call.name(), call.arguments().toString()))
                        .toList());
    }
}
