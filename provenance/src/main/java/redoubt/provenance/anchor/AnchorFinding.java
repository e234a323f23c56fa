package redoubt.provenance.anchor;

import java.time.Instant;

/// What a well-formed proof about the right digest comes to. Immutable, any thread.
public sealed interface AnchorFinding {
    /// A sentence for a person.
    String sentence();

    /// The checkpoint existed at this time, as somebody says whom the checker trusts.
    ///
    /// @param by who says so
    record Proven(Instant at, String by) implements AnchorFinding {
        @Override
        public String sentence() {
            return "existed at " + at + ", says " + by;
        }
    }

    /// The keeper has taken the request and has not finished: the proof has to be fetched again.
    ///
    /// @param where it waits
    record Pending(String where) implements AnchorFinding {
        @Override
        public String sentence() {
            return "is still waiting at " + where + ": have the proof completed and bring it again";
        }
    }

    /// The checker has not brought what it takes to tell.
    ///
    /// @param missing what to bring
    record Unchecked(String missing) implements AnchorFinding {
        @Override
        public String sentence() {
            return "cannot be judged here: " + missing;
        }
    }
}
