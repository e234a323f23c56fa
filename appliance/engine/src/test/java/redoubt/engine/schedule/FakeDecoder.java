package redoubt.engine.schedule;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import redoubt.engine.client.AdapterUse;
import redoubt.engine.client.SamplingParameters;
import redoubt.foreign.llama.DecodeResult;
import redoubt.foreign.llama.NativeException;

/// A model in plain Java whose next token depends on every token before, with a cache that has as
/// much room as it is told, and that is as strict as the real one about positions.
final class FakeDecoder implements Decoder {
    static final int LETTERS = 26;
    static final int END = LETTERS;

    private record Cell(int token, int position, int sequence, boolean logits) {}

    private final int contextTokens;
    private final int sequencesMax;
    private final Map<Integer, List<Integer>> cache = new HashMap<>();
    private final List<Cell> batch = new ArrayList<>();
    final List<List<Integer>> steps = new ArrayList<>();
    final List<Integer> stepTokens = new ArrayList<>();
    Predicate<List<Integer>> poison = tokens -> false;
    Predicate<List<Integer>> ends = tokens -> false;
    Runnable beforeDecode = () -> {};
    int opened;
    int noRoom;

    FakeDecoder(int contextTokens, int sequencesMax) {
        this.contextTokens = contextTokens;
        this.sequencesMax = sequencesMax;
    }

    /// What the answer to a prompt must be, computed without any scheduler.
    static String alone(int[] prompt, int tokens) {
        List<Integer> all = new ArrayList<>();
        for (int token : prompt) {
            all.add(token);
        }
        StringBuilder text = new StringBuilder();
        for (int count = 0; count < tokens; count++) {
            int next = next(all);
            all.add(next);
            text.append((char) ('a' + next));
        }
        return text.toString();
    }

    static int next(List<Integer> tokens) {
        return Math.floorMod(tokens.hashCode() * 31 + tokens.size(), LETTERS);
    }

    @Override
    public int contextTokens() {
        return contextTokens;
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
    public int ubatchTokens() {
        return 32;
    }

    @Override
    public void clear() {
        batch.clear();
    }

    @Override
    public int add(int token, int position, int sequence, boolean wantsLogits) {
        batch.add(new Cell(token, position, sequence, wantsLogits));
        if (batch.size() > batchTokens()) {
            throw new AssertionError("more tokens than the batch holds");
        }
        return batch.size() - 1;
    }

    @Override
    public DecodeResult decode() {
        beforeDecode.run();
        int used = cache.values().stream().mapToInt(List::size).sum();
        if (used + batch.size() > contextTokens) {
            noRoom++;
            return DecodeResult.NO_ROOM;
        }
        steps.add(batch.stream().map(Cell::sequence).distinct().toList());
        stepTokens.add(batch.size());
        boolean failed = false;
        for (Cell cell : batch) {
            List<Integer> tokens = cache.computeIfAbsent(cell.sequence, _ -> new ArrayList<>());
            if (cell.position != tokens.size()) {
                throw new AssertionError("position " + cell.position + " after " + tokens.size());
            }
            tokens.add(cell.token);
            failed |= poison.test(tokens);
        }
        if (failed) {
            throw new NativeException("The model choked on it.");
        }
        return DecodeResult.DONE;
    }

    @Override
    public Choice choice(Choosing choosing) {
        SamplingParameters sampling = choosing.sampling();
        if (sampling.temperature() < 0) {
            throw new IllegalArgumentException("temperature must be 0 to 100");
        }
        opened++;
        return new Choice() {
            private boolean closed;

            @Override
            public Chosen choose(int batchIndex) {
                Cell cell = batch.get(batchIndex);
                if (!cell.logits || closed) {
                    throw new AssertionError("no logits there, or closed");
                }
                List<Integer> tokens = cache.get(cell.sequence);
                return new Chosen(ends.test(tokens) ? END : next(tokens), null);
            }

            @Override
            public void accept(int token) {}

            @Override
            public void close() {
                if (closed) {
                    throw new AssertionError("closed twice");
                }
                closed = true;
                opened--;
            }
        };
    }

    @Override
    public void use(List<AdapterUse> adapters) {}

    @Override
    public boolean keep(int sequence, int tokens) {
        List<Integer> all = cache.getOrDefault(sequence, List.of());
        if (all.size() < tokens) {
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
    public byte[] piece(int token) {
        return String.valueOf((char) ('a' + token)).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean endsGeneration(int token) {
        return token == END;
    }
}
