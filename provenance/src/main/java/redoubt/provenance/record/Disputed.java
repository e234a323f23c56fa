package redoubt.provenance.record;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Entries that the record root has called into doubt, because the key that signed them, or one
/// that endorsed it, was in other hands, and that no quorum of witnesses covers. Immutable, any
/// thread. Source: docs/audit-record.md section 10.3.
///
/// @param epoch whose key was revoked
/// @param from first of them
/// @param to behind the last of them
/// @param reason as the root's statement says
public record Disputed(long epoch, long from, long to, String reason) {
    /// @param revocations verified; those of other logs are left alone
    /// @param size of the record, as far as it is checked
    static List<Disputed> by(
            Collection<Revocation> revocations, EpochChain chain, long size, long witnessedTo) {
        // Of several for one epoch the earliest says all.
        Map<Long, Revocation> earliest = new TreeMap<>();
        for (var revocation : revocations)
            if (revocation.logId().equals(chain.logId()))
                earliest.merge(revocation.epoch(), revocation, Disputed::earlier);
        List<Disputed> disputed = new ArrayList<>();
        for (var revocation : earliest.values()) {
            if (revocation.epoch() < 1 || revocation.epoch() > chain.epochs().size()) continue;
            var epoch = chain.epochs().get(Math.toIntExact(revocation.epoch() - 1));
            if (revocation.from() >= chain.end(epoch, size)) continue;
            // The first epoch's key signed GENESIS too.
            long opened = epoch.number() == 1 ? 0 : epoch.opened();
            long from = Math.max(witnessedTo, Math.max(revocation.from(), opened));
            long to =
                    chain.epochs().stream()
                            .filter(later -> later.number() > epoch.number() && later.byRoot())
                            .mapToLong(EpochChain.Epoch::opened)
                            .findFirst()
                            .orElse(size);
            if (from < to)
                disputed.add(new Disputed(epoch.number(), from, to, revocation.reason()));
        }
        return disputed;
    }

    private static Revocation earlier(Revocation one, Revocation other) {
        return Comparator.comparingLong(Revocation::from).compare(one, other) <= 0 ? one : other;
    }

    boolean covers(long sequence) {
        return sequence >= from && sequence < to;
    }

    Check asCheck() {
        return Check.unchecked(
                "disputed",
                "the record root revoked the key of epoch %d from entry %d on (%s); entries %d to %d rest on it, and no quorum of witnesses saw them"
                        .formatted(epoch, from, reason, from, to - 1));
    }
}
