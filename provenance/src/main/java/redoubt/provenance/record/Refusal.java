package redoubt.provenance.record;

/// The first thing that is wrong with a record, a proof or a package; ends the check. Whoever asked
/// for the check gets it as a {@link Check} and a {@link Verdict}.
public final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    private final String check;
    private final Verdict verdict;

    public Refusal(String check, String sentence) {
        this(Verdict.INVALID, check, sentence);
    }

    public Refusal(Verdict verdict, String check, String sentence) {
        super(sentence, null, false, false);
        this.check = check;
        this.verdict = verdict;
    }

    public Verdict verdict() {
        return verdict;
    }

    public Check asCheck() {
        String sentence = getMessage();
        return Check.bad(check, sentence == null ? "" : sentence);
    }
}
