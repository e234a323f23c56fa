package redoubt.provenance.record;

import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Takes the entries of a record in batches and spends all cores on what each entry needs for
/// itself, decoding, hashing and its signature, while the rules between entries are followed in
/// order on the caller's thread.
///
/// What is found wrong does not depend on the number of threads: everything before the lowest wrong
/// entry has been checked whole when it is reported, and of one entry its form comes first, then
/// the rules, its signature last. Some batches are under way at any time, each of bounded size, so
/// memory does not grow with the record. Owns its threads. Source: docs/audit-record.md section
/// 10.4.
final class EntryPipeline implements AutoCloseable {
    /// What must hold between an entry and those before it.
    interface Rules {
        /// @return whose key must have signed the entry; empty where that was checked already
        Optional<EpochChain.Epoch> take(ReadEntry entry) throws Refusal;
    }

    /// Entries of one batch, all well formed but perhaps the last one.
    private record Decoded(List<ReadEntry> entries, @Nullable Refusal malformed) {}

    private record Claim(SignedEntry signed, EpochChain.Epoch signer) {}

    /// @param entries how many hold if nothing is wrong
    private record Signatures(Future<Optional<Wrong>> checked, int entries) {}

    private record Wrong(long sequence, Refusal refusal) {}

    private final Rules rules;
    private final LongConsumer progress;
    private final ExecutorService workers;
    private final int aheadMax;
    private final Deque<Future<Decoded>> decoding = new ArrayDeque<>();
    private final Deque<Signatures> verifying = new ArrayDeque<>();
    private long read;
    private long holding;

    /// @param progress told now and then how many entries hold so far, on the caller's thread
    EntryPipeline(Rules rules, int threads, LongConsumer progress) {
        this.rules = rules;
        this.progress = progress;
        this.aheadMax = 2 * threads;
        this.workers =
                Executors.newFixedThreadPool(
                        threads, Thread.ofPlatform().name("record-check-", 0).daemon().factory());
    }

    /// Entries that were read and hold, signatures and all.
    long holding() {
        return holding;
    }

    /// @param frames the COSE bytes of the entries that follow
    void add(List<Bytes> frames) throws Refusal, InterruptedIOException {
        long first = read;
        read += frames.size();
        decoding.add(workers.submit(() -> decode(frames, first)));
        while (decoding.size() > aheadMax) follow();
    }

    /// Comes back when all that was added holds.
    void finish() throws Refusal, InterruptedIOException {
        while (!decoding.isEmpty()) follow();
        while (!verifying.isEmpty()) settle();
    }

    private static Decoded decode(List<Bytes> frames, long first) {
        List<ReadEntry> entries = new ArrayList<>(frames.size());
        for (Bytes frame : frames) {
            try {
                entries.add(ReadEntry.read(frame, "Entry " + (first + entries.size())));
            } catch (Refusal malformed) {
                return new Decoded(entries, malformed);
            }
        }
        return new Decoded(entries, null);
    }

    private void follow() throws Refusal, InterruptedIOException {
        Decoded batch = await(decoding.removeFirst());
        List<Claim> claims = new ArrayList<>(batch.entries().size());
        int taken = 0;
        Refusal wrong = batch.malformed();
        try {
            for (ReadEntry entry : batch.entries()) {
                rules.take(entry)
                        .ifPresent(signer -> claims.add(new Claim(entry.signed(), signer)));
                taken++;
            }
        } catch (Refusal broken) {
            wrong = broken;
        }
        verifying.add(new Signatures(workers.submit(() -> firstWrong(claims)), taken));
        if (wrong != null) {
            // A signature before it is the first thing that is wrong.
            while (!verifying.isEmpty()) settle();
            throw wrong;
        }
        while (verifying.size() > aheadMax) settle();
    }

    private static Optional<Wrong> firstWrong(List<Claim> claims) {
        MlDsa.Verifier verifier = null;
        long epoch = 0;
        for (Claim claim : claims) {
            if (verifier == null || claim.signer().number() != epoch) {
                epoch = claim.signer().number();
                verifier = MlDsa.ML_DSA_65.verifier(claim.signer().key());
            }
            if (!claim.signed().signed().verifies(verifier)) {
                return Optional.of(
                        new Wrong(
                                claim.signed().entry().sequence(),
                                EpochChain.notSigned(claim.signed(), claim.signer())));
            }
        }
        return Optional.empty();
    }

    private void settle() throws Refusal, InterruptedIOException {
        Signatures batch = verifying.removeFirst();
        Optional<Wrong> wrong = await(batch.checked());
        if (wrong.isPresent()) {
            holding = wrong.get().sequence();
            throw wrong.get().refusal();
        }
        holding += batch.entries();
        progress.accept(holding);
    }

    private static <T> T await(Future<T> future) throws InterruptedIOException {
        try {
            return future.get();
        } catch (ExecutionException bug) {
            throw new IllegalStateException(bug.getCause());
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("The check was stopped.");
        }
    }

    /// Leaves what is under way.
    @Override
    public void close() {
        workers.shutdownNow();
    }
}
