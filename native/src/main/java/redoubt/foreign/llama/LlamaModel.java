package redoubt.foreign.llama;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// A loaded model: its facts, its vocabulary, and what is made from it. May be used by any thread;
/// only [#close] needs everybody else to be done.
public final class LlamaModel implements AutoCloseable {
    /// Values of `llama_load_mode`.
    private static final int LOAD_READ = 0;

    private static final int LOAD_MAP = 1;
    private static final int LOAD_LOCK = 2;
    private static final int LOAD_MAP_LOCK = 3;

    private final LlamaLibrary library;
    private final ShimLibrary shim;
    private final MemorySegment model;
    private final MemorySegment vocabulary;
    private final int vocabularySize;
    private final AtomicReferenceArray<byte @Nullable []> pieces;
    private final TokenTexts texts;
    private boolean closed;

    private LlamaModel(LlamaLibrary library, ShimLibrary shim, MemorySegment model) {
        this.library = library;
        this.shim = shim;
        this.model = model;
        this.texts = new TokenTexts(shim, model);
        this.vocabulary = library.modelVocabulary.call(model);
        this.vocabularySize = library.vocabularySize.call(vocabulary);
        this.pieces = new AtomicReferenceArray<>(vocabularySize);
    }

    static LlamaModel load(
            LlamaLibrary library, ShimLibrary shim, Path gguf, ModelOptions options) {
        if (!Files.isRegularFile(gguf)) {
            throw new NativeException("There is no model file %s. Check the path.".formatted(gguf));
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment parameters =
                    library.defaults("llama_model_default_params", Structs.MODEL, arena);
            Structs.set(parameters, Structs.MODEL, "load_mode", loadMode(options));
            Structs.set(parameters, Structs.MODEL, "check_tensors", options.checkTensors());
            Structs.set(parameters, Structs.MODEL, "vocab_only", options.vocabularyOnly());
            MemorySegment error = arena.allocate(ShimLibrary.ERROR_BYTES);
            MemorySegment model =
                    shim.modelLoad.call(
                            CText.of(gguf.toString(), arena),
                            parameters,
                            error,
                            ShimLibrary.ERROR_BYTES);
            if (model.equals(MemorySegment.NULL)) {
                throw new NativeException(
                        "The model %s could not be loaded (%s). The file is damaged, or of a kind that llama.cpp %s does not know."
                                .formatted(
                                        gguf.getFileName(),
                                        CText.reason(error),
                                        CText.read(library.version.call())));
            }
            return new LlamaModel(library, shim, model);
        }
    }

    private static int loadMode(ModelOptions options) {
        if (options.memoryMap()) {
            return options.lockMemory() ? LOAD_MAP_LOCK : LOAD_MAP;
        }
        return options.lockMemory() ? LOAD_LOCK : LOAD_READ;
    }

