package redoubt.engine.process;

import java.io.IOException;
import redoubt.foreign.llama.NativeException;
import redoubt.foreign.posix.MemoryLimit;
import redoubt.foreign.posix.PosixException;
import redoubt.hardware.ContextWanted;
import redoubt.hardware.GgufHeader;
import redoubt.hardware.Host;
import redoubt.hardware.MemoryPlan;

/// What this process gives itself of the host's memory before native code reads anything, so that
/// an engine that runs away ends itself and not the host. The limit is on private memory by address
/// (RLIMIT_DATA), not on what is in use, and so is generous: it has all that was planned at once,
/// most of which never happens together. Mapped weights do not count; what llama.cpp lays out anew
/// for the processor does. Source: docs/models.md "Isolation".
///
/// @param limitBytes what the kernel lets this process take
/// @param parkedBytes of it: states that had to leave the cache
/// @param adapterBytes of it: adapters, all together
record EngineMemory(long limitBytes, long parkedBytes, long adapterBytes) {
    private static final long MIB = 1L << 20;
    private static final long PARKED_BYTES_MAX = 4096 * MIB;
    private static final int PARKED_PART = 8;
    private static final long ADAPTER_BYTES_MAX = 4096 * MIB;
    private static final int ADAPTER_PART = 4;
    // Adapters are small beside their model; a tiny model's may not be.
    private static final long ADAPTER_BYTES_USUAL = 256 * MIB;
    // What the C library gives to a thread of native code; Java's own threads have less.
    private static final long STACK_BYTES = 8 * MIB;
    // Classes, compiled code, stacks and buffers of Java beside its heap, when it is busy.
    private static final long JAVA_BYTES = 256 * MIB;
    // Without so much beyond what is planned no request could be answered.
    private static final long LEAST_BYTES = 32 * MIB;

    /// @param asked a limit that somebody set, 0 for the one that follows from the plan
    /// @throws StartRefusal when an engine could not live with it
    static EngineMemory of(
            GgufHeader header,
            ContextWanted wanted,
            int contextTokens,
            Host host,
            int threads,
            long asked)
            throws StartRefusal {
        MemoryPlan plan = MemoryPlan.plan(header, wanted, contextTokens);
        long available = host.memory().availableBytes();
        long free = Math.max(0, available - plan.needsBytes());
        long parked = Math.min(free / PARKED_PART, PARKED_BYTES_MAX);
        long adapters =
                Math.min(
                        Math.min(free / ADAPTER_PART, ADAPTER_BYTES_MAX),
                        Math.max(ADAPTER_BYTES_USUAL, 2 * plan.weightsBytes()));
        long context = plan.cacheBytes() + plan.computeBytes();
        long least = taken() + context + threads * STACK_BYTES + LEAST_BYTES;
        long most =
                least
                        // Once more: a request that is computed by itself has a context of its own.
                        + plan.aloneBytes()
                        // A state on its way out or in.
                        + plan.cacheBytes()
                        + plan.weightsBytes()
                        + plan.marginBytes()
                        + Runtime.getRuntime().maxMemory()
                        + JAVA_BYTES
                        + parked
                        + adapters;
        // More than the host can give would limit nothing.
        long limit = asked != 0 ? asked : Math.min(most, Math.max(available, least));
        if (limit < least) {
            throw new StartRefusal(
                    "does_not_fit",
                    "%s does not fit into the limit of %d MiB that was set for its engine: it needs %d MiB beside its weights. Nothing was loaded. Raise the limit, or ask for a smaller context."
                            .formatted(header.name(), limit / MIB, least / MIB + 1));
        }
        return new EngineMemory(limit, parked, adapters);
    }

    private static long taken() throws StartRefusal {
        try {
            return MemoryLimit.takenBytes();
        } catch (IOException unreadable) {
            throw new StartRefusal(
                    "cannot_start",
                    "What memory this process has taken cannot be read (%s), so it cannot be limited."
                            .formatted(unreadable.getMessage()));
        }
    }

    /// Has the kernel hold it, for good.
    void hold() throws StartRefusal {
        try {
            MemoryLimit.set(limitBytes);
        } catch (PosixException refused) {
            throw new StartRefusal("seal_failed", String.valueOf(refused.getMessage()));
        }
    }

    /// What native code says when it is given no memory ends the engine, as it does in Java:
    /// whoever is at the limit of all that was planned has run away, and a new engine has not.
    static NativeException unlessExhausted(NativeException failure) {
        if (failure.outOfMemory()) {
            throw new OutOfMemoryError(failure.getMessage());
        }
        return failure;
    }

    /// Whether this, or what is behind it, is a lack of memory.
    static boolean ranOut(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof OutOfMemoryError
                    || (cause instanceof NativeException said && said.outOfMemory())) {
                return true;
            }
        }
        return false;
    }
}
