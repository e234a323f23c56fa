package redoubt.foreign.llama;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.nio.file.Path;
import redoubt.foreign.binding.Functions;
import redoubt.foreign.binding.Shapes;

/// `llama.h`, and the function of ggml that loads a back end: one field a function. What may throw
/// a C++ exception is called through [ShimLibrary] instead. Source: llama.cpp 0.5.0.
final class LlamaLibrary {
    private final Functions ggml;
    private final Functions llama;

    final Shapes.PP backendLoad;
    final Shapes.P version;
    final Shapes.V backendInit;
    final Shapes.P systemInformation;
    final Shapes.VP modelFree;
    final Shapes.PP modelVocabulary;
    final Shapes.IPPL modelDescription;
    final Shapes.IP modelFileType;
    final Shapes.PI fileTypeName;
    final Shapes.LP modelSize;
    final Shapes.LP modelParameters;
    final Shapes.IP modelTrainedContext;
    final Shapes.IP modelEmbedding;
    final Shapes.IP modelLayers;
    final Shapes.IP modelWindow;
    final Shapes.BP modelIsRecurrent;
    final Shapes.BP modelIsHybrid;
    final Shapes.BP modelHasDecoder;
    final Shapes.IPPPL modelMetadata;
    final Shapes.IP vocabularySize;
    final Shapes.IP vocabularyBegin;
    final Shapes.IP vocabularyEnd;
    final Shapes.BP vocabularyAddsBegin;
    final Shapes.BPI vocabularyEndsGeneration;
    final Shapes.BPI vocabularyIsControl;
    final Shapes.IPIPIIB tokenToPiece;
    final Shapes.IP modelVectorSize;
    final Shapes.IP modelScores;
    final Shapes.IP contextPooling;
    final Shapes.IP vocabularySeparator;
    final Shapes.BP vocabularyAddsEnd;
    final Shapes.BP vocabularyAddsSeparator;
    final Shapes.VP adapterFree;
    final Shapes.PP contextMemory;
    final Shapes.IP contextTokens;
    final Shapes.IP contextBatch;
    final Shapes.IP contextUbatch;
    final Shapes.IP contextSequences;
    final Shapes.VPII setThreads;
    final Shapes.BPIII sequenceRemove;
    final Shapes.VPIIII sequenceCopy;
    final Shapes.IPI sequenceMin;
    final Shapes.IPI sequenceMax;
    final Shapes.PPI logits;
    final Shapes.LPI sequenceStateSize;
    final Shapes.LPPLI sequenceState;
    final Shapes.LPII sequencePartSize;
    final Shapes.LPPLII sequencePart;
    final Shapes.LPPLII sequencePartRestore;
    final Shapes.VPP samplerChainAdd;
    final Shapes.VPI samplerAccept;
    final Shapes.VP samplerReset;
    final Shapes.VP samplerFree;
    final Shapes.P samplerGreedy;
    final Shapes.PI samplerDist;
    final Shapes.PI samplerTopK;
    final Shapes.PFL samplerTopP;
    final Shapes.PFL samplerMinP;
    final Shapes.PFL samplerTypical;
    final Shapes.PF samplerTemperature;
    final Shapes.PFFLI samplerXtc;
    final Shapes.PF samplerTopNSigma;
    final Shapes.PIIFFI samplerMirostat;
    final Shapes.PIFF samplerMirostat2;
    final Shapes.PIIFFF samplerPenalties;
    final Shapes.PPFFIIPL samplerDry;
    final Shapes.PIIP samplerLogitBias;

