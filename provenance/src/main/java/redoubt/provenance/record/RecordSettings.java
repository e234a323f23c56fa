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
        InstantSource clock) {}
