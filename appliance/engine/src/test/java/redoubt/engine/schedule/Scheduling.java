package redoubt.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import redoubt.engine.client.AdapterUse;
import redoubt.engine.client.GenerationEvent;
import redoubt.engine.client.Owner;
import redoubt.engine.client.SamplingParameters;
import redoubt.engine.client.TokenChance;

/// A scheduler over a model in plain Java, and what its jobs were told.
abstract class Scheduling {
    final List<Asked> all = new ArrayList<>();
    FakeDecoder model = new FakeDecoder(4096, 4);
    Depot depot = Depot.none();
    @Nullable Draft draft;
    Scheduler scheduler = new Scheduler(model);
    private Thread loop = new Thread();
    private volatile Throwable crashed;

    void model(FakeDecoder other) {
        model(other, 0);
    }

    void model(FakeDecoder other, long parkedBytesMax) {
        model = other;
        scheduler = new Scheduler(model, draft, parkedBytesMax, depot, 3);
    }

    void begin() {
        loop =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                scheduler.run();
                            } catch (Throwable failure) {
                                crashed = failure;
                                all.forEach(asked -> asked.ended.countDown());
                            }
                        });
    }

    @AfterEach
    void the_loop_is_well() throws InterruptedException {
        scheduler.stop();
        loop.join(120_000);
        assertEquals(null, crashed);
        assertEquals(0, model.opened, "samplers that nobody closed");
        assertEquals(0, model.aloneOpen, "caches that nobody closed");
    }

    static int[] prompt(long seed, int length) {
        return new Random(seed).ints(length, 0, FakeDecoder.LETTERS).toArray();
    }

    final class Asked {
        final List<GenerationEvent> events = new ArrayList<>();
        final CountDownLatch ended = new CountDownLatch(1);
        final Job.Cancellation cancellation = new Job.Cancellation();
        final int[] prompt;

        Asked(
                Owner owner,
                int[] prompt,
                int maxTokens,
                SamplingParameters sampling,
                List<AdapterUse> adapters,
                boolean alone,
                String... stops) {
            this.prompt = prompt;
            all.add(this);
            scheduler.submit(
                    new Job(
                            all.size(),
                            owner,
                            prompt,
                            new Choosing(sampling, 1, Form.free(), -1),
                            adapters,
                            alone,
                            maxTokens,
                            List.of(stops),
                            false,
                            System.nanoTime(),
                            cancellation,
                            this::take));
        }

        private void take(GenerationEvent event) {
            synchronized (events) {
                events.add(event);
            }
            if (event.last()) {
                ended.countDown();
            }
        }

        Asked end() throws InterruptedException {
            assertTrue(ended.await(300, TimeUnit.SECONDS), "no end; loop: " + crashed);
            return this;
        }

        String text() {
            StringBuilder text = new StringBuilder();
            for (GenerationEvent event : events) {
                if (event
                        instanceof GenerationEvent.Text(String more, int _, List<TokenChance> _)) {
                    text.append(more);
                }
            }
            return text.toString();
        }

        GenerationEvent.Finished finished() {
            return assertInstanceOf(GenerationEvent.Finished.class, events.getLast());
        }

        GenerationEvent.Failed failed() {
            return assertInstanceOf(GenerationEvent.Failed.class, events.getLast());
        }

        boolean hasStarted() {
            synchronized (events) {
                return events.stream().anyMatch(GenerationEvent.Started.class::isInstance);
            }
        }

        GenerationEvent.Started started() {
            return events.stream()
                    .filter(GenerationEvent.Started.class::isInstance)
                    .map(GenerationEvent.Started.class::cast)
                    .findFirst()
                    .orElseThrow();
        }
    }

    Asked ask(String tenant, int[] prompt, int maxTokens, String... stops) {
        return ask(Owner.interactive(tenant), prompt, maxTokens, stops);
    }

    Asked ask(Owner owner, int[] prompt, int maxTokens, String... stops) {
        return new Asked(
                owner, prompt, maxTokens, SamplingParameters.greedy(), List.of(), false, stops);
    }

    /// How many tokens were computed in vain for the only answer that there was, to its last token.
    int wrongOnes(int promptTokens, int answerTokens) {
        int computed = model.stepTokens.stream().mapToInt(Integer::intValue).sum();
        // The last token of an answer is chosen and not computed.
        return computed - (promptTokens + answerTokens - 1);
    }

    /// The same prompt with more at its end.
    static int[] longer(int[] prompt, int... more) {
        int[] longer = Arrays.copyOf(prompt, prompt.length + more.length);
        System.arraycopy(more, 0, longer, prompt.length, more.length);
        return longer;
    }
}
