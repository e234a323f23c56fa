package redoubt.foreign.llama;

/// How a model file is brought into memory.
///
/// @param memoryMap map the file instead of reading it: a second start finds it in the page cache
/// @param lockMemory keep the weights from being swapped out
/// @param checkTensors look for values that are not numbers while loading (slower)
/// @param vocabularyOnly load no weights: enough to tokenize
public record ModelOptions(
        boolean memoryMap, boolean lockMemory, boolean checkTensors, boolean vocabularyOnly) {
    /// Mapped, not locked, unchecked, whole.
    public static ModelOptions defaults() {
        return new ModelOptions(true, false, false, false);
    }

    /// Only the vocabulary: for tokenizing without the weights.
    public static ModelOptions ofVocabulary() {
        return new ModelOptions(true, false, false, true);
    }

    /// The same, with every tensor checked for values that are not numbers.
    public ModelOptions withCheckedTensors() {
        return new ModelOptions(memoryMap, lockMemory, true, vocabularyOnly);
    }
}
