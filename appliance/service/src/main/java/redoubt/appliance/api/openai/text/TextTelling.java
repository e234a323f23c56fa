package redoubt.appliance.api.openai.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.answers.AnswerEvent;
import redoubt.appliance.answers.Answers;
import redoubt.appliance.api.openai.OpenAiJson;
import redoubt.appliance.api.telling.Telling;
import redoubt.appliance.api.telling.Template;
import redoubt.appliance.http.ErrorBody;
import redoubt.appliance.http.EventSink;
import redoubt.appliance.http.EventStream;

/// A completion of the text route as chunks, up to `[DONE]`.
final class TextTelling implements Telling {
    private final TextJson json;
    private final TextRequest asked;
    private final List<Choice> choices = new ArrayList<>();
    private int over;

    private static final class Choice {
        private boolean begun;
        private int cachedTokens;
        private long startedNanos;
        private int characters;
        private @Nullable Template text;
        private AnswerEvent.@Nullable Done done;
    }

    TextTelling(TextJson json, TextRequest asked) {
        this.json = json;
        this.asked = asked;
        for (int i = 0; i < asked.requests().size(); i++) choices.add(new Choice());
    }

    @Override
    public boolean tell(Answers.Told told, EventSink out) throws EventStream.GoneException {
        int index = told.choice();
        Choice choice = choices.get(index);
        String echo = asked.echo().get(index / asked.best());
        if (!choice.begun && !echo.isEmpty() && !(told.event() instanceof AnswerEvent.Failed))
            out.frame(EventSink.data(json.chunk(index, echo, List.of(), 0)));
        choice.begun = true;
        switch (told.event()) {
            case AnswerEvent.Waiting waiting -> out.frame(OpenAiJson.waiting(waiting));
            case AnswerEvent.Queued queued -> out.frame(OpenAiJson.queued(queued));
            case AnswerEvent.Started started -> {
                choice.cachedTokens = started.cachedTokens();
                choice.startedNanos = System.nanoTime();
            }
            case AnswerEvent.Progress progress -> {
                if (asked.stream().progress()) {
                    ObjectNode chunk = json.chunk(index, "", List.of(), 0);
                    chunk.set(
                            "prompt_progress",
                            OpenAiJson.progress(
                                    progress, choice.cachedTokens, choice.startedNanos));
                    out.frame(EventSink.data(chunk));
                }
            }
            case AnswerEvent.Delta delta -> out.frame(text(index, choice, delta));
            // A text that is continued has no roles, so nothing but text is read out of it.
            case AnswerEvent.Reasoning _, AnswerEvent.ToolCall _ -> {}
            case AnswerEvent.Failed failed -> {
                out.frame(EventSink.data(ErrorBody.of(failed.why())));
                return true;
            }
            case AnswerEvent.Done done -> finish(index, choice, done, out);
        }
        return over == choices.size();
    }

    private byte[] text(int index, Choice choice, AnswerEvent.Delta delta) {
        if (!delta.chances().isEmpty()) {
            int from = choice.characters;
            choice.characters += delta.text().length();
            return EventSink.data(json.chunk(index, delta.text(), delta.chances(), from));
        }
        Template template = choice.text;
        if (template == null) {
            template = Template.of(json.chunk(index, Template.TEXT, List.of(), 0));
            choice.text = template;
        }
        return template.with(delta.text());
    }

    private void finish(int index, Choice choice, AnswerEvent.Done done, EventSink out)
            throws EventStream.GoneException {
        choice.done = done;
        over++;
        boolean several = choices.size() > 1;
        boolean usage = asked.stream().includeUsage();
        ObjectNode finish = json.finish(index, done);
        if (several)
            ((ObjectNode) finish.at("/choices/0")).set("redoubt", OpenAiJson.receipt(done));
        else if (!usage) finish.set("redoubt", OpenAiJson.receipt(done));
        out.frame(EventSink.data(finish));
        if (over < choices.size()) return;
        if (usage) {
            ObjectNode last =
                    json.usageChunk(
                            choices.stream().map(one -> Objects.requireNonNull(one.done)).toList());
            if (!several) last.set("redoubt", OpenAiJson.receipt(done));
            out.frame(EventSink.data(last));
        }
        out.frame(OpenAiJson.done());
    }
}
