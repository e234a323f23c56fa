package redoubt.engine.schedule;

import java.util.List;
import redoubt.engine.client.AdapterUse;
import redoubt.foreign.llama.DecodeResult;
import redoubt.foreign.llama.NativeException;

/// What the scheduler needs of a model: one cache, one batch, choices, and the text of tokens. The
/// seam at which tests put a model that misbehaves on purpose. Used by the step thread alone.
public interface Decoder {

    int contextTokens();

    int sequencesMax();

    int batchTokens();

    int ubatchTokens();

    /// Empties the batch.
    void clear();

    /// Adds a token to the batch and returns its index in it.
    int add(int token, int position, int sequence, boolean wantsLogits);

    /// Computes the batch.
    ///
    /// @throws NativeException when it cannot be computed
    DecodeResult decode();

    /// How the tokens of one generation are chosen.
    ///
    /// @throws IllegalArgumentException when a parameter is out of its range, with a sentence
    Choice choice(Choosing choosing);

    /// Applies these adapters, and no others, to the following decodes.
    ///
    /// @throws IllegalArgumentException when one is not known or does not fit, with a sentence
    void use(List<AdapterUse> adapters);

    /// Cuts a sequence back to its first `tokens` positions. False when this kind of cache cannot
    /// do that; then nothing of the sequence can be reused.
    boolean keep(int sequence, int tokens);

    /// Forgets a sequence.
    void forget(int sequence);

    /// The bytes of a token; empty for a control token.
    byte[] piece(int token);

    /// The same, but the name of a control token.
    default byte[] shown(int token) {
        return piece(token);
    }

    /// Whether the model ends its answer with this token.
    boolean endsGeneration(int token);

    /// The sampler of one generation.
    interface Choice extends AutoCloseable {
        /// Chooses from the logits of the batch entry at `batchIndex`, and remembers the choice.
        Chosen choose(int batchIndex);

        /// Tells the penalties about a token of the prompt.
        void accept(int token);

        @Override
        void close();
    }
}
