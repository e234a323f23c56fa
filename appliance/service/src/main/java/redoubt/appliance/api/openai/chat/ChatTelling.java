package redoubt.appliance.api.openai.chat;

import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.answers.AnswerEvent;
import redoubt.appliance.answers.Answers;
import redoubt.appliance.api.openai.OpenAiJson;
import redoubt.appliance.api.openai.StreamFields;
import redoubt.appliance.api.telling.Telling;
import redoubt.appliance.api.telling.Template;
import redoubt.appliance.http.ErrorBody;
import redoubt.appliance.http.EventSink;
import redoubt.appliance.http.EventStream;
import redoubt.appliance.http.StrictJson;

/// A chat completion as chunks, up to `[DONE]`. Where it stands in the queue is told in comments,
/// which every reader of events skips.
final class ChatTelling implements Telling {
    private final ChatJson json;
    private final StreamFields wanted;
    private final List<Choice> choices = new ArrayList<>();
    private int over;

    /// What one choice needs again and again.
    private static final class Choice {
        private boolean begun;
        private int cachedTokens;
        private long startedNanos;
        private @Nullable Template content;
        private @Nullable Template reasoning;
        private AnswerEvent.@Nullable Done done;
    }

    ChatTelling(ChatJson json, StreamFields wanted, int choices) {
        this.json = json;
        this.wanted = wanted;
        for (int i = 0; i < choices; i++) this.choices.add(new Choice());
    }

    @Override
    public boolean tell(Answers.Told told, EventSink out) throws EventStream.GoneException {
        int index = told.choice();
        Choice choice = choices.get(index);
        if (told.event() instanceof AnswerEvent.Failed failed) {
            out.frame(EventSink.data(ErrorBody.of(failed.why())));
            return true;
        }
        if (!choice.begun) {
            choice.begun = true;
            ObjectNode role = delta().put("role", "assistant").put("content", "");
            out.frame(EventSink.data(chunk(index, role)));
        }
        switch (told.event()) {
            case AnswerEvent.Waiting waiting -> out.frame(OpenAiJson.waiting(waiting));
            case AnswerEvent.Queued queued -> out.frame(OpenAiJson.queued(queued));
            case AnswerEvent.Started started -> {
                choice.cachedTokens = started.cachedTokens();
                choice.startedNanos = System.nanoTime();
            }
            case AnswerEvent.Progress progress -> {
                if (wanted.progress()) out.frame(progress(index, choice, progress));
            }
            case AnswerEvent.Delta delta -> out.frame(content(index, choice, delta));
            case AnswerEvent.Reasoning reasoning ->
                    out.frame(reasoning(index, choice).with(reasoning.text()));
            case AnswerEvent.ToolCall call ->
                    out.frame(EventSink.data(chunk(index, toolCall(call))));
            case AnswerEvent.Failed _ -> throw new AssertionError("told before");
            case AnswerEvent.Done done -> finish(index, choice, done, out);
        }
        return over == choices.size();
    }

    private static ObjectNode delta() {
        return StrictJson.MAPPER.createObjectNode();
    }

    private ObjectNode chunk(int index, ObjectNode delta) {
        return json.chunk(index, delta, NullNode.instance, wanted.includeUsage());
    }

    private byte[] content(int index, Choice choice, AnswerEvent.Delta delta) {
        if (!delta.chances().isEmpty())
            return EventSink.data(
                    json.chunk(
                            index,
                            delta().put("content", delta.text()),
                            OpenAiJson.chances(delta.chances()),
                            wanted.includeUsage()));
        Template template = choice.content;
        if (template == null) {
            template = Template.of(chunk(index, delta().put("content", Template.TEXT)));
            choice.content = template;
        }
        return template.with(delta.text());
    }

    private Template reasoning(int index, Choice choice) {
        Template template = choice.reasoning;
        if (template == null) {
            template = Template.of(chunk(index, delta().put("reasoning_content", Template.TEXT)));
            choice.reasoning = template;
        }
        return template;
    }

    private static ObjectNode toolCall(AnswerEvent.ToolCall call) {
        ObjectNode delta = delta();
        ObjectNode one = delta.putArray("tool_calls").addObject().put("index", call.index());
        if (!call.id().isEmpty()) one.put("id", call.id());
        if (!call.name().isEmpty()) one.put("type", "function");
        ObjectNode function = one.putObject("function");
        if (!call.name().isEmpty()) function.put("name", call.name());
        function.put("arguments", call.arguments());
        return delta;
    }

    private byte[] progress(int index, Choice choice, AnswerEvent.Progress progress) {
        ObjectNode chunk = chunk(index, delta());
        chunk.set(
                "prompt_progress",
                OpenAiJson.progress(progress, choice.cachedTokens, choice.startedNanos));
        return EventSink.data(chunk);
    }

    private void finish(int index, Choice choice, AnswerEvent.Done done, EventSink out)
            throws EventStream.GoneException {
        choice.done = done;
        over++;
        boolean several = choices.size() > 1;
        ObjectNode finish = json.finish(index, done, wanted.includeUsage());
        if (several)
            ((ObjectNode) finish.at("/choices/0")).set("redoubt", OpenAiJson.receipt(done));
        else if (!wanted.includeUsage()) finish.set("redoubt", OpenAiJson.receipt(done));
        out.frame(EventSink.data(finish));
        if (over < choices.size()) return;
        if (wanted.includeUsage()) {
            ObjectNode usage =
                    json.usage(
                            choices.stream().map(one -> Objects.requireNonNull(one.done)).toList());
            if (!several) usage.set("redoubt", OpenAiJson.receipt(done));
            out.frame(EventSink.data(usage));
        }
        out.frame(OpenAiJson.done());
    }
}
