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
    // Where the window of a sequence begins, as far as others have taken what was before it.
    private final Map<Integer, Integer> passed = new HashMap<>();
    private final List<Cell> batch = new ArrayList<>();
    final List<List<Integer>> steps = new ArrayList<>();
    final List<Integer> stepTokens = new ArrayList<>();
    final List<Integer> widths = new ArrayList<>();
    Predicate<List<Integer>> poison = tokens -> false;
    ToIntFunction<List<Integer>> rule = FakeDecoder::next;
    Predicate<List<Integer>> ends = tokens -> false;
    Runnable beforeDecode = () -> {};
    // By its own clock, so that what pays does not depend on the host.
    long stepNanos = 50_000;
    long leftOverNanos;
    private long nanos;
    boolean cutsBack = true;
    int window;
    int markEvery;
    int marked;
    int rewound;
    boolean failsToRewind;
    int failsToMark;
    int holders = 4;
    int paddingMax;
    private int padding;
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
        padding = 0;
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
    public int paddingMax() {
        return paddingMax;
    }

    @Override
    public void pad(int tokens) {
        padding = tokens;
        if (padding > paddingMax || batch.size() + padding > places()) {
            throw new AssertionError("more padding than there is room for");
        }
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public DecodeResult decode() {
        nanos += stepNanos + leftOverNanos * ((batch.size() + padding) % 4);
        beforeDecode.run();
        if (aborted) {
            aborted = false;
            return DecodeResult.ABORTED;
        }
        if (used() + batch.size() + padding > contextTokens) {
            noRoom++;
            return DecodeResult.NO_ROOM;
        }
        steps.add(batch.stream().map(Cell::sequence).distinct().toList());
        stepTokens.add(batch.size());
        widths.add(batch.size() + padding);
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
        return new FakeChoice(this);
    }

    Chosen choose(int batchIndex) {
        Cell cell = batch.get(batchIndex);
        if (!cell.logits) {
            throw new AssertionError("no logits there");
        }
        List<Integer> tokens = tokens(cell.sequence).subList(0, cell.position + 1);
        return new Chosen(ends.test(tokens) ? END : rule.applyAsInt(tokens), null);
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
        if (all.size() < tokens || !reaches(sequence, tokens)) {
            return false;
        }
        cache.put(sequence, new ArrayList<>(all.subList(0, tokens)));
        return true;
    }

    @Override
    public boolean reaches(int sequence, int tokens) {
        int there = cache.getOrDefault(sequence, List.of()).size();
        int from = passed.getOrDefault(sequence, 0);
        return there == tokens
                || (there > tokens && cutsBack && (from == 0 || tokens - window >= from));
    }

    @Override
    public boolean reachesSaved(int whole, int tokens) {
        return whole == tokens || (cutsBack && (window == 0 || whole <= window));
    }

    @Override
    public int markTokens() {
        return markEvery;
    }

    @Override
    public boolean marksEarlier() {
        return cutsBack;
    }

    @Override
    public Saved mark(int sequence) {
        if (failsToMark-- > 0) {
            forget(sequence);
            throw new NativeException("no room for it");
        }
        marked++;
        int there = tokens(sequence).size();
        if (cutsBack) {
            passed.put(sequence, Math.max(0, there - window));
        }
        return new FakeState(this, tokens(sequence));
    }

    @Override
    public Saved mark(int sequence, int scratch, int tokens) {
        if (cache.containsKey(scratch) || !reaches(sequence, tokens) || !cutsBack) {
            throw new AssertionError("no mark can be made there");
        }
        marked++;
        return new FakeState(this, tokens(sequence).subList(0, tokens));
    }

    @Override
    public void rewind(int sequence, Saved mark, int tokens) {
        FakeState state = (FakeState) mark;
        List<Integer> all = tokens(sequence);
        if (state.closed || all.size() < tokens || !all.subList(0, tokens).equals(state.tokens)) {
            throw new AssertionError("a mark of something else");
        }
        if (failsToRewind) {
            cache.remove(sequence);
            throw new NativeException("no room for it");
        }
        rewound++;
        cache.put(sequence, new ArrayList<>(cache.get(sequence).subList(0, tokens)));
        passed.put(sequence, Math.max(0, tokens - window));
    }

    @Override
    public void share(int source, int target, int tokens, Saved mark) {
        if (cache.containsKey(target)) {
            throw new AssertionError("the target of a share is not empty");
        }
        cache.put(
                target, new ArrayList<>(cache.getOrDefault(source, List.of()).subList(0, tokens)));
        rewind(target, mark, tokens);
        shared++;
    }

    @Override
    public boolean share(int source, int target, int tokens) {
        List<Shared> all = cache.getOrDefault(source, List.of());
        if (cache.containsKey(target)) {
            throw new AssertionError("the target of a share is not empty");
        }
        if (all.size() < tokens || !reaches(source, tokens)) {
            return false;
        }
        cache.put(target, new ArrayList<>(all.subList(0, tokens)));
        passed.put(target, passed.getOrDefault(source, 0));
        shared++;
        return true;
    }

    @Override
    public long savedBytes(int sequence) {
        return tokens(sequence).size();
    }

    @Override
    public Saved save(int sequence) {
        saved++;
        return new FakeState(this, tokens(sequence));
    }

    @Override
    public Saved blank(long bytes) {
        return new FakeState(this, Collections.nCopies((int) bytes, 0));
    }

    @Override
    public void restore(int sequence, Saved state) {
        List<Shared> cells = new ArrayList<>();
        if (((FakeState) state).closed) {
            throw new AssertionError("a closed state is restored");
        }
        ((FakeState) state).tokens.forEach(token -> cells.add(new Shared(token)));
        if (used() + cells.size() > contextTokens) {
            throw new NativeException("no room for it");
        }
        restored++;
        cache.put(sequence, cells);
        passed.put(sequence, window == 0 ? 0 : Math.max(0, cells.size() - window));
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
        passed.remove(sequence);
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
