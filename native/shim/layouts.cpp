// Struct layouts as the C++ compiler has them, for the check that Java makes of its own.
#include <cstddef>
#include <string>

#include "redoubt_llama.h"

#define BEGIN(type) out += std::string(out.empty() ? "" : "\n") + #type + " " + std::to_string(sizeof(type));
#define FIELD(type, name) out += std::string(" " #name ":") + std::to_string(offsetof(type, name));

static std::string describe() {
    std::string out;
    BEGIN(llama_model_params)
    FIELD(llama_model_params, devices) FIELD(llama_model_params, tensor_buft_overrides) FIELD(llama_model_params, n_gpu_layers)
    FIELD(llama_model_params, split_mode) FIELD(llama_model_params, load_mode) FIELD(llama_model_params, lazy_mode)
    FIELD(llama_model_params, main_gpu) FIELD(llama_model_params, tensor_split) FIELD(llama_model_params, progress_callback)
    FIELD(llama_model_params, progress_callback_user_data) FIELD(llama_model_params, kv_overrides) FIELD(llama_model_params, vocab_only)
    FIELD(llama_model_params, check_tensors) FIELD(llama_model_params, use_extra_bufts) FIELD(llama_model_params, no_host)
    FIELD(llama_model_params, no_alloc) FIELD(llama_model_params, load_mtp)
    BEGIN(llama_context_params)
    FIELD(llama_context_params, n_ctx) FIELD(llama_context_params, n_batch) FIELD(llama_context_params, n_ubatch)
    FIELD(llama_context_params, n_seq_max) FIELD(llama_context_params, n_rs_seq) FIELD(llama_context_params, n_outputs_max)
    FIELD(llama_context_params, n_outputs_max_per_seq) FIELD(llama_context_params, n_threads)
    FIELD(llama_context_params, n_threads_batch) FIELD(llama_context_params, ctx_type)
    FIELD(llama_context_params, rope_scaling_type) FIELD(llama_context_params, pooling_type)
    FIELD(llama_context_params, attention_type) FIELD(llama_context_params, flash_attn_type)
    FIELD(llama_context_params, rope_freq_base) FIELD(llama_context_params, rope_freq_scale)
    FIELD(llama_context_params, yarn_ext_factor) FIELD(llama_context_params, yarn_attn_factor)
    FIELD(llama_context_params, yarn_beta_fast) FIELD(llama_context_params, yarn_beta_slow)
    FIELD(llama_context_params, yarn_orig_ctx) FIELD(llama_context_params, defrag_thold) FIELD(llama_context_params, cb_eval)
    FIELD(llama_context_params, cb_eval_user_data) FIELD(llama_context_params, type_k) FIELD(llama_context_params, type_v)
    FIELD(llama_context_params, abort_callback) FIELD(llama_context_params, abort_callback_data)
    FIELD(llama_context_params, embeddings) FIELD(llama_context_params, offload_kqv) FIELD(llama_context_params, no_perf)
    FIELD(llama_context_params, op_offload) FIELD(llama_context_params, swa_full) FIELD(llama_context_params, kv_unified)
    FIELD(llama_context_params, samplers) FIELD(llama_context_params, n_samplers) FIELD(llama_context_params, ctx_other)
    BEGIN(llama_batch)
    FIELD(llama_batch, n_tokens) FIELD(llama_batch, token) FIELD(llama_batch, embd) FIELD(llama_batch, pos)
    FIELD(llama_batch, n_seq_id) FIELD(llama_batch, seq_id) FIELD(llama_batch, logits)
    BEGIN(llama_sampler_chain_params)
    FIELD(llama_sampler_chain_params, no_perf)
    BEGIN(llama_logit_bias)
    FIELD(llama_logit_bias, token) FIELD(llama_logit_bias, bias)
    BEGIN(redoubt_chances)
    FIELD(redoubt_chances, count) FIELD(redoubt_chances, logprob) FIELD(redoubt_chances, tokens) FIELD(redoubt_chances, logprobs)
    BEGIN(redoubt_request)
    FIELD(redoubt_request, messages) FIELD(redoubt_request, tools) FIELD(redoubt_request, forms) FIELD(redoubt_request, rules)
    FIELD(redoubt_request, arguments) FIELD(redoubt_request, tool_choice) FIELD(redoubt_request, parallel)
    BEGIN(redoubt_prompt)
    FIELD(redoubt_prompt, text) FIELD(redoubt_prompt, tokens) FIELD(redoubt_prompt, stops) FIELD(redoubt_prompt, form)
    FIELD(redoubt_prompt, controls) FIELD(redoubt_prompt, text_length) FIELD(redoubt_prompt, token_count) FIELD(redoubt_prompt, stops_length)
    FIELD(redoubt_prompt, stop_count) FIELD(redoubt_prompt, form_length) FIELD(redoubt_prompt, control_count)
    FIELD(redoubt_prompt, has_grammar) FIELD(redoubt_prompt, reads)
    return out;
}

const char * redoubt_layouts(void) {
    static const std::string layouts = describe();
    return layouts.c_str();
}
