package redoubt.provenance.evidence;

import java.util.List;
import java.util.stream.LongStream;

/// Which entries somebody wants to show. Immutable. Source: docs/audit-record.md section 11.2.
public sealed interface EvidenceRequest {
    int SELECTION_MAX = 1_000;

    /// These and no others; nothing is said of what stands between them.
    ///
    /// @param entries ascending
    record Selection(List<Long> entries) implements EvidenceRequest {
        public Selection {
            entries = entries.stream().sorted().distinct().toList();
            if (entries.isEmpty() || entries.size() > SELECTION_MAX || entries.getFirst() < 0)
                throw new IllegalArgumentException(
                        "a selection has 1 to " + SELECTION_MAX + " entries");
        }
    }

    /// All from the first to the last.
    record Range(long first, long last) implements EvidenceRequest {
        public Range {
            if (first < 0 || last < first)
                throw new IllegalArgumentException("a range goes from an entry to a later one");
        }
    }

    default LongStream sequences() {
        return switch (this) {
            case Selection selection -> selection.entries().stream().mapToLong(Long::longValue);
            case Range range -> LongStream.rangeClosed(range.first(), range.last());
        };
    }

    default long count() {
        return switch (this) {
            case Selection selection -> selection.entries().size();
            case Range range -> range.last() - range.first() + 1;
        };
    }

    default long last() {
        return switch (this) {
            case Selection selection -> selection.entries().getLast();
            case Range range -> range.last();
        };
    }
}
