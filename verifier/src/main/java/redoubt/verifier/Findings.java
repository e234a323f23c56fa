package redoubt.verifier;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import redoubt.provenance.record.Check;
import redoubt.provenance.record.Disputed;
import redoubt.provenance.record.Verdict;
import redoubt.provenance.record.Witnessing;

/// What a run found, in the order in which it was found, and the verdict that follows. One thread.
final class Findings {
    private final List<Check> checks = new ArrayList<>();
    private final Map<String, String> facts = new LinkedHashMap<>();
    private Optional<CredentialState> credential = Optional.empty();
    private Verdict atBest = Verdict.VALID_UNWITNESSED;
    private Witnessing witnessing = Witnessing.NOT_ASKED;
    private List<Disputed> disputed = List.of();

    void add(Check check) {
        checks.add(check);
    }

    /// Something that the verified parts say, for a reader.
    void fact(String name, String value) {
        facts.put(name, value);
    }

    void credential(CredentialState state) {
        credential = Optional.of(state);
    }

    /// Of the answer's credential, where an answer is what was checked.
    Optional<CredentialState> credential() {
        return credential;
    }

    /// The verdict cannot be better than this.
    void atBest(Verdict verdict) {
        atBest = verdict;
    }

    /// Who countersigned, and what the record root called into doubt.
    void witnessing(Witnessing found, List<Disputed> inDoubt) {
        witnessing = found;
        disputed = inDoubt;
    }

    Witnessing witnessing() {
        return witnessing;
    }

    List<Disputed> disputed() {
        return disputed;
    }

    List<Check> checks() {
        return List.copyOf(checks);
    }

    Map<String, String> facts() {
        return facts;
    }

    Optional<Check> firstWrong() {
        return checks.stream().filter(check -> check.outcome() == Check.Outcome.BAD).findFirst();
    }

    Optional<Check> firstUnchecked() {
        return checks.stream()
                .filter(check -> check.outcome() == Check.Outcome.UNCHECKED)
                .findFirst();
    }

    Verdict verdict() {
        if (!atBest.holds() && atBest != Verdict.INCOMPLETE) {
            return atBest;
        }
        if (firstWrong().isPresent()) {
            return Verdict.INVALID;
        }
        return firstUnchecked().isPresent() ? Verdict.INCOMPLETE : atBest;
    }
}
