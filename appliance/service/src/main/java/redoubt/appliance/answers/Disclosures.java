package redoubt.appliance.answers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import redoubt.appliance.api.asking.Forms;
import redoubt.appliance.conversations.Item;
import redoubt.appliance.conversations.Items;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.http.StrictJson;
import redoubt.appliance.record.SiteRecord;
import redoubt.engine.client.GenerationRequest;
import redoubt.engine.client.Prompt;
import redoubt.provenance.evidence.EvidenceContent;
import redoubt.provenance.evidence.EvidenceRequest;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordExcerpt;

/// The content that belongs to some entries of the record, as far as it is still kept: credentials
/// always, questions and answers only where they may be disclosed. One thread.
final class Disclosures implements EvidenceContent {
    // An item is written within moments of its entry; clocks are set now and then.
    private static final Duration APART_MAX = Duration.ofDays(1);

    private final Items items;
    private final Replays.Predecessors predecessors;
    private final boolean discloses;
    // Told the identifier of what cannot be read, which the package lacks as if it were erased.
    private final Consumer<String> damaged;
    private final Map<Long, String> answers = new HashMap<>();
    private final Map<Long, String> questions = new HashMap<>();

    private Disclosures(
            Items items,
            Replays.Predecessors predecessors,
            boolean discloses,
            Consumer<String> damaged) {
        this.damaged = damaged;
        this.items = items;
        this.predecessors = predecessors;
        this.discloses = discloses;
    }

    static Disclosures of(
            Items items,
            Replays.Predecessors predecessors,
            RecordExcerpt excerpt,
            EvidenceRequest request,
            boolean discloses,
            Consumer<String> damaged)
            throws IOException {
        Disclosures found = new Disclosures(items, predecessors, discloses, damaged);
        TreeSet<Long> times = new TreeSet<>();
        var sequences = request.sequences().iterator();
        while (sequences.hasNext()) {
            var entry = excerpt.entry(sequences.nextLong()).entry();
            if (!commits(entry.event())) continue;
            times.add(entry.wallClockUs());
        }
        if (times.isEmpty()) return found;
        String logId = excerpt.entry(0).sha256().hex();
        for (Span span : spans(times)) found.find(logId, span);
        return found;
    }

    /// From when to when answers are looked through.
    record Span(Instant from, Instant to) {}

    /// Around each of the times, one for those that are near each other: what was asked between two
    /// entries that are far apart is nobody's business here.
    static List<Span> spans(SortedSet<Long> timesUs) {
        List<Span> spans = new ArrayList<>();
        for (long us : timesUs) {
            Instant from = Items.instant(us).minus(APART_MAX);
            Instant to = Items.instant(us).plus(APART_MAX);
            if (!spans.isEmpty() && !from.isAfter(spans.getLast().to()))
                from = spans.removeLast().from();
            spans.add(new Span(from, to));
        }
        return spans;
    }

    private static boolean commits(Event event) {
        return event instanceof Event.Intent
                || event instanceof Event.Output
                || event instanceof Event.ToolCalled
                || event instanceof Event.ToolAnswered;
    }

    private void find(String logId, Span span) throws IOException {
        for (String id : items.answersBetween(span.from(), span.to())) {
            Optional<Item.Answer> answer =
                    readable(id).filter(Item.Answer.class::isInstance).map(Item.Answer.class::cast);
            if (answer.isEmpty() || !answer.get().entry().logId().equals(logId)) continue;
            answers.put(answer.get().entry().output(), id);
            questions.put(answer.get().entry().intent(), answer.get().question());
        }
    }

    private Optional<Item> readable(String id) {
        try {
            return items.read(id);
        } catch (IOException unreadable) {
            damaged.accept(id);
            return Optional.empty();
        }
    }

    @Override
    public Optional<byte[]> credential(long sequence, Event.Output output) throws IOException {
        return answer(sequence).map(Item.Answer::manifest);
    }

    @Override
    public Optional<Opened> answer(long sequence, Event.Output output) throws IOException {
        if (!discloses) return Optional.empty();
        return answer(sequence)
                .map(answer ->
                        new Opened(
                                answer.commitmentKey(),
                                answer.text().getBytes(StandardCharsets.UTF_8)));
    }

    private Optional<Item.Answer> answer(long sequence) throws IOException {
        String id = answers.get(sequence);
        return id == null ? Optional.empty() : items.answer(id);
    }

