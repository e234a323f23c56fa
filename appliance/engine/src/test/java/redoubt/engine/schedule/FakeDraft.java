package redoubt.engine.schedule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import redoubt.foreign.llama.DecodeResult;
import redoubt.foreign.llama.NativeException;

/// A draft in plain Java that is as strict as the real one about positions, and counts what it is
/// asked.
final class FakeDraft implements Draft {
    private record Cell(int token, int position, int sequence, boolean logits) {}

    private final int contextTokens;
    private final int sequencesMax;
    private final Map<Integer, List<Integer>> cache = new HashMap<>();
    private final List<Cell> batch = new ArrayList<>();

    /// Tokens that each sequence had in the batches, one entry for each decode.
    final List<Map<Integer, Integer>> batches = new ArrayList<>();

    ToIntFunction<List<Integer>> rule = FakeDecoder::next;
    Runnable beforeDecode = () -> {};
    // By its own clock, as FakeDecoder's.
    long stepNanos = 20_000;
    private long nanos;
    boolean cutsBack = true;
    boolean fails;
    boolean closed;
    int guesses;
    int sequenceTokensMax = Integer.MAX_VALUE;

    FakeDraft(int contextTokens, int sequencesMax) {
        this.contextTokens = contextTokens;
        this.sequencesMax = sequencesMax;
    }

    /// Tokens in its cache.
    int used() {
        return cache.values().stream().mapToInt(List::size).sum();
    }

    @Override
    public int contextTokens() {
        return contextTokens;
    }

    @Override
    public int sequenceTokensMax() {
        return sequenceTokensMax;
    }

    @Override
    public int sequencesMax() {
        return sequencesMax;
    }

    @Override
    public int batchTokens() {
        return 64;
    }

    @Override
    public void clear() {
        batch.clear();
    }

    @Override
    public int add(int token, int position, int sequence, boolean wantsLogits) {
        if (sequence < 0 || sequence >= sequencesMax) {
            throw new AssertionError("there is no sequence " + sequence);
        }
        batch.add(new Cell(token, position, sequence, wantsLogits));
        if (batch.size() > batchTokens()) {
            throw new AssertionError("more tokens than the batch holds");
        }
        return batch.size() - 1;
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public DecodeResult decode() {
        nanos += stepNanos;
        beforeDecode.run();
        if (fails) {
            throw new NativeException("The draft choked on it.");
        }
        if (batch.isEmpty() || used() + batch.size() > contextTokens) {
            throw new AssertionError("an empty batch, or more than the cache holds");
        }
        Map<Integer, Integer> tokensOf = new HashMap<>();
        for (Cell cell : batch) {
            List<Integer> tokens = cache.computeIfAbsent(cell.sequence, _ -> new ArrayList<>());
            if (cell.position != tokens.size()) {
                throw new AssertionError("position " + cell.position + " after " + tokens.size());
            }
            tokens.add(cell.token);
            tokensOf.merge(cell.sequence, 1, Integer::sum);
        }
        batches.add(tokensOf);
        return DecodeResult.DONE;
    }

    @Override
    public int likeliest(int batchIndex) {
        Cell cell = batch.get(batchIndex);
        if (!cell.logits) {
            throw new AssertionError("no logits there");
        }
        guesses++;
        return rule.applyAsInt(
                cache.getOrDefault(cell.sequence, List.of()).subList(0, cell.position + 1));
    }

    @Override
    public boolean keep(int sequence, int tokens) {
        List<Integer> all = cache.getOrDefault(sequence, List.of());
        if (all.size() < tokens || !cutsBack) {
            return false;
        }
        cache.put(sequence, new ArrayList<>(all.subList(0, tokens)));
        return true;
    }

    @Override
    public void forget(int sequence) {
        cache.remove(sequence);
    }

    @Override
    public void close() {
        closed = true;
    }
}
