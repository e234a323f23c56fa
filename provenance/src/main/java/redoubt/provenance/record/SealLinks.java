package redoubt.provenance.record;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// Which SEAL entries an OUTPUT has: four bytes for each entry of the record, which say how far it
/// is to the next one of a chain. From an OUTPUT it goes forward to its last SEAL, from a SEAL back
/// to the one before. Guarded by the owner of the record's state.
final class SealLinks {
    private static final int NONE = 0;
    // Of a SEAL, which is nobody's OUTPUT; distances back are negative.
    private static final int FIRST = Integer.MIN_VALUE;

    private final Rows distances = new Rows(Integer.BYTES);

    /// Takes note of the next entry.
    ///
    /// @param output what it refers to, where it is a SEAL
    void add(OptionalLong output) {
        long sequence = distances.count();
        if (output.isEmpty()) {
            distances.addInt(NONE);
            return;
        }
        long to = output.getAsLong();
        boolean isBefore = to >= 0 && to < sequence && sequence - to < Integer.MAX_VALUE;
        int last = isBefore ? distances.intAt(to) : FIRST;
        if (last < 0) {
            // It refers to no OUTPUT; verifiers say so.
            distances.addInt(FIRST);
            return;
        }
        distances.addInt(last == NONE ? FIRST : Math.toIntExact(to + last - sequence));
        distances.setInt(to, Math.toIntExact(sequence - to));
    }

    /// Sequences of the SEALs of an OUTPUT, first one first.
    List<Long> of(long output) {
        if (output < 0 || output >= distances.count() || distances.intAt(output) <= 0)
            return List.of();
        var found = new ArrayList<Long>();
        long at = output + distances.intAt(output);
        found.add(at);
        for (int back = distances.intAt(at); back != FIRST; back = distances.intAt(at)) {
            at += back;
            found.add(at);
        }
        return List.copyOf(found.reversed());
    }
}
