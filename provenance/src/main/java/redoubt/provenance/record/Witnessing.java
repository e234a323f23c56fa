package redoubt.provenance.record;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// How far the checker's witnesses vouch for a record. Immutable, any thread. Source:
/// docs/audit-record.md section 10.2.
///
/// @param to entries before this sequence are covered by a quorum; 0 where none is
/// @param demand whom the checker's policy asks for, for a person; empty where no policy was
///   brought or it asks for nobody
/// @param seen each witness of the policy whose good line was found, with the largest size
/// @param absent the policy's other witnesses
/// @param bad sentences about lines in a witness's name that are not good
public record Witnessing(
        long to,
        String demand,
        List<WitnessVerdict.Seen> seen,
        List<String> absent,
        List<String> bad) {
    /// Nobody was named whose word would count.
    public static final Witnessing NOT_ASKED =
            new Witnessing(0, "", List.of(), List.of(), List.of());

    public Witnessing {
        seen = List.copyOf(seen);
        absent = List.copyOf(absent);
        bad = List.copyOf(bad);
    }

    /// @param ofOneTree checkpoints that were found to be of the tree that is checked
    static Witnessing of(Optional<WitnessPolicy> policy, Collection<Checkpoint> ofOneTree) {
        if (policy.isEmpty()) return NOT_ASKED;
        var verdict = policy.get().verdict(ofOneTree);
        var seen = verdict.good();
        var absent =
                policy.get().witnesses().stream()
                        .filter(witness ->
                                seen.stream().noneMatch(it -> it.witness().equals(witness)))
                        .map(witness -> policy.get().labelOf(witness).orElse(witness.name()))
                        .toList();
        String demand = policy.get().demandsNobody() ? "" : policy.get().demand();
        return new Witnessing(verdict.size(), demand, seen, absent, verdict.bad());
    }

    /// The lines of a report: who saw what, and what follows for `size` entries.
    ///
    /// @param what is spoken of, such as `this record`
    List<Check> checks(long size, String what) {
        var checks = new java.util.ArrayList<Check>();
        for (var line : bad) checks.add(Check.note("witnesses", line));
        for (var one : seen) checks.add(Check.note("witness", one.sentence()));
        for (var label : absent)
            checks.add(Check.note("witness", label + " countersigned nothing that was found here"));
        checks.add(sum(size, what));
        return checks;
    }

    private Check sum(long size, String what) {
        if (to >= size)
            return Check.good(
                    "witnesses", "witnessed up to entry %d, the whole of %s".formatted(to, what));
        if (to > 0)
            return Check.good(
                    "witnesses",
                    "witnessed up to entry %d of %d; those behind rest on the site's own keys"
                            .formatted(to, size));
        if (demand.isEmpty())
            return Check.note(
                    "witnesses",
                    "nothing is witnessed yet: no witness policy was brought, so nobody's"
                            + " countersignature counts, and a site that holds its own keys could have"
                            + " written this anew");
        return Check.note(
                "witnesses",
                ("nothing is witnessed yet: the policy asks for %s, and %d of its %d witnesses"
                                + " countersigned; a site that holds its own keys could have written"
                                + " this anew")
                        .formatted(demand, seen.size(), seen.size() + absent.size()));
    }
}