    @Override
    public Optional<Opened> arguments(long output, Event.ToolCalled called) throws IOException {
        Optional<Item.Answer> answer = discloses ? answer(output) : Optional.empty();
        if (answer.isEmpty()) return Optional.empty();
        return opened(
                ToolExchange.called(Said.read(answer.get().text())),
                answer.get().commitmentKey(),
                ToolExchange.CALL_DOMAIN,
                called.argumentsCommitment());
    }

    @Override
    public Optional<Opened> result(long intent, Event.ToolAnswered answered) throws IOException {
        Optional<Item.Question> question = question(intent);
        Item.Asked asked = question.map(Item.Question::asked).orElse(null);
        // What is new is the request's own, and kept with it, whatever went before.
        if (question.isEmpty()
                || asked == null
                || !(asked.request().prompt() instanceof Prompt.Chat chat)) return Optional.empty();
        return opened(
                ToolExchange.answered(Earlier.messages(chat)),
                question.get().commitmentKey(),
                ToolExchange.RESULT_DOMAIN,
                answered.resultCommitment());
    }

    /// The one that was committed to. Where several are the same, any of them is.
    private static Optional<Opened> opened(
            List<ToolExchange> exchanges, byte[] itemKey, String domain, Bytes commitment) {
        for (int i = 0; i < exchanges.size(); i++) {
            byte[] key = ToolExchange.key(itemKey, i);
            byte[] content = exchanges.get(i).bytes();
            if (SiteRecord.commitment(key, domain, content).equals(commitment))
                return Optional.of(new Opened(key, content));
        }
        return Optional.empty();
    }

    private Optional<Item.Question> question(long intent) throws IOException {
        String id = questions.get(intent);
        if (!discloses || id == null) return Optional.empty();
        var item = readable(id);
        return item.isPresent() && item.get() instanceof Item.Question question
                ? Optional.of(question)
                : Optional.empty();
    }

    @Override
    public Optional<Opened> input(long sequence, Event.Intent intent) throws IOException {
        Optional<Item.Question> found = question(sequence);
        if (found.isEmpty()) return Optional.empty();
        Item.Question question = found.get();
        for (String text : inputs(question)) {
            byte[] content = text.getBytes(StandardCharsets.UTF_8);
            if (SiteRecord.commitment(question.commitmentKey(), Work.INPUT_DOMAIN, content)
                    .equals(intent.inputCommitment()))
                return Optional.of(new Opened(question.commitmentKey(), content));
        }
        // A part of it was kept with an earlier response, and was erased there.
        return Optional.empty();
    }

    /// What the model may have been given; the commitment says which one it was.
    private List<String> inputs(Item.Question question) throws IOException {
        List<String> texts = new ArrayList<>();
        Item.Asked asked = question.asked();
        if (asked != null) {
            try {
                GenerationRequest request =
                        Earlier.with(
                                asked.request(), asked.earlier(), question.owner(), predecessors);
                switch (request.prompt()) {
                    case Prompt.Text text -> texts.add(text.text());
                    case Prompt.Tokens tokens -> texts.add(StrictJson.text(tokens.tokens()));
                    case Prompt.Chat chat -> {
                        texts.add(chat.messagesJson());
                        texts.add(whole(chat, request));
                    }
                }
            } catch (RefusedException earlierIsGone) {
                // What was kept with an earlier response was erased with it.
                texts.clear();
            }
        }
        texts.add(question.text());
        return texts;
    }

    /// As [redoubt.appliance.api.asking.Generating.Chat] puts it together.
    private static String whole(Prompt.Chat chat, GenerationRequest request) {
        ObjectNode all = StrictJson.MAPPER.createObjectNode();
        try {
            all.set("messages", StrictJson.MAPPER.readTree(chat.messagesJson()));
            String tools = chat.toolsJson();
            if (tools != null)
                all.put("tool_choice", chat.options().toolChoice().name())
                        .put("parallel_tool_calls", chat.options().parallelToolCalls())
                        .set("tools", StrictJson.MAPPER.readTree(tools));
            all.set(
                    "chat_template_kwargs",
                    StrictJson.MAPPER.readTree(chat.options().templateArgumentsJson()));
        } catch (JsonProcessingException bug) {
            throw new AssertionError("what was asked is JSON", bug);
        }
        all.put("form", Forms.word(request.constraint()))
                .put("form_text", Forms.text(request.constraint()));
        return StrictJson.text(all);
    }
}
