package redoubt.engine.schedule;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import redoubt.engine.client.AdapterUse;
import redoubt.engine.client.Owner;

/// Whose prompt has its turn in a step: round over people by how much of their prompts was
/// computed, then over the prompts of a person; more urgent ones first, but not in every step. So
/// somebody with five long prompts does not hold up another's short one. And since sequences with
/// different adapters cannot be computed together, groups of them take turns by the time they had.
/// Step thread only.
final class Turns {
    private static final int URGENT_STEPS = 8;

    private final Shares shares = new Shares();
    private final Map<Set<AdapterUse>, Long> nanos = new LinkedHashMap<>();
    private long steps;

    /// Who may be in the next step, in the order of their turns.
    ///
    /// @param others how many groups have to wait meanwhile
    record Next(List<AdapterUse> adapters, List<Sequence> sequences, int others) {}

    Next next(List<Sequence> running) {
        steps++;
        Map<Set<AdapterUse>, List<Sequence>> groups = new LinkedHashMap<>();
        for (Sequence sequence : running) {
            if (sequence.hasPlace()) {
                groups.computeIfAbsent(sequence.key().adapters(), _ -> new ArrayList<>())
                        .add(sequence);
            }
        }
        if (groups.isEmpty()) {
            return new Next(List.of(), List.of(), 0);
        }
        nanos.keySet().retainAll(groups.keySet());
        long least = nanos.values().stream().mapToLong(Long::longValue).min().orElse(0);
        groups.keySet().forEach(group -> nanos.putIfAbsent(group, least));
        Set<AdapterUse> turn =
                groups.keySet().stream()
                        .min(Comparator.comparingLong(group -> nanos.getOrDefault(group, 0L)))
                        .orElseThrow();
        List<Sequence> sequences = groups.getOrDefault(turn, List.of());
        sequences.sort(order());
        return new Next(sequences.getFirst().job().adapters(), sequences, groups.size() - 1);
    }

    private Comparator<Sequence> order() {
        Comparator<Owner.Priority> urgency = Comparator.naturalOrder();
        return Comparator.comparing(
                        (Sequence sequence) -> sequence.account().priority(),
                        steps % URGENT_STEPS == 0 ? urgency.reversed() : urgency)
                .thenComparingLong(sequence -> shares.given(sequence.account()))
                .thenComparingLong(Sequence::promptTurn);
    }

    /// One after the other, for steps of one sequence each.
    static Sequence oneOf(List<Sequence> taking, int turn) {
        return taking.stream()
                .sorted(Comparator.comparingLong(sequence -> sequence.job().id()))
                .skip(turn % taking.size())
                .findFirst()
                .orElseThrow();
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
                sequence.promptTurn(steps);
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
