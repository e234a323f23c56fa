package redoubt.foreign.llama;

import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// A loaded model: its facts, its vocabulary, and what is made from it. May be used by any thread.
@SuppressWarnings("DoNotCallSuggester") // the binding follows
public final class LlamaModel implements AutoCloseable {
    LlamaModel() {}

    public String description() {
        throw new UnsupportedOperationException();
    }

    /// e.g. `Q4_K - Medium`.
    public String quantisation() {
        throw new UnsupportedOperationException();
    }

    public long sizeBytes() {
        throw new UnsupportedOperationException();
    }

    public long parameterCount() {
        throw new UnsupportedOperationException();
    }

    public int trainedContextTokens() {
        throw new UnsupportedOperationException();
    }

    public int embeddingSize() {
        throw new UnsupportedOperationException();
    }

    public int layerCount() {
        throw new UnsupportedOperationException();
    }

    public int vocabularySize() {
        throw new UnsupportedOperationException();
    }

    /// A model whose state is not a cache of positions (Mamba, RWKV): a sequence cannot be cut
    /// back.
    public boolean isRecurrent() {
        throw new UnsupportedOperationException();
    }

    /// Positions of the sliding attention window, 0 without one: such a sequence can be cut back
    /// only a little.
    public int slidingWindowTokens() {
        throw new UnsupportedOperationException();
    }

    /// A scalar of the file's metadata as text, e.g. `general.name`.
    public Optional<String> metadata(String key) {
        throw new UnsupportedOperationException();
    }

    /// @param addSpecial put the beginning-of-text token where the model wants one
    /// @param parseSpecial read control tokens out of the text; never for text of a person or a
    ///   document
    public int[] tokenize(String text, boolean addSpecial, boolean parseSpecial) {
        throw new UnsupportedOperationException();
    }

    /// The bytes of a token; may end inside a UTF-8 character; empty for a control token. Do not
    /// change the array.
    public byte[] piece(int token) {
        throw new UnsupportedOperationException();
    }

    /// True for every token at which the model ends its answer.
    public boolean endsGeneration(int token) {
        throw new UnsupportedOperationException();
    }

    public boolean isControl(int token) {
        throw new UnsupportedOperationException();
    }

    public OptionalInt beginToken() {
        throw new UnsupportedOperationException();
    }

    public OptionalInt endToken() {
        throw new UnsupportedOperationException();
    }

    public boolean addsBeginToken() {
        throw new UnsupportedOperationException();
    }

    public LlamaContext newContext(ContextOptions options) {
        throw new UnsupportedOperationException();
    }

    /// A sampler for one sequence.
    public Sampler newSampler(SamplingParameters parameters) {
        throw new UnsupportedOperationException();
    }

    /// The model's own template, or `override` instead, or the plain fallback when there is
    /// neither.
    public ChatTemplate chatTemplate(@Nullable String override) {
        throw new UnsupportedOperationException();
    }

    /// Frees the weights. Contexts, samplers and templates of the model must be closed before.
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
