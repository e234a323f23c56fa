package redoubt.index;

import java.util.List;
import java.util.OptionalLong;
import redoubt.provenance.record.StoredEntry;

/// One page of what a search found, newest first, each entry as the record has it.
///
/// @param next where the next page begins: its `before`; empty at the end
/// @param counted how many entries were found, on this page and behind it, as far as was counted
/// @param more whether there can be more than `counted`
/// @param indexed how many entries of the record the index had
/// @param size how many the record had
public record Found(
        List<StoredEntry> entries,
        OptionalLong next,
        long counted,
        boolean more,
        long indexed,
        long size) {
    public Found {
        entries = List.copyOf(entries);
    }
}
