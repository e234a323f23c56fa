package redoubt.bench;

import java.io.IOException;
import java.util.List;

/// Tokens a second of several people at the same time.
///
/// - decoding: the sum over people of (tokens - 1) / (time from the first to the last text). With
///   one person that is `decode_vs_llama_server` of the main benchmark.
/// - prefill: tokens of all prompts, divided by the time from the moment at which they were sent to
///   the first text of the last. It holds everything that a person waits for.
final class Rates {
    private Rates() {}

    static double decode(Target target, int people, int tokens)
            throws IOException, InterruptedException, BenchException {
        target.connect(people);
        List<Session.Asked> asked =
                Together.all(
                        people,
                        person ->
                                () ->
                                        target.person(person)
                                                .complete(Prompts.beginning(person), tokens));
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (Session.Asked each : asked) {
            each.answer().check(tokens);
            first = Math.min(first, each.answer().firstNanos());
            last = Math.max(last, each.answer().lastNanos());
        }
        return people * (tokens - 1) / ((last - first) / 1e9);
    }

    /// @param seed new for each measurement, so that nothing is in a cache
    static double prefill(Target target, int people, int words, long seed)
            throws IOException, InterruptedException, BenchException {
        target.connect(people);
        List<Session.Asked> asked =
                Together.all(
                        people,
                        person ->
                                () ->
                                        target.person(person)
                                                .complete(
                                                        Prompts.story(seed * 100 + person, words),
                                                        1));
        long sent = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        long tokens = 0;
        for (Session.Asked each : asked) {
            each.answer().checkEnded();
            sent = Math.min(sent, each.sentNanos());
            last = Math.max(last, each.answer().firstNanos());
            tokens += each.answer().promptTokens();
        }
        return tokens / ((last - sent) / 1e9);
    }
}
