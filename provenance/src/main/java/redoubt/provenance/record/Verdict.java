package redoubt.provenance.record;

/// What a check of a record or of a proof comes to, with the exit status that says the same.
///
/// Witnesses do not exist yet in this version, so the best that can honestly be said is {@link
/// #VALID_UNWITNESSED}. Source: docs/audit-record.md section 10.
public enum Verdict {
    /// Everything holds, and enough independent witnesses countersigned.
    VALID("VALID", 0),
    /// Everything holds under the keys of the site itself; nobody else has countersigned.
    VALID_UNWITNESSED("VALID-UNWITNESSED", 0),
    /// Something is false or broken.
    INVALID("INVALID", 1),
    /// What was checked holds, but something that belongs to it was missing or could not be
    /// checked.
    INCOMPLETE("INCOMPLETE", 3),
    /// The site's key signed two histories that cannot both be true.
    FORKED("FORKED", 4);

    private final String label;
    private final int exitStatus;

    Verdict(String label, int exitStatus) {
        this.label = label;
        this.exitStatus = exitStatus;
    }

    public String label() {
        return label;
    }

    public int exitStatus() {
        return exitStatus;
    }

    public boolean holds() {
        return exitStatus == 0;
    }
}