    LlamaLibrary(Path dir) {
        ggml = new Functions(dir.resolve("libggml.so"));
        llama = new Functions(dir.resolve("libllama.so"));
        backendLoad = ggml.bind("ggml_backend_load", Shapes.PP.class);
        version = llama.bind("llama_version", Shapes.P.class);
        backendInit = llama.bind("llama_backend_init", Shapes.V.class);
        systemInformation = llama.bind("llama_print_system_info", Shapes.P.class);
        modelFree = llama.bind("llama_model_free", Shapes.VP.class);
        modelVocabulary = llama.bind("llama_model_get_vocab", Shapes.PP.class);
        modelDescription = llama.bind("llama_model_desc", Shapes.IPPL.class);
        modelFileType = llama.bind("llama_model_ftype", Shapes.IP.class);
        fileTypeName = llama.bind("llama_ftype_name", Shapes.PI.class);
        modelSize = llama.bind("llama_model_size", Shapes.LP.class);
        modelParameters = llama.bind("llama_model_n_params", Shapes.LP.class);
        modelTrainedContext = llama.bind("llama_model_n_ctx_train", Shapes.IP.class);
        modelEmbedding = llama.bind("llama_model_n_embd", Shapes.IP.class);
        modelLayers = llama.bind("llama_model_n_layer", Shapes.IP.class);
        modelWindow = llama.bind("llama_model_n_swa", Shapes.IP.class);
        modelIsRecurrent = llama.bind("llama_model_is_recurrent", Shapes.BP.class);
        modelIsHybrid = llama.bind("llama_model_is_hybrid", Shapes.BP.class);
        modelHasDecoder = llama.bind("llama_model_has_decoder", Shapes.BP.class);
        modelMetadata = llama.bind("llama_model_meta_val_str", Shapes.IPPPL.class);
        vocabularySize = llama.bind("llama_vocab_n_tokens", Shapes.IP.class);
        vocabularyBegin = llama.bind("llama_vocab_bos", Shapes.IP.class);
        vocabularyEnd = llama.bind("llama_vocab_eos", Shapes.IP.class);
        vocabularyAddsBegin = llama.bind("llama_vocab_get_add_bos", Shapes.BP.class);
        vocabularyEndsGeneration = llama.bind("llama_vocab_is_eog", Shapes.BPI.class);
        vocabularyIsControl = llama.bind("llama_vocab_is_control", Shapes.BPI.class);
        tokenToPiece = llama.bind("llama_token_to_piece", Shapes.IPIPIIB.class);
        modelVectorSize = llama.bind("llama_model_n_embd_out", Shapes.IP.class);
        modelScores = llama.bind("llama_model_n_cls_out", Shapes.IP.class);
        contextPooling = llama.bind("llama_pooling_type", Shapes.IP.class);
        vocabularySeparator = llama.bind("llama_vocab_sep", Shapes.IP.class);
        vocabularyAddsEnd = llama.bind("llama_vocab_get_add_eos", Shapes.BP.class);
        vocabularyAddsSeparator = llama.bind("llama_vocab_get_add_sep", Shapes.BP.class);
        adapterFree = llama.bind("llama_adapter_lora_free", Shapes.VP.class);
        contextMemory = llama.bind("llama_get_memory", Shapes.PP.class);
        contextTokens = llama.bind("llama_n_ctx", Shapes.IP.class);
        contextBatch = llama.bind("llama_n_batch", Shapes.IP.class);
        contextUbatch = llama.bind("llama_n_ubatch", Shapes.IP.class);
        contextSequences = llama.bind("llama_n_seq_max", Shapes.IP.class);
        setThreads = llama.bind("llama_set_n_threads", Shapes.VPII.class);
        sequenceRemove = llama.bind("llama_memory_seq_rm", Shapes.BPIII.class);
        sequenceCopy = llama.bind("llama_memory_seq_cp", Shapes.VPIIII.class);
        sequenceMin = llama.bind("llama_memory_seq_pos_min", Shapes.IPI.class);
        sequenceMax = llama.bind("llama_memory_seq_pos_max", Shapes.IPI.class);
        logits = llama.bind("llama_get_logits_ith", Shapes.PPI.class);
        sequenceStateSize = llama.bind("llama_state_seq_get_size", Shapes.LPI.class);
        sequenceState = llama.bind("llama_state_seq_get_data", Shapes.LPPLI.class);
        sequencePartSize = llama.bind("llama_state_seq_get_size_ext", Shapes.LPII.class);
        sequencePart = llama.bind("llama_state_seq_get_data_ext", Shapes.LPPLII.class);
        // It catches what it throws itself.
        sequencePartRestore = llama.bind("llama_state_seq_set_data_ext", Shapes.LPPLII.class);
        samplerChainAdd = llama.bind("llama_sampler_chain_add", Shapes.VPP.class);
        samplerAccept = llama.bind("llama_sampler_accept", Shapes.VPI.class);
        samplerReset = llama.bind("llama_sampler_reset", Shapes.VP.class);
        samplerFree = llama.bind("llama_sampler_free", Shapes.VP.class);
        samplerGreedy = llama.bind("llama_sampler_init_greedy", Shapes.P.class);
        samplerDist = llama.bind("llama_sampler_init_dist", Shapes.PI.class);
        samplerTopK = llama.bind("llama_sampler_init_top_k", Shapes.PI.class);
        samplerTopP = llama.bind("llama_sampler_init_top_p", Shapes.PFL.class);
        samplerMinP = llama.bind("llama_sampler_init_min_p", Shapes.PFL.class);
        samplerTypical = llama.bind("llama_sampler_init_typical", Shapes.PFL.class);
        samplerTemperature = llama.bind("llama_sampler_init_temp", Shapes.PF.class);
        samplerXtc = llama.bind("llama_sampler_init_xtc", Shapes.PFFLI.class);
        samplerTopNSigma = llama.bind("llama_sampler_init_top_n_sigma", Shapes.PF.class);
        samplerMirostat = llama.bind("llama_sampler_init_mirostat", Shapes.PIIFFI.class);
        samplerMirostat2 = llama.bind("llama_sampler_init_mirostat_v2", Shapes.PIFF.class);
        samplerPenalties = llama.bind("llama_sampler_init_penalties", Shapes.PIIFFF.class);
        samplerDry = llama.bind("llama_sampler_init_dry", Shapes.PPFFIIPL.class);
        samplerLogitBias = llama.bind("llama_sampler_init_logit_bias", Shapes.PIIP.class);
    }

    /// `llama_model_default_params` and its like: the struct by value, into `arena`.
    MemorySegment defaults(String function, StructLayout struct, Arena arena) {
        try {
            return (MemorySegment)
                    llama.bindStruct(function, struct).invokeExact((SegmentAllocator) arena);
        } catch (Throwable failure) {
            throw new AssertionError(function, failure);
        }
    }

    /// `llama_sampler_chain_init` takes its one-byte struct by value.
    MemorySegment newSamplerChain(MemorySegment parameters) {
        try {
            return (MemorySegment)
                    llama.bindWithStruct("llama_sampler_chain_init", Structs.SAMPLER_CHAIN)
                            .invokeExact(parameters);
        } catch (Throwable failure) {
            throw new AssertionError("llama_sampler_chain_init", failure);
        }
    }
}
