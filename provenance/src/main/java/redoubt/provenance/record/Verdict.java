package redoubt.provenance.record;

/// What a check of a record or of a proof comes to, with the exit status that says the same.
///
/// Source: docs/audit-record.md section 10.7.
public enum Verdict {
    /// Everything holds, and enough of the checker's witnesses countersigned; up to where, the
    /// report says.
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
