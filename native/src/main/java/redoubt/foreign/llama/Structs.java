package redoubt.foreign.llama;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.ArrayList;
import java.util.List;

/// The structs of `llama.h` and of the shim that cross the border, field by field. They are
/// compared with what the C++ compiler says ([ShimLibrary#layouts]) whenever the libraries are
/// opened.
final class Structs {
    static final StructLayout MODEL =
            struct(
                    "llama_model_params",
                    ADDRESS.withName("devices"),
                    ADDRESS.withName("tensor_buft_overrides"),
                    JAVA_INT.withName("n_gpu_layers"),
                    JAVA_INT.withName("split_mode"),
                    JAVA_INT.withName("load_mode"),
                    JAVA_INT.withName("lazy_mode"),
                    JAVA_INT.withName("main_gpu"),
                    ADDRESS.withName("tensor_split"),
                    ADDRESS.withName("progress_callback"),
                    ADDRESS.withName("progress_callback_user_data"),
                    ADDRESS.withName("kv_overrides"),
                    JAVA_BOOLEAN.withName("vocab_only"),
                    JAVA_BOOLEAN.withName("check_tensors"),
                    JAVA_BOOLEAN.withName("use_extra_bufts"),
                    JAVA_BOOLEAN.withName("no_host"),
                    JAVA_BOOLEAN.withName("no_alloc"),
                    JAVA_BOOLEAN.withName("load_mtp"));

    static final StructLayout CONTEXT =
            struct(
                    "llama_context_params",
                    JAVA_INT.withName("n_ctx"),
                    JAVA_INT.withName("n_batch"),
                    JAVA_INT.withName("n_ubatch"),
                    JAVA_INT.withName("n_seq_max"),
                    JAVA_INT.withName("n_rs_seq"),
                    JAVA_INT.withName("n_outputs_max"),
                    JAVA_INT.withName("n_outputs_max_per_seq"),
                    JAVA_INT.withName("n_threads"),
                    JAVA_INT.withName("n_threads_batch"),
                    JAVA_INT.withName("ctx_type"),
                    JAVA_INT.withName("rope_scaling_type"),
                    JAVA_INT.withName("pooling_type"),
                    JAVA_INT.withName("attention_type"),
                    JAVA_INT.withName("flash_attn_type"),
                    JAVA_FLOAT.withName("rope_freq_base"),
                    JAVA_FLOAT.withName("rope_freq_scale"),
                    JAVA_FLOAT.withName("yarn_ext_factor"),
                    JAVA_FLOAT.withName("yarn_attn_factor"),
                    JAVA_FLOAT.withName("yarn_beta_fast"),
                    JAVA_FLOAT.withName("yarn_beta_slow"),
                    JAVA_INT.withName("yarn_orig_ctx"),
                    JAVA_FLOAT.withName("defrag_thold"),
                    ADDRESS.withName("cb_eval"),
                    ADDRESS.withName("cb_eval_user_data"),
                    JAVA_INT.withName("type_k"),
                    JAVA_INT.withName("type_v"),
                    ADDRESS.withName("abort_callback"),
                    ADDRESS.withName("abort_callback_data"),
                    JAVA_BOOLEAN.withName("embeddings"),
                    JAVA_BOOLEAN.withName("offload_kqv"),
                    JAVA_BOOLEAN.withName("no_perf"),
                    JAVA_BOOLEAN.withName("op_offload"),
                    JAVA_BOOLEAN.withName("swa_full"),
                    JAVA_BOOLEAN.withName("kv_unified"),
                    ADDRESS.withName("samplers"),
                    JAVA_LONG.withName("n_samplers"),
                    ADDRESS.withName("ctx_other"));

    static final StructLayout BATCH =
            struct(
                    "llama_batch",
                    JAVA_INT.withName("n_tokens"),
                    ADDRESS.withName("token"),
                    ADDRESS.withName("embd"),
                    ADDRESS.withName("pos"),
                    ADDRESS.withName("n_seq_id"),
                    ADDRESS.withName("seq_id"),
                    ADDRESS.withName("logits"));

    static final StructLayout SAMPLER_CHAIN =
            struct("llama_sampler_chain_params", JAVA_BOOLEAN.withName("no_perf"));

