package redoubt.provenance.record;

/// The first thing that is wrong with a record or a proof; ends the check. Package-private: outside
/// it is a {@link Check} and a {@link Verdict}.
final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    private final String check;
    private final Verdict verdict;

    Refusal(String check, String sentence) {
        this(Verdict.INVALID, check, sentence);
    }

    Refusal(Verdict verdict, String check, String sentence) {
        super(sentence, null, false, false);
        this.check = check;
        this.verdict = verdict;
    }

    Verdict verdict() {
        return verdict;
    }

    Check asCheck() {
        String sentence = getMessage();
        return Check.bad(check, sentence == null ? "" : sentence);
    }
}
