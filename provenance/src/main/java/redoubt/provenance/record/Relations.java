package redoubt.provenance.record;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// Follows each inference through its entries: INTENT, what tools answered, then at most one OUTPUT
/// or ABORTED, the tools that it calls, then the SEALs of that OUTPUT. Keeps what is still open.
/// One thread. Source: docs/audit-record.md section 4.1.
final class Relations {
    /// What a later entry may refer to, by sequence.
    private final Map<Long, String> intents = new HashMap<>();

    private final Map<Long, String> outputs = new HashMap<>();
    private final Map<Long, Long> intentOfOutput = new HashMap<>();
    private final Map<Long, Long> outputOfIntent = new HashMap<>();
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
                long intent = referred(signed, intents, output.requestId(), whole);
                if (!whole && (!excerpt.answered.add(intent) || excerpt.aborted.contains(intent)))
                    throw over(signed);
                intents.remove(intent);
                outputs.put(entry.sequence(), output.requestId());
                intentOfOutput.put(entry.sequence(), intent);
                outputOfIntent.put(intent, entry.sequence());
            }
            case Event.ToolAnswered answered -> {
                long intent = referred(signed, intents, answered.requestId(), whole);
                if (excerpt.answered.contains(intent) || excerpt.aborted.contains(intent))
                    throw over(signed);
            }
            case Event.ToolCalled called -> {
                long output = referred(signed, outputs, called.requestId(), whole);
                Long intent = intentOfOutput.get(output);
                boolean isOver =
                        whole
                                ? !unfinished.contains(intent)
                                : excerpt.sealedOutputs.contains(output)
                                        || excerpt.aborted.contains(intent);
                if (isOver) throw over(signed);
            }
            case Event.Seal seal -> {
                long output = referred(signed, outputs, seal.requestId(), whole);
                if (!whole) excerpt.sealedOutputs.add(output);
                Long intent = intentOfOutput.get(output);
                if (intent != null) {
                    unfinished.remove(intent);
                    if (!whole && excerpt.aborted.contains(intent)) throw over(signed);
                    if (!whole) excerpt.sealed.add(intent);
                }
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
        Long output = outputOfIntent.get(intent);
        String requestId = output == null ? intents.remove(intent) : outputs.get(output);
        if (whole && output != null) outputs.remove(output);
        if (requestId != null && !requestId.equals(aborted.requestId())) {
            throw new Refusal("relations", signed.name() + " speaks of another request.");
        }
    }

    private static Refusal over(SignedEntry signed) {
        return new Refusal(
                "relations", signed.name() + " belongs to an inference that is over already.");
    }

    private static long referred(
            SignedEntry signed, Map<Long, String> open, String requestId, boolean whole)
            throws Refusal {
        long to = signed.entry().refersTo().orElse(-1);
        String expected = open.get(to);
        if (expected == null && (whole || to < 0)) {
            throw new Refusal(
                    "relations",
                    signed.name()
                            + " does not refer to an entry that it may follow: it was left out, or it"
                            + " was answered already.");
        }
        if (expected != null && !expected.equals(requestId)) {
            throw new Refusal("relations", signed.name() + " speaks of another request.");
        }
        return to;
    }
}
