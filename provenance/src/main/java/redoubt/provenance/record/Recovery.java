package redoubt.provenance.record;

import java.util.List;

/// What opening the record found and mended.
///
/// @param orderly whether the last run ended with a closed epoch, or this is a new record
/// @param tornBytes bytes of an unfinished last frame that were cut off; they were never
///   acknowledged
/// @param aborted INTENT entries that had no SEAL and were given an ABORTED
public record Recovery(boolean orderly, long tornBytes, List<Long> aborted) {}