    /// Architecture, size and quantisation in a few words.
    public String description() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(256);
            int _ = library.modelDescription.call(model, text, 256);
            return text.getString(0);
        }
    }

    /// How the weights are stored, e.g. `Q4_K - Medium`.
    public String quantisation() {
        return CText.read(library.fileTypeName.call(library.modelFileType.call(model)));
    }

    /// Bytes of all tensors.
    public long sizeBytes() {
        return library.modelSize.call(model);
    }

    /// How many weights there are.
    public long parameterCount() {
        return library.modelParameters.call(model);
    }

    /// The longest context that the model was trained for.
    public int trainedContextTokens() {
        return library.modelTrainedContext.call(model);
    }

    /// The width of a token's vector.
    public int embeddingSize() {
        return library.modelEmbedding.call(model);
    }

    /// How many layers there are.
    public int layerCount() {
        return library.modelLayers.call(model);
    }

    /// How many tokens there are; every token is at least 0 and below this.
    public int vocabularySize() {
        return vocabularySize;
    }

    /// True for a model whose state is, in part or as a whole, not a cache of positions (Mamba,
    /// RWKV, hybrids): its sequences cannot be cut back.
    public boolean isRecurrent() {
        return library.modelIsRecurrent.call(model) || library.modelIsHybrid.call(model);
    }

    /// Positions of the sliding attention window, 0 without one: such a sequence can be cut back
    /// only a little.
    public int slidingWindowTokens() {
        return library.modelWindow.call(model);
    }

    /// A scalar of the file's metadata as text, e.g. `general.name`.
    public Optional<String> metadata(String key) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = CText.of(key, arena);
            int length = library.modelMetadata.call(model, name, arena.allocate(1), 1);
            if (length < 0) {
                return Optional.empty();
            }
            MemorySegment value = arena.allocate(length + 1L);
            int _ = library.modelMetadata.call(model, name, value, length + 1L);
            return Optional.of(CText.read(value, length));
        }
    }

    /// The tokens of a text.
    ///
    /// @param addSpecial put the beginning-of-text token where the model wants one
    /// @param parseSpecial read control tokens out of the text; never for text of a person or a
    ///   document
    public int[] tokenize(String text, boolean addSpecial, boolean parseSpecial) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment input = arena.allocate(bytes.length + 1L);
            MemorySegment.copy(bytes, 0, input, JAVA_BYTE, 0, bytes.length);
            MemorySegment error = arena.allocate(ShimLibrary.ERROR_BYTES);
            // A token is a byte of text or more, but for the two that may be added and a space that
            // some models put first.
            int room = bytes.length + 8;
            while (true) {
                MemorySegment tokens = arena.allocate(JAVA_INT, room);
                int count =
                        shim.tokenize.call(
                                vocabulary,
                                input,
                                bytes.length,
                                tokens,
                                room,
                                addSpecial,
                                parseSpecial,
                                error,
                                ShimLibrary.ERROR_BYTES);
                if (count == ShimLibrary.FAILED) {
                    throw new NativeException(
                            "The text could not be turned into tokens (%s)."
                                    .formatted(CText.reason(error)));
                }
                if (count <= room) {
                    return tokens.asSlice(0, count * 4L).toArray(JAVA_INT);
                }
                room = count;
            }
        }
    }

    /// The bytes of a token; may end inside a UTF-8 character; empty for a control token. Do not
    /// change the array.
    public byte[] piece(int token) {
        checkToken(token);
        byte[] known = pieces.get(token);
        if (known != null) {
            return known;
        }
        byte[] piece = bytes(token, false);
        pieces.set(token, piece);
        return piece;
    }

    /// The bytes of a token as a person may see them: like [#piece], but a control token has its
    /// name, such as `<|im_end|>`.
    public byte[] shown(int token) {
        checkToken(token);
        return bytes(token, true);
    }

    private byte[] bytes(int token, boolean controlByName) {
        try (Arena arena = Arena.ofConfined()) {
            int room = 64;
            while (true) {
                MemorySegment bytes = arena.allocate(room);
                int length =
                        library.tokenToPiece.call(vocabulary, token, bytes, room, 0, controlByName);
                if (length >= 0) {
                    return bytes.asSlice(0, length).toArray(JAVA_BYTE);
                }
                room = -length;
            }
        }
    }

    /// True for every token at which the model ends its answer.
    public boolean endsGeneration(int token) {
        checkToken(token);
        return library.vocabularyEndsGeneration.call(vocabulary, token);
    }

    /// True for a token that steers the model and is no text.
    public boolean isControl(int token) {
        checkToken(token);
        return library.vocabularyIsControl.call(vocabulary, token);
    }

    /// The beginning-of-text token.
    public OptionalInt beginToken() {
        return token(library.vocabularyBegin.call(vocabulary));
    }

    /// The end-of-text token.
    public OptionalInt endToken() {
        return token(library.vocabularyEnd.call(vocabulary));
    }

    /// True when the model wants the beginning-of-text token before every prompt.
    public boolean addsBeginToken() {
        return library.vocabularyAddsBegin.call(vocabulary);
    }

    /// The token between two texts.
    public OptionalInt separatorToken() {
        return token(library.vocabularySeparator.call(vocabulary));
    }

    /// True when the model wants the end-of-text token after a text.
    public boolean addsEndToken() {
        return library.vocabularyAddsEnd.call(vocabulary);
    }

    /// True when the model wants the separator after a text.
    public boolean addsSeparatorToken() {
        return library.vocabularyAddsSeparator.call(vocabulary);
    }

    /// A context that decodes with this model.
    ///
    /// @throws NativeException when there is not enough memory for it, or the model cannot do what
    ///   is asked
    public LlamaContext newContext(ContextOptions options) {
        return LlamaContext.of(library, shim, model, vocabularySize, options, null);
    }

    /// The same, computing with the threads of another context, of this model or another: for two
    /// that one thread uses in turn. Threads of their own would wait for work on each other's
    /// cores.
    ///
    /// @throws NativeException when there is not enough memory for it, or the model cannot do what
    ///   is asked
    public LlamaContext newContext(ContextOptions options, LlamaContext beside) {
        return LlamaContext.of(library, shim, model, vocabularySize, options, beside);
    }

    /// Loads a LoRA adapter beside the model, for [LlamaContext#apply]. Check its header before:
    /// llama.cpp ends the process over some that do not fit. On the thread that decodes.
    ///
    /// @throws NativeException when there is no such file or llama.cpp refuses it
    public LlamaAdapter loadAdapter(Path gguf) {
        return LlamaAdapter.load(library, shim, model, gguf);
    }

    /// A grammar in llama.cpp's notation.
    ///
    /// @throws NativeException when it is wrong, endless or too large
    public Grammar grammar(String gbnf) {
        MemorySegment _ = texts.made();
        return Grammar.ofGbnf(shim, gbnf);
    }

    /// The grammar of answers of this form.
    ///
    /// @throws NativeException when it is too large
    public Grammar grammarOfForm(AnswerForm form) {
        MemorySegment _ = texts.made();
        return Grammar.ofForm(shim, form);
    }

    /// Takes one answer of this form apart.
    ///
    /// @param idPrefix begins the names of calls to which the model gives none
    public AnswerReader newReader(AnswerForm form, String idPrefix) {
        return AnswerReader.of(shim, form, idPrefix);
    }

    /// A sampler for one sequence.
    public Sampler newSampler(SamplingParameters parameters) {
        return newSampler(parameters, null, -1);
    }

    /// A sampler for one sequence.
    ///
    /// @param grammar the form that the answer must have, or null
    /// @param top how many of the most likely tokens are told with each, at most 20; -1 tells
    ///   nothing
    public Sampler newSampler(SamplingParameters parameters, @Nullable Grammar grammar, int top) {
        MemorySegment constraint = grammar == null ? MemorySegment.NULL : texts.constraint(grammar);
        try {
            return new Sampler(
                    library,
                    shim,
                    SamplerChain.build(
                            library,
                            vocabulary,
                            vocabularySize,
                            trainedContextTokens(),
                            parameters),
                    constraint,
                    vocabularySize,
                    SamplerChain.candidates(parameters),
                    top);
        } catch (IllegalArgumentException refused) {
            if (grammar != null) {
                shim.constraintFree.call(constraint);
            }
            throw refused;
        }
    }

    /// The template `override`, or the model's own, or the plain fallback when there is neither.
    ///
    /// @throws NativeException when the template cannot be read
    public ChatTemplate chatTemplate(@Nullable String override) {
        return ChatTemplate.open(shim, model, override);
    }

    /// Frees the weights. Contexts, adapters, samplers and templates of the model must be closed
    /// before.
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            texts.free();
            library.modelFree.call(model);
        }
    }

    private void checkToken(int token) {
        if (token < 0 || token >= vocabularySize) {
            throw new IllegalArgumentException(
                    "token %d is not one of the %d of this model".formatted(token, vocabularySize));
        }
    }

    private static OptionalInt token(int token) {
        return token < 0 ? OptionalInt.empty() : OptionalInt.of(token);
    }
}
