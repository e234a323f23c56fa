package redoubt.engine.schedule;

import java.util.List;
import redoubt.engine.client.AdapterUse;
import redoubt.foreign.llama.DecodeResult;

/// What the scheduler needs of a model: one cache, one batch, choices, and the text of tokens. The
/// seam at which tests put a model that misbehaves on purpose. Used by the step thread alone.
public interface Decoder extends AutoCloseable {

    int contextTokens();

    /// Generations that are computed together.
    int sequencesMax();

    /// Sequences of the cache: those that are computed, and more that hold what may be of use
    /// again. At least [#sequencesMax].
    int places();

    int batchTokens();

    int ubatchTokens();

    /// Empties the batch.
    void clear();

    /// Adds a token to the batch and returns its index in it.
    int add(int token, int position, int sequence, boolean wantsLogits);

    /// Tokens of nobody that may be added to a batch; 0 where that is not possible.
    int paddingMax();

    /// Adds tokens of nobody, which are computed like those of answers and forgotten again.
    ///
    /// @param tokens at most [#paddingMax]
    void pad(int tokens);

    /// Computes the batch.
    ///
    /// @throws NativeException when it cannot be computed
    DecodeResult decode();

    /// The clock by which it is measured what computing takes.
    default long nanoTime() {
        return System.nanoTime();
    }

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

    /// Whether this kind of model can go back to an earlier position of a sequence, as long as
    /// [#keep] or [#share] says so. One that cannot is brought back by its saved states alone.
    boolean cutsBack();

    /// Lets an empty sequence hold the first `tokens` positions of another, without computing or
    /// copying them; the other may be in use. False when this kind of cache cannot do that.
    boolean share(int source, int target, int tokens);

    /// Whether [#keep] or [#share] can give the first `tokens` positions of a sequence without a
    /// [#mark].
    boolean reaches(int sequence, int tokens);

    /// The same for a saved state of `whole` positions, once it is restored.
    boolean reachesSaved(int whole, int tokens);

    /// Positions between two marks of a sequence; 0 for a model that can go back to every position
    /// and needs none.
    int markTokens();

    /// Whether marks of earlier positions can be made, as long as they are reached.
    boolean marksEarlier();

    /// Saves what the sequence does not keep as it goes on, to [#rewind] it to its present end
    /// later. What its window has passed leaves the cache.
    ///
    /// @throws NativeException when that cannot be done; the sequence is empty then
    Saved mark(int sequence);

    /// The same for the first `tokens` positions, which are reached; nothing leaves the cache.
    ///
    /// @param scratch an empty sequence, and empty again afterwards
    /// @throws NativeException when it cannot be read
    Saved mark(int sequence, int scratch, int tokens);

    /// Brings a sequence back to where the mark was made, at its first `tokens` positions.
    ///
    /// @throws NativeException when that cannot be done; the sequence is empty then
    void rewind(int sequence, Saved mark, int tokens);

    /// Lets an empty sequence hold the first `tokens` positions of another, at which a mark of the
    /// same tokens was made.
    ///
    /// @throws NativeException when that cannot be done; the target is empty then
    void share(int source, int target, int tokens, Saved mark);

    /// Forgets a sequence.
    void forget(int sequence);

    /// Bytes that the saved state of a sequence would have.
    long savedBytes(int sequence);

    /// The state of a sequence, to be put back later.
    ///
    /// @throws NativeException when it cannot be read
    Saved save(int sequence);

    /// Room for a state that comes back in parts. Any thread.
    Saved blank(long bytes);

    /// Puts a state into an empty sequence.
    ///
    /// @throws NativeException when it does not fit; the sequence is empty then
    void restore(int sequence, Saved saved);

    /// The same model with an empty cache of its own, of one sequence. The caller closes it.
    ///
    /// @throws NativeException when there is no memory for it
    Decoder alone(int contextTokens);

    @Override
    void close();

    /// Asks the decode in progress to stop with ABORTED. Any thread.
    void abort();

    /// The bytes of a token; empty for a control token.
    byte[] piece(int token);

    /// The same, but the name of a control token.
    default byte[] shown(int token) {
        return piece(token);
    }

    /// Whether the model ends its answer with this token.
    boolean endsGeneration(int token);

    /// A saved state of a sequence, outside of the cache.
    interface Saved extends AutoCloseable {
        long bytes();

        /// A part of it, at most `length` bytes from `offset`.
        byte[] part(long offset, int length);

        /// Writes a part of it.
        ///
        /// @throws IndexOutOfBoundsException when it would not be within the size
        void put(long offset, byte[] part);

        @Override
        void close();
    }

    /// The sampler of one generation. Different ones may choose at the same time.
    interface Choice extends AutoCloseable {
        /// Chooses from the logits of the batch entry at `batchIndex`, and remembers the choice.
        Chosen choose(int batchIndex);

        /// Tells the penalties about a token of the prompt.
        void accept(int token);

        @Override
        void close();
    }
}
