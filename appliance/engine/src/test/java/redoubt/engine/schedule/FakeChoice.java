package redoubt.engine.schedule;

/// The choices of one generation by a [FakeDecoder], which counts those that are open.
final class FakeChoice implements Decoder.Choice {
    private final FakeDecoder model;
    private boolean closed;

    FakeChoice(FakeDecoder model) {
        this.model = model;
        model.opened++;
    }

    @Override
    public Chosen choose(int batchIndex) {
        if (closed) {
            throw new AssertionError("chosen from after it was closed");
        }
        return model.choose(batchIndex);
    }

    @Override
    public void accept(int token) {}

    @Override
    public void close() {
        if (closed) {
            throw new AssertionError("closed twice");
        }
        closed = true;
        model.opened--;
    }
}
