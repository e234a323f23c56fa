package redoubt.appliance.answers;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// The answers to one request, as their reader sees them: one, or as many as it asked for. Each is
/// made by a thread of its own, which a reader that is slow or gone cannot hold up; what is not
/// fetched waits here, never more than the answers.
public final class Answers {
    private final BlockingQueue<Told> events = new LinkedBlockingQueue<>();
    private final List<Answer> answers;

    /// @param choice number of the answer, from 0
    public record Told(int choice, AnswerEvent event) {}

    Answers(int choices) {
        this.answers =
                java.util.stream.IntStream.range(0, choices)
                        .mapToObj(
                                choice -> new Answer(event -> events.add(new Told(choice, event))))
                        .toList();
    }

    /// How many there are.
    public int size() {
        return answers.size();
    }

    /// Waits for the next event of any of them at most so long; empty when none came.
    public Optional<Told> next(Duration wait) throws InterruptedException {
        return Optional.ofNullable(events.poll(wait.toNanos(), TimeUnit.NANOSECONDS));
    }

    /// Stops the engine within a step. What was said so far is sealed.
    public void cancel() {
        answers.forEach(Answer::cancel);
    }

    Answer choice(int index) {
        return answers.get(index);
    }
}
