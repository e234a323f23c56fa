package redoubt.provenance.record;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;

/// What entries say of the record itself: countersignatures and revocations by the record root, the
/// visits of witnesses, anchors. Each must fit the record that it stands in. One thread. Source:
/// docs/audit-record.md sections 6.1, 7.2 and 10.4.
final class Testimony {
    private final EpochChain chain;
    private final LongFunction<Optional<Bytes>> roots;
    private final List<Revocation> revocations = new ArrayList<>();
    private long countersigned;

    /// @param roots of the tree at a size, where it is known
    Testimony(EpochChain chain, LongFunction<Optional<Bytes>> roots) {
        this.chain = chain;
        this.roots = roots;
    }

    List<Revocation> revocations() {
        return List.copyOf(revocations);
    }

    /// The largest size that the root countersigned.
    long countersigned() {
        return countersigned;
    }

    void take(SignedEntry signed) throws Refusal {
        switch (signed.entry().event()) {
            case Event.Countersigned event -> countersigned(signed, event);
            case Event.EpochRevoked event -> revoked(signed, event);
            case Event.Witnessed event ->
                    requireRoot(signed, event.size(), event.root(), "a witness saw");
            case Event.Anchored event ->
                    requireRoot(signed, event.size(), event.root(), "an anchor was given");
            default -> {}
        }
    }

    private void countersigned(SignedEntry signed, Event.Countersigned event) throws Refusal {
        requireSize(signed, event.size());
        long inForce = chain.inForceAt(event.size()).map(EpochChain.Epoch::number).orElse(0L);
        byte[] statement =
                RootStatement.countersigned(
                        chain.logId(), event.epoch(), event.size(), event.root());
        if (inForce != event.epoch() || !chain.isByRoot(statement, event.signature())) {
            throw new Refusal(
                    "countersignature",
                    signed.name()
                            + " is not the record root's countersignature of the epoch and size that it"
                            + " names.");
        }
        requireRoot(signed, event.size(), event.root(), "the record root countersigned");
        countersigned = Math.max(countersigned, event.size());
    }

    private void revoked(SignedEntry signed, Event.EpochRevoked event) throws Refusal {
        boolean opened =
                event.epoch() >= 1
                        && event.epoch() <= chain.epochs().size()
                        && chain.epochs().get(Math.toIntExact(event.epoch() - 1)).opened()
                                < signed.entry().sequence();
        Revocation revocation = Revocation.of(chain.logId(), event);
        byte[] statement =
                RootStatement.epochRevoked(
                        chain.logId(), event.epoch(), event.from(), event.reason());
        if (!opened || !chain.isByRoot(statement, event.signature())) {
            throw new Refusal(
                    "revocation",
                    signed.name()
                            + (opened
                                    ? " revokes an epoch without the record root's signature."
                                    : " revokes an epoch that no entry before it opens."));
        }
        revocations.add(revocation);
    }

    private void requireRoot(SignedEntry signed, long size, Bytes root, String who) throws Refusal {
        requireSize(signed, size);
        Optional<Bytes> is = roots.apply(size);
        if (is.isPresent() && !is.get().equals(root)) {
            throw new Refusal(
                    Verdict.FORKED,
                    "roots",
                    signed.name()
                            + " says that "
                            + who
                            + " another history of the first "
                            + size
                            + " entries than this one. Both cannot be true.");
        }
    }

    private static void requireSize(SignedEntry signed, long size) throws Refusal {
        if (size < 1 || size > signed.entry().sequence()) {
            throw new Refusal(
                    "roots",
                    signed.name()
                            + " speaks of a record of "
                            + size
                            + " entries, which was not there before it.");
        }
    }
}
