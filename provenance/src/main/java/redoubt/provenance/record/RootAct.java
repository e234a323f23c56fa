package redoubt.provenance.record;

import redoubt.provenance.cbor.CborException;

/// What a record root is asked for by a request on media. Source: docs/audit-record.md section 6.2.
public enum RootAct {
    /// To endorse the first epoch of a new record.
    FIRST_EPOCH(1, "first-epoch"),
    /// To vouch for the record up to a size.
    COUNTERSIGN(2, "countersigned"),
    /// To let new keys take over from an epoch's key that is lost or in other hands.
    REPLACE(3, "replaced");

    private final long number;
    private final String word;

    RootAct(long number, String word) {
        this.number = number;
        this.word = word;
    }

    long number() {
        return number;
    }

    /// In the list of what a root has signed.
    String word() {
        return word;
    }

    static RootAct of(long number) throws CborException {
        for (var act : values()) if (act.number == number) return act;
        throw new CborException("it asks for something unknown (" + number + ")");
    }
}
