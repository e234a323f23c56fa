package redoubt.provenance.record;

import java.nio.file.Path;
import java.time.InstantSource;

/// Where a record and its keys are, and what is written into every entry.
///
/// @param folder the segments and the checkpoint: `HOME/record`
/// @param keys private keys: `HOME/keys`
/// @param trust what a stranger is given: `HOME/trust`
/// @param site the name in the genesis entry
/// @param software name and version of the software that writes
/// @param policySha256 hash of the table of permissions in force
public record RecordSettings(
        Path folder,
        Path keys,
        Path trust,
        String site,
        String software,
        Bytes policySha256,
        InstantSource clock) {
    /// In the folders of a home.
    public static RecordSettings in(
            Path home, String site, String software, Bytes policySha256, InstantSource clock) {
        return new RecordSettings(
                home.resolve("record"),
                home.resolve("keys"),
                home.resolve("trust"),
                site,
                software,
                policySha256,
                clock);
    }
}
