package redoubt.engine.schedule;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import redoubt.engine.client.AdapterUse;
import redoubt.engine.client.Owner;

/// Whose prompt has its turn in a step: round over people by how much of their prompts was
/// computed, then over the prompts of a person; more urgent ones first, but not in every step. So
/// somebody with five long prompts does not hold up another's short one. And since sequences with
/// different adapters cannot be computed together, groups of them take turns by the time they had.
/// Answers and prompts of a group take turns too, step by step, unless all that is left of them is
/// less than a tile. Step thread only.
final class Turns {
    private static final int URGENT_STEPS = 8;

    private final Shares shares = new Shares();
    private final Map<Set<AdapterUse>, Long> nanos = new LinkedHashMap<>();
    // Groups whose answers had the last step, while prompts waited.
    private final Set<Set<AdapterUse>> answered = new HashSet<>();
    private long promptSteps;

    /// Who may be in the next step, in the order of their turns: those who are being answered, or
    /// those with prompts, or both.
    ///
    /// @param aside those of the same group whose turn is the next one
    /// @param others how many groups have to wait meanwhile
    record Next(
            List<AdapterUse> adapters, List<Sequence> sequences, List<Sequence> aside, int others) {
        List<Sequence> answers() {
            return sequences.stream().filter(Sequence::decoding).toList();
        }

        List<Sequence> prompts() {
            return sequences.stream().filter(sequence -> !sequence.decoding()).toList();
        }

        /// Only one of them all, each one in its turn.
        Next one(int turn) {
            Sequence one =
                    Stream.concat(sequences.stream(), aside.stream())
                            .sorted(Comparator.comparingLong(sequence -> sequence.job().id()))
                            .skip(turn % (sequences.size() + aside.size()))
                            .findFirst()
                            .orElseThrow();
            return new Next(adapters, List.of(one), List.of(), others);
        }
    }

    Next next(List<Sequence> running) {
        Map<Set<AdapterUse>, List<Sequence>> groups = new LinkedHashMap<>();
        for (Sequence sequence : running) {
            if (sequence.hasPlace()) {
                groups.computeIfAbsent(sequence.key().adapters(), _ -> new ArrayList<>())
                        .add(sequence);
            }
        }
        if (groups.isEmpty()) {
            return new Next(List.of(), List.of(), List.of(), 0);
        }
        nanos.keySet().retainAll(groups.keySet());
        long least = nanos.values().stream().mapToLong(Long::longValue).min().orElse(0);
        groups.keySet().forEach(group -> nanos.putIfAbsent(group, least));
        Set<AdapterUse> turn =
                groups.keySet().stream()
                        .min(Comparator.comparingLong(group -> nanos.getOrDefault(group, 0L)))
                        .orElseThrow();
        List<Sequence> sequences = groups.getOrDefault(turn, List.of());
        answered.retainAll(groups.keySet());
        int tokens = sequences.stream().mapToInt(Sequence::pending).sum();
        boolean all = tokens < StepCost.TILE_TOKENS;
        boolean answer = !all && answer(turn, sequences);
        promptSteps += answer ? 0 : 1;
        sequences.sort(order());
        Predicate<Sequence> taken = each -> all || each.decoding() == answer;
        return new Next(
                sequences.getFirst().job().adapters(),
                sequences.stream().filter(taken).toList(),
                sequences.stream().filter(taken.negate()).toList(),
                groups.size() - 1);
    }

    private boolean answer(Set<AdapterUse> group, List<Sequence> sequences) {
        boolean answers = sequences.stream().anyMatch(Sequence::decoding);
        boolean prompts = !sequences.stream().allMatch(Sequence::decoding);
        if (answers && prompts) {
            boolean turnOfPrompts = answered.remove(group);
            if (!turnOfPrompts) {
                answered.add(group);
            }
            return !turnOfPrompts;
        }
        return answers;
    }

    private Comparator<Sequence> order() {
        Comparator<Owner.Priority> urgency = Comparator.naturalOrder();
        return Comparator.comparing(
                        (Sequence sequence) -> sequence.account().priority(),
                        promptSteps % URGENT_STEPS == 0 ? urgency.reversed() : urgency)
                .thenComparingLong(sequence -> shares.given(sequence.account()))
                .thenComparingLong(Sequence::promptTurn);
    }

    /// Somebody's prompt is to be computed.
    void join(Sequence sequence) {
        shares.join(sequence.account());
    }

    /// What was computed, and how long it took.
    void had(Step step, long tookNanos) {
        for (Step.Entry entry : step.entries()) {
            Sequence sequence = entry.sequence();
            nanos.merge(sequence.key().adapters(), tookNanos / step.entries().size(), Long::sum);
            if (sequence.prefilling() || entry.tokens() > 1) {
                shares.turn(sequence.account());
                shares.charge(sequence.account(), entry.tokens());
                sequence.promptTurn(promptSteps);
            }
        }
    }

    /// Forgets people who have nothing to compute.
    void retain(List<Sequence> running) {
        Set<Shares.Account> here = new HashSet<>();
        running.forEach(sequence -> here.add(sequence.account()));
        shares.retain(here);
    }
}