    static final StructLayout LOGIT_BIAS =
            struct("llama_logit_bias", JAVA_INT.withName("token"), JAVA_FLOAT.withName("bias"));

    static final StructLayout CHANCES =
            struct(
                    "redoubt_chances",
                    JAVA_INT.withName("count"),
                    JAVA_FLOAT.withName("logprob"),
                    MemoryLayout.sequenceLayout(20, JAVA_INT).withName("tokens"),
                    MemoryLayout.sequenceLayout(20, JAVA_FLOAT).withName("logprobs"));

    static final StructLayout REQUEST =
            struct(
                    "redoubt_request",
                    ADDRESS.withName("messages"),
                    ADDRESS.withName("tools"),
                    ADDRESS.withName("forms"),
                    ADDRESS.withName("rules"),
                    ADDRESS.withName("arguments"),
                    JAVA_INT.withName("tool_choice"),
                    JAVA_INT.withName("parallel"));

    static final StructLayout PROMPT =
            struct(
                    "redoubt_prompt",
                    ADDRESS.withName("text"),
                    ADDRESS.withName("tokens"),
                    ADDRESS.withName("stops"),
                    ADDRESS.withName("form"),
                    ADDRESS.withName("controls"),
                    JAVA_INT.withName("text_length"),
                    JAVA_INT.withName("token_count"),
                    JAVA_INT.withName("stops_length"),
                    JAVA_INT.withName("stop_count"),
                    JAVA_INT.withName("form_length"),
                    JAVA_INT.withName("control_count"),
                    JAVA_INT.withName("has_grammar"),
                    JAVA_INT.withName("reads"));

    private static final List<StructLayout> ALL =
            List.of(MODEL, CONTEXT, BATCH, SAMPLER_CHAIN, LOGIT_BIAS, CHANCES, REQUEST, PROMPT);

    private Structs() {}

    /// All layouts in the words of [ShimLibrary#layouts]: a line each, `name size field:offset …`.
    static String describe() {
        StringBuilder lines = new StringBuilder();
        for (StructLayout struct : ALL) {
            lines.append(lines.isEmpty() ? "" : "\n").append(struct.name().orElseThrow());
            lines.append(' ').append(struct.byteSize());
            for (MemoryLayout member : struct.memberLayouts()) {
                member.name()
                        .ifPresent(field ->
                                lines.append(' ')
                                        .append(field)
                                        .append(':')
                                        .append(offset(struct, field)));
            }
        }
        return lines.toString();
    }

    static void set(MemorySegment at, StructLayout struct, String field, int value) {
        at.set(JAVA_INT, offset(struct, field), value);
    }

    static void set(MemorySegment at, StructLayout struct, String field, boolean value) {
        at.set(JAVA_BOOLEAN, offset(struct, field), value);
    }

    static void set(MemorySegment at, StructLayout struct, String field, MemorySegment value) {
        at.set(ADDRESS, offset(struct, field), value);
    }

    static int intAt(MemorySegment at, StructLayout struct, String field) {
        return at.get(JAVA_INT, offset(struct, field));
    }

    static MemorySegment addressAt(MemorySegment at, StructLayout struct, String field) {
        return at.get(ADDRESS, offset(struct, field));
    }

    static long offset(StructLayout struct, String field) {
        return struct.byteOffset(PathElement.groupElement(field));
    }

    /// Lays fields out as C does: each at a multiple of its alignment, the whole a multiple of the
    /// largest.
    private static StructLayout struct(String name, MemoryLayout... fields) {
        List<MemoryLayout> members = new ArrayList<>();
        long at = 0;
        long largest = 1;
        for (MemoryLayout field : fields) {
            long alignment = field.byteAlignment();
            long gap = (alignment - at % alignment) % alignment;
            if (gap > 0) {
                members.add(MemoryLayout.paddingLayout(gap));
            }
            members.add(field);
            at += gap + field.byteSize();
            largest = Math.max(largest, alignment);
        }
        long tail = (largest - at % largest) % largest;
        if (tail > 0) {
            members.add(MemoryLayout.paddingLayout(tail));
        }
        return MemoryLayout.structLayout(members.toArray(MemoryLayout[]::new)).withName(name);
    }
}
