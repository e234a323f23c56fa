package redoubt.engine.schedule;

import java.util.ArrayList;
import java.util.List;

/// What a [FakeDecoder] saves of a sequence: its tokens.
final class FakeState implements Decoder.Saved {
    final List<Integer> tokens;
    boolean closed;
    private final FakeDecoder of;

    FakeState(FakeDecoder of, List<Integer> tokens) {
        this.of = of;
        this.tokens = new ArrayList<>(tokens);
        of.savedOpen++;
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
        of.savedOpen--;
    }
}
