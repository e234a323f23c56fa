package redoubt.engine.schedule;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import redoubt.engine.client.AdapterUse;
import redoubt.engine.client.SamplingParameters;
import redoubt.foreign.llama.DecodeResult;
import redoubt.foreign.llama.NativeException;

/// A model in plain Java whose next token depends on every token before, with a cache that has as
/// much room as it is told, and that is as strict as the real one about positions.
class FakeDecoder implements Decoder {
    static final int LETTERS = 26;
    static final int END = LETTERS;

    private record Cell(int token, int position, int sequence, boolean logits) {}

    /// A cell of the cache; the same one in several sequences when they share it.
    private static final class Shared {
        final int token;

        Shared(int token) {
            this.token = token;
        }
    }

    private final int contextTokens;
    private final int sequencesMax;
    // Each sequence is a list of cells, of which some may be shared with others.
    private final Map<Integer, List<Shared>> cache = new HashMap<>();
    private final List<Cell> batch = new ArrayList<>();
    final List<List<Integer>> steps = new ArrayList<>();
    final List<Integer> stepTokens = new ArrayList<>();
    Predicate<List<Integer>> poison = tokens -> false;
    ToIntFunction<List<Integer>> rule = FakeDecoder::next;
    Predicate<List<Integer>> ends = tokens -> false;
    Runnable beforeDecode = () -> {};
    boolean cutsBack = true;
    int holders = 4;
    int opened;
    int noRoom;
    int saved;
    int restored;
    int shared;
    int savedOpen;
    int aloneOpen;
    List<AdapterUse> adapters = List.of();
    private volatile boolean aborted;

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
    public int places() {
        return sequencesMax + holders;
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
        if (aborted) {
            aborted = false;
            return DecodeResult.ABORTED;
        }
        if (used() + batch.size() > contextTokens) {
            noRoom++;
            return DecodeResult.NO_ROOM;
        }
        steps.add(batch.stream().map(Cell::sequence).distinct().toList());
        stepTokens.add(batch.size());
        boolean failed = false;
        for (Cell cell : batch) {
            List<Shared> tokens = cache.computeIfAbsent(cell.sequence, _ -> new ArrayList<>());
            if (cell.position != tokens.size()) {
                throw new AssertionError("position " + cell.position + " after " + tokens.size());
            }
            tokens.add(new Shared(cell.token));
            failed |= poison.test(tokens(cell.sequence));
        }
        if (failed) {
            throw new NativeException("The model choked on it.");
        }
        return DecodeResult.DONE;
    }

    /// Cells in use, each counted once.
    int used() {
        Set<Shared> cells = Collections.newSetFromMap(new IdentityHashMap<>());
        cache.values().forEach(cells::addAll);
        return cells.size();
    }

    private List<Integer> tokens(int sequence) {
        return cache.getOrDefault(sequence, List.of()).stream().map(cell -> cell.token).toList();
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
                List<Integer> tokens = tokens(cell.sequence).subList(0, cell.position + 1);
                return new Chosen(ends.test(tokens) ? END : rule.applyAsInt(tokens), null);
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
    public void use(List<AdapterUse> wanted) {
        if (wanted.stream().anyMatch(adapter -> adapter.name().equals("unknown"))) {
            throw new IllegalArgumentException("There is no adapter 'unknown' here.");
        }
        if (wanted.stream().anyMatch(adapter -> adapter.name().equals("broken"))) {
            throw new NativeException("The adapters could not be switched on.");
        }
        adapters = wanted;
    }

    @Override
    public boolean cutsBack() {
        return cutsBack;
    }

    @Override
    public boolean keep(int sequence, int tokens) {
        List<Shared> all = cache.getOrDefault(sequence, List.of());
        if (all.size() < tokens || all.size() > tokens && !cutsBack) {
            return false;
        }
        cache.put(sequence, new ArrayList<>(all.subList(0, tokens)));
        return true;
    }

    @Override
    public boolean share(int source, int target, int tokens) {
        List<Shared> all = cache.getOrDefault(source, List.of());
        if (cache.containsKey(target)) {
            throw new AssertionError("the target of a share is not empty");
        }
        if (all.size() < tokens || all.size() > tokens && !cutsBack) {
            return false;
        }
        cache.put(target, new ArrayList<>(all.subList(0, tokens)));
        shared++;
        return true;
    }

    private final class State implements Saved {
        final List<Integer> tokens;
        boolean closed;

        State(List<Integer> tokens) {
            this.tokens = new ArrayList<>(tokens);
            savedOpen++;
        }

        @Override
        public long bytes() {
            return tokens.size();
        }

        @Override
        public byte[] part(long offset, int length) {
            byte[] part = new byte[(int) Math.min(length, tokens.size() - offset)];
            for (int index = 0; index < part.length; index++) {
                part[index] = tokens.get((int) offset + index).byteValue();
            }
            return part;
        }

        @Override
        public void put(long offset, byte[] part) {
            for (int index = 0; index < part.length; index++) {
                tokens.set((int) offset + index, (int) part[index]);
            }
        }

        @Override
        public void close() {
            closed = true;
            savedOpen--;
        }
    }

    @Override
    public long savedBytes(int sequence) {
        return tokens(sequence).size();
    }

    @Override
    public Saved save(int sequence) {
        saved++;
        return new State(tokens(sequence));
    }

    @Override
    public Saved blank(long bytes) {
        return new State(Collections.nCopies((int) bytes, 0));
    }

    @Override
    public void restore(int sequence, Saved state) {
        List<Shared> cells = new ArrayList<>();
        if (((State) state).closed) {
            throw new AssertionError("a closed state is restored");
        }
        ((State) state).tokens.forEach(token -> cells.add(new Shared(token)));
        if (used() + cells.size() > contextTokens) {
            throw new NativeException("no room for it");
        }
        restored++;
        cache.put(sequence, cells);
    }

    @Override
    public Decoder alone(int tokens) {
        aloneOpen++;
        FakeDecoder outer = this;
        FakeDecoder own =
                new FakeDecoder(tokens, 1) {
                    @Override
                    public void close() {
                        outer.aloneOpen--;
                        outer.opened += opened;
                    }
                };
        own.ends = ends;
        own.rule = rule;
        own.poison = poison;
        return own;
    }

    @Override
    public void close() {}

    @Override
    public void abort() {
        aborted = true;
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
