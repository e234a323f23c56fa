package redoubt.engine.schedule;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import redoubt.engine.client.AdapterUse;

/// The places of the cache. Gives a prompt the idle place that holds most of its beginning, and
/// forgets the place that was idle longest when room is needed. Step thread only.
final class Slots {
    private final Decoder decoder;
    private final List<Slot> slots = new ArrayList<>();
    private long clock;

    Slots(Decoder decoder) {
        this.decoder = decoder;
        for (int number = 0; number < decoder.sequencesMax(); number++) {
            slots.add(new Slot(number));
        }
    }

    boolean anyIdle() {
        return slots.stream().anyMatch(Slot::idle);
    }

    /// Puts the sequence into an idle place.
    ///
    /// @throws IllegalArgumentException when its sampling parameters are out of range; the place
    ///   stays idle
    void enter(Sequence sequence, long now) {
        String tenant = sequence.job().tenant();
        List<AdapterUse> adapters = sequence.job().adapters();
        int[] wanted = sequence.tokens().prefix(sequence.tokens().size());
        Slot best =
                slots.stream()
                        .filter(Slot::idle)
                        .max(
                                Comparator.<Slot>comparingInt(
                                                slot -> slot.common(tenant, adapters, wanted))
                                        .thenComparing(slot -> slot.cachedTokens() == 0)
                                        .thenComparing(
                                                Comparator.comparingLong(Slot::lastUsed)
                                                        .reversed()))
                        .orElseThrow();
        int common = best.common(tenant, adapters, wanted);
        if (common == 0 || !decoder.keep(best.number(), common)) {
            decoder.forget(best.number());
            best.empty();
            common = 0;
        }
        try {
            sequence.enter(best, common, decoder, now);
        } catch (RuntimeException refused) {
            decoder.forget(best.number());
            best.empty();
            throw refused;
        }
        best.occupy(sequence, ++clock);
    }

    /// Takes the sequence out, keeping what it computed.
    void release(Sequence sequence) {
        sequence.slot().release(sequence, ++clock);
        sequence.leave();
    }

    /// Takes the sequence out and forgets what it computed.
    void evict(Sequence sequence) {
        Slot slot = sequence.slot();
        decoder.forget(slot.number());
        slot.empty();
        sequence.leave();
    }

    /// Forgets the place that was idle longest.
    ///
    /// @return false when no idle place holds anything
    boolean forgetOldest() {
        Optional<Slot> oldest =
                slots.stream()
                        .filter(slot -> slot.idle() && slot.cachedTokens() > 0)
                        .min(Comparator.comparingLong(Slot::lastUsed));
        oldest.ifPresent(slot -> {
            decoder.forget(slot.number());
            slot.empty();
        });
        return oldest.isPresent();
    }
}
