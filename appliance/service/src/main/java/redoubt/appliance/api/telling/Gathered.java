package redoubt.appliance.api.telling;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.answers.AnswerEvent;
import redoubt.appliance.answers.Answers;
import redoubt.engine.client.TokenChance;

/// A whole answer: its end, and the chances of its tokens where they were asked for.
public record Gathered(AnswerEvent.Done done, List<TokenChance> chances) {
    /// What a reader does while nothing happens.
    public interface Idle<E extends Exception> {
        void idle() throws E;
    }

    /// Waits for the ends of all.
    ///
    /// @param idle called after every event and every few seconds
    /// @throws redoubt.appliance.http.RefusedException when one of them failed
    static <E extends Exception> List<Gathered> all(Answers answers, Duration wait, Idle<E> idle)
            throws InterruptedException, E {
        AnswerEvent.@Nullable Done[] done = new AnswerEvent.Done[answers.size()];
        List<List<TokenChance>> chances = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) chances.add(new ArrayList<>());
        int over = 0;
        while (over < answers.size()) {
            Optional<Answers.Told> told = answers.next(wait);
            idle.idle();
            if (told.isEmpty()) continue;
            int choice = told.get().choice();
            switch (told.get().event()) {
                case AnswerEvent.Failed failed -> throw failed.why();
                case AnswerEvent.Done end -> {
                    done[choice] = end;
                    over++;
                }
                case AnswerEvent.Delta delta -> chances.get(choice).addAll(delta.chances());
                case AnswerEvent.Waiting _,
                        AnswerEvent.Queued _,
                        AnswerEvent.Started _,
                        AnswerEvent.Progress _,
                        AnswerEvent.Reasoning _,
                        AnswerEvent.ToolCall _ -> {}
            }
        }
        List<Gathered> all = new ArrayList<>();
        for (int i = 0; i < done.length; i++)
            all.add(new Gathered(Objects.requireNonNull(done[i]), chances.get(i)));
        return all;
    }
}
