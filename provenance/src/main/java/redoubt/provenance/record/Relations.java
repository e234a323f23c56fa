package redoubt.provenance.record;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// Follows each inference through its entries: INTENT, what tools answered, then at most one OUTPUT
/// or ABORTED, the tools that it calls, then the SEALs of that OUTPUT. Keeps what is still open,
/// and 32 bytes for each OUTPUT. One thread. Source: docs/audit-record.md section 4.1.
final class Relations {
    /// Requests of the INTENTs that have no OUTPUT yet.
    private final Map<Long, String> intents = new HashMap<>();

    private final Answers answers = new Answers();

    /// Of INTENTs whose OUTPUT has no SEAL yet.
    private final Map<Long, Long> unsealed = new HashMap<>();

    private final TreeSet<Long> unfinished = new TreeSet<>();
    private final Excerpt excerpt = new Excerpt();

    /// What the entries of an excerpt say about INTENTs that may not be among them. A whole record
    /// needs none of it: there, what may not be referred to any more is forgotten.
    private static final class Excerpt {
        private final Set<Long> answered = new HashSet<>();
        private final Set<Long> sealed = new HashSet<>();
        private final Set<Long> sealedOutputs = new HashSet<>();
        private final Set<Long> aborted = new HashSet<>();
    }

    /// INTENT entries that have neither a SEAL nor an ABORTED.
    SortedSet<Long> unfinished() {
        return Collections.unmodifiableSortedSet(unfinished);
    }

    /// Takes the next entry of a whole record: what it refers to must be there.
    void take(SignedEntry signed) throws Refusal {
        take(signed, true);
    }

    /// Takes an entry of an excerpt: what it refers to may have been left out.
    void takeExcerpt(SignedEntry signed) throws Refusal {
        take(signed, false);
    }

    private void take(SignedEntry signed, boolean whole) throws Refusal {
        Entry entry = signed.entry();
        if (entry.refersTo().isPresent() && entry.refersTo().getAsLong() >= entry.sequence()) {
            throw new Refusal("relations", signed.name() + " refers to an entry that follows it.");
        }
        switch (entry.event()) {
            case Event.Intent intent -> {
                intents.put(entry.sequence(), intent.requestId());
                unfinished.add(entry.sequence());
            }
            case Event.Output output -> {
                long intent = entry.refersTo().orElse(-1);
                String expected = intents.remove(intent);
                require(signed, expected != null, whole);
                if (expected != null && !expected.equals(output.requestId())) throw another(signed);
                if (!whole && (!excerpt.answered.add(intent) || excerpt.aborted.contains(intent)))
                    throw over(signed);
                answers.add(entry.sequence(), intent, output.requestId());
                unsealed.put(intent, entry.sequence());
            }
            case Event.ToolAnswered answered -> {
                long intent = entry.refersTo().orElse(-1);
                String expected = intents.get(intent);
                require(signed, expected != null, whole);
                if (expected != null && !expected.equals(answered.requestId()))
                    throw another(signed);
                if (excerpt.answered.contains(intent) || excerpt.aborted.contains(intent))
                    throw over(signed);
            }
            case Event.ToolCalled called -> {
                long output = entry.refersTo().orElse(-1);
                boolean known = answers.has(output);
                require(signed, known, whole);
                if (known && !answers.isOf(output, called.requestId())) throw another(signed);
                boolean isOver =
                        whole
                                ? !unfinished.contains(answers.intentOf(output))
                                : excerpt.sealedOutputs.contains(output)
                                        || (known
                                                && excerpt.aborted.contains(
                                                        answers.intentOf(output)));
                if (isOver) throw over(signed);
            }
            case Event.Seal seal -> {
                long output = entry.refersTo().orElse(-1);
                boolean known = answers.has(output);
                require(signed, known, whole);
                if (!whole) excerpt.sealedOutputs.add(output);
                if (!known) return;
                if (!answers.isOf(output, seal.requestId())) throw another(signed);
                long intent = answers.intentOf(output);
                if (!whole && excerpt.aborted.contains(intent)) throw over(signed);
                if (!whole) excerpt.sealed.add(intent);
                unfinished.remove(intent);
                unsealed.remove(intent);
            }
            case Event.Aborted aborted -> abort(signed, aborted, whole);
            default -> {}
        }
    }

    /// An inference may be aborted before its OUTPUT, or after it when no SEAL was made.
    private void abort(SignedEntry signed, Event.Aborted aborted, boolean whole) throws Refusal {
        long intent = signed.entry().refersTo().orElse(-1);
        boolean isOver =
                whole
                        ? !unfinished.remove(intent)
                        : intent < 0
                                || excerpt.sealed.contains(intent)
                                || !excerpt.aborted.add(intent);
        if (isOver) {
            throw new Refusal(
                    "relations", signed.name() + " aborts an inference that was not open.");
        }
        Long output = unsealed.get(intent);
        boolean isOfIt;
        if (output == null) {
            String requestId = intents.remove(intent);
            isOfIt = requestId == null || requestId.equals(aborted.requestId());
        } else {
            isOfIt = answers.isOf(output, aborted.requestId());
            if (whole) {
                answers.abort(output);
                unsealed.remove(intent);
            }
        }
        if (!isOfIt) throw another(signed);
    }

    private static Refusal another(SignedEntry signed) {
        return new Refusal("relations", signed.name() + " speaks of another request.");
    }

    private static Refusal over(SignedEntry signed) {
        return new Refusal(
                "relations", signed.name() + " belongs to an inference that is over already.");
    }

    /// What an entry of a whole record refers to must be open; in an excerpt it may be missing.
    private static void require(SignedEntry signed, boolean isKnown, boolean whole) throws Refusal {
        if (!isKnown && (whole || signed.entry().refersTo().isEmpty()))
            throw new Refusal(
                    "relations",
                    signed.name()
                            + " does not refer to an entry that it may follow: it was left out, or it"
                            + " was answered already.");
    }
}
