package redoubt.foreign.posix;

/// One way out, and what happened when it was tried from inside the calling process.
///
/// @param name short stable name, for example `tcp-v4`
/// @param attempted what was done, for a person
/// @param outcome refused, or open
/// @param layer which layer decided: `kernel filter`, `operating system` (permissions, missing
///   support, no route), or `none`
/// @param allowedBecause empty where the seal demands a refusal; else why this process may do it
public record ProbeResult(
        String name, String attempted, ProbeOutcome outcome, String layer, String allowedBecause) {

    /// Whether the seal is as it should be on this point: refused, or open by design.
    public boolean holds() {
        return outcome instanceof ProbeOutcome.Blocked || !allowedBecause.isEmpty();
    }

    /// Whether the attempt was refused.
    public boolean blocked() {
        return outcome instanceof ProbeOutcome.Blocked;
    }

    /// One line for a person.
    public String sentence() {
        return switch (outcome) {
            case ProbeOutcome.Blocked blocked ->
                    "%s: refused with %s by %s".formatted(name, blocked.errnoName(), layer);
            case ProbeOutcome.Open open when allowedBecause.isEmpty() ->
                    "%s: OPEN (%s)".formatted(name, open.seen());
            case ProbeOutcome.Open open ->
                    "%s: open by design (%s)".formatted(name, allowedBecause);
        };
    }
}
