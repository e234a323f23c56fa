package redoubt.appliance.engines;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import redoubt.hardware.ContextWanted;
import redoubt.hardware.GgufHeader;
import redoubt.hardware.MemoryVerdict;

/// The search for memory before a load. What fits is reserved. What does not fit may have others
/// unloaded, if the site's settings allow it: idle ones that are not pinned, the one first that was
/// unused longest, and only if that helps; never one that is answering. Any thread.
final class Room {
    // With less context than this a model is loaded only when nobody can make room for it.
    private static final int CONTEXT_TOKENS_ENOUGH = 4096;

    private final MemoryLedger ledger;
    private final Supplier<ModelSettings> settings;
    private final Others others;

    /// The other models of this appliance.
    interface Others {
        /// Those that are loaded.
        List<Neighbour> loaded(String except);

        /// Unloads one if it is still idle and not pinned, and waits for its end.
        ///
        /// @return false when it could not be unloaded
        boolean unloadIdle(String id, String why) throws InterruptedException;
    }

    Room(MemoryLedger ledger, Supplier<ModelSettings> settings, Others others) {
        this.ledger = ledger;
        this.settings = settings;
        this.others = others;
    }

    private long limitBytes() {
        return (long) settings.get().memoryMib() << 20;
    }

    /// Finds and reserves memory for a model.
    ///
    /// @throws RefusedModelException when there is none, with what to do
    MemoryLedger.Outcome.Reserved find(String id, GgufHeader model, ContextWanted wanted)
            throws IOException, InterruptedException, RefusedModelException {
        int enough = Math.min(wanted.contextTokens(), CONTEXT_TOKENS_ENOUGH);
        while (true) {
            switch (ledger.reserve(model, wanted, enough, limitBytes())) {
                case MemoryLedger.Outcome.Reserved reserved -> {
                    return reserved;
                }
                case MemoryLedger.Outcome.NotReserved(MemoryVerdict verdict) -> {
                    Optional<Neighbour> first = toUnload(id, model, wanted).stream().findFirst();
                    boolean more =
                            first.isPresent()
                                    && others.unloadIdle(
                                            first.get().id(), "to make room for " + id);
                    if (more) continue;
                    if (ledger.reserve(model, wanted, wanted.contextTokensMin(), limitBytes())
                            instanceof MemoryLedger.Outcome.Reserved small) return small;
                    throw new RefusedModelException(
                            RefusedModelException.DOES_NOT_FIT,
                            verdict.sentence() + advice(others.loaded(id)));
                }
            }
        }
    }

    /// Finds and reserves so much more for a model that is loaded. Nobody is unloaded for it.
    ///
    /// @throws RefusedModelException when there is no more, with what to do
    MemoryLedger.Reservation besides(String id, long bytes)
            throws IOException, RefusedModelException {
        Optional<MemoryLedger.Reservation> more = ledger.reserveBesides(bytes, limitBytes());
        if (more.isPresent()) return more.get();
        throw new RefusedModelException(
                RefusedModelException.DOES_NOT_FIT,
                "To compute a request by itself, %s needs %d MiB more than it has, and they are not free. Nothing was computed."
                                .formatted(id, (bytes >> 20) + 1)
                        + advice(others.loaded(id)));
    }

    /// What would be said of a model now, without doing anything.
    String forecast(String id, GgufHeader model, ContextWanted wanted) throws IOException {
        MemoryVerdict verdict = ledger.verdict(model, wanted, limitBytes(), 0);
        if (verdict instanceof MemoryVerdict.Fits) return verdict.sentence();
        List<Neighbour> first = toUnload(id, model, wanted);
        if (!first.isEmpty())
            return verdict.sentence()
                    + " To load it, these idle models are unloaded first: %s."
                            .formatted(
                                    first.stream()
                                            .map(Neighbour::id)
                                            .collect(Collectors.joining(", ")));
        return verdict instanceof MemoryVerdict.DoesNotFit
                ? verdict.sentence() + advice(others.loaded(id))
                : verdict.sentence();
    }

    /// The fewest models, those unused longest first, without which it fits; none when that does
    /// not help, or is not allowed.
    private List<Neighbour> toUnload(String id, GgufHeader model, ContextWanted wanted)
            throws IOException {
        if (!settings.get().makeRoom()) return List.of();
        List<Neighbour> movable =
                others.loaded(id).stream()
                        .filter(Neighbour::movable)
                        .sorted(Comparator.comparingLong(Neighbour::lastUsedNanos))
                        .toList();
        long limit = limitBytes();
        int enough = Math.min(wanted.contextTokens(), CONTEXT_TOKENS_ENOUGH);
        for (int least : new int[] {enough, wanted.contextTokensMin()}) {
            // What fits with little context anyway is not worth another's place.
            if (least != enough && fits(ledger.verdict(model, wanted, limit, 0), least)) continue;
            long freed = 0;
            List<Neighbour> chosen = new ArrayList<>();
            for (Neighbour neighbour : movable) {
                chosen.add(neighbour);
                freed += neighbour.heldBytes();
                if (fits(ledger.verdict(model, wanted, limit, freed), least)) return chosen;
            }
        }
        return List.of();
    }

    private static boolean fits(MemoryVerdict verdict, int contextTokensMin) {
        return switch (verdict) {
            case MemoryVerdict.Fits _ -> true;
            case MemoryVerdict.FitsWith less -> less.contextTokens() >= contextTokensMin;
            case MemoryVerdict.DoesNotFit _ -> false;
        };
    }

    private String advice(List<Neighbour> loaded) {
        if (loaded.isEmpty())
            return settings.get().memoryMib() == 0
                    ? ""
                    : " All engines together may plan to hold %d MiB here; an administrator can change that."
                            .formatted(settings.get().memoryMib());
        return " Loaded are: %s. Unload one that is not needed, then load this one."
                .formatted(
                        loaded.stream().map(Neighbour::sentence).collect(Collectors.joining(", ")));
    }
}
