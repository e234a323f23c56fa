package redoubt.engine.client;

import java.time.Duration;

/// What an engine says beside its work when it is asked whether it lives.
///
/// @param computing how long it has been at the computation that is under way, 0 where none is
/// @param parkedBytes memory that states of idle conversations take beside the cache
public record SignOfLife(Duration computing, long parkedBytes) {
    static final SignOfLife NOTHING = new SignOfLife(Duration.ZERO, 0);
}
