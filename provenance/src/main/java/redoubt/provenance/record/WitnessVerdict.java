package redoubt.provenance.record;

import java.time.Instant;
import java.util.List;

/// What a {@link WitnessPolicy} makes of checkpoints of one log. Immutable, any thread.
///
/// @param size up to how many entries enough witnesses vouch; 0 where they never do
/// @param good what each witness of the policy saw last, in the order of the policy
/// @param bad sentences about lines that carry the name and key id of a witness and are not good; a
///   checkpoint with such a line counts for nothing
public record WitnessVerdict(long size, List<Seen> good, List<String> bad) {
    public WitnessVerdict {
        good = List.copyOf(good);
        bad = List.copyOf(bad);
    }

    /// One witness's last good line.
    ///
    /// @param label how the policy calls the witness
    /// @param size of the checkpoint
    /// @param atSeconds POSIX time by the witness's clock
    public record Seen(String label, Witness witness, long size, long atSeconds) {
        /// One clause for a person.
        public String sentence() {
            return label
                    + " saw the first "
                    + size
                    + " entries"
                    + (atSeconds > 0 && atSeconds < 253_402_300_800L
                            ? " on " + Instant.ofEpochSecond(atSeconds)
                            : "");
        }
    }

    /// Whether enough witnesses vouch for anything.
    public boolean quorumMet() {
        return size > 0;
    }
}
