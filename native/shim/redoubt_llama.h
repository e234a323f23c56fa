// The C interface of the shim: what llama.cpp has only in C++, or what must not let an exception out.
// Every function catches every exception. Where there is an error buffer, a failure leaves a sentence in
// it, cut to its size and always ended by a zero. Nothing here opens a socket, a pipe or a process.
#pragma once

#include <stdint.h>

#include "llama.h"

#define REDOUBT_API extern "C" __attribute__((visibility("default")))
#define REDOUBT_FAILED (-1000)

// The shim's own interface number, then the release of llama.cpp that it was compiled with: "1 0.5.0".
REDOUBT_API const char * redoubt_build(void);

// One line for each struct, "name size field:offset field:offset", as this compiler lays it out.
REDOUBT_API const char * redoubt_layouts(void);

// Sends warnings and errors of llama.cpp to stderr, the rest nowhere. Once per process.
REDOUBT_API void redoubt_log_to_stderr(void);

// For llama_context_params.abort_callback, with the address of an int as its data: stop when it is not 0.
REDOUBT_API bool redoubt_abort_when_set(void * flag);

REDOUBT_API llama_model * redoubt_model_load(const char * path, const llama_model_params * params, char * error, int32_t error_size);
// A context with threads of its own that wait between steps; without them ggml starts new ones for every graph.
// `beside`: a context whose threads it computes with, because both are used by one thread; or null.
REDOUBT_API llama_context * redoubt_context_new(llama_model * model, const llama_context_params * params, const llama_context * beside, char * error,
                                                int32_t error_size);
REDOUBT_API void redoubt_context_free(llama_context * context);

// llama_decode's result, or REDOUBT_FAILED.
REDOUBT_API int32_t redoubt_decode(llama_context * context, const llama_batch * batch, char * error, int32_t error_size);

// ---- choosing tokens ----------------------------------------------------------------------------

struct redoubt_texts;
struct redoubt_grammar;
struct redoubt_constraint;

// How likely the chosen token was, and the most likely ones: before, `count` is how many are wanted, at most 20; after,
// how many there are.
struct redoubt_chances {
    int32_t count;
    float logprob;
    int32_t tokens[20];
    float logprobs[20];
};

// Samples from the logits of a batch entry and accepts: a token, or REDOUBT_FAILED. Where the chain looks at no more than the
// `candidates` largest logits, only those are given to it; 0 gives it all. `constraint` and `chances` may be null.
REDOUBT_API int32_t redoubt_sample(llama_sampler * sampler, redoubt_constraint * constraint, llama_context * context, int32_t index,
                                   int32_t candidates, redoubt_chances * chances, char * error, int32_t error_size);

// The texts of a model's tokens, in the order that grammars need. May be used by several threads at once.
REDOUBT_API redoubt_texts * redoubt_texts_new(const llama_model * model, char * error, int32_t error_size);
REDOUBT_API void redoubt_texts_free(redoubt_texts * texts);

// A grammar in GBNF. May be used by several threads at once.
REDOUBT_API redoubt_grammar * redoubt_grammar_new(const char * source, char * error, int32_t error_size);
REDOUBT_API void redoubt_grammar_free(redoubt_grammar * grammar);

// How far one answer has come in a grammar. One thread at a time; keeps what it needs of the other two.
REDOUBT_API redoubt_constraint * redoubt_constraint_new(const redoubt_texts * texts, const redoubt_grammar * grammar, char * error, int32_t error_size);
REDOUBT_API void redoubt_constraint_free(redoubt_constraint * constraint);
// Tokens that did not pass at first.
REDOUBT_API int64_t redoubt_constraint_resampled(const redoubt_constraint * constraint);

// The number of tokens, written when it is at most `max`, or REDOUBT_FAILED.
REDOUBT_API int32_t redoubt_tokenize(const llama_vocab * vocab, const char * text, int32_t length, llama_token * out, int32_t max,
                                     bool add_special, bool parse_special, char * error, int32_t error_size);

// Bytes read, or 0.
REDOUBT_API int64_t redoubt_restore(llama_context * context, const uint8_t * state, int64_t size, llama_seq_id sequence, char * error, int32_t error_size);

// Bytes of a LoRA adapter's file become weights beside the model's; null with a sentence when llama.cpp refuses it.
REDOUBT_API llama_adapter_lora * redoubt_adapter_load(llama_model * model, const char * path, char * error, int32_t error_size);

// These adapters and no others from the next decode on: 0, or REDOUBT_FAILED.
REDOUBT_API int32_t redoubt_adapters_apply(llama_context * context, llama_adapter_lora ** adapters, float * scales, int32_t count, char * error,
                                           int32_t error_size);

// The pooled vector, or the scores, of a sequence of the last batch: `size` numbers. 0, or REDOUBT_FAILED.
REDOUBT_API int32_t redoubt_pooled(llama_context * context, llama_seq_id sequence, float * out, int32_t size, char * error, int32_t error_size);

// Bytes of weights, cache and compute buffers.
REDOUBT_API void redoubt_memory(const llama_context * context, int64_t out[3]);

// ---- conversations ------------------------------------------------------------------------------

struct redoubt_template;

// What a prompt is made from. `tools` may be null; `forms`, then the same tools with no more in their schemas than
// grammars can keep. `rules` are those of a grammar whose first is `json-answer`, which the answer must be, or null.
// `tool_choice` is 0 as the model likes, 1 none, 2 at least one. `arguments` is a JSON object of variables.
struct redoubt_request {
    const char * messages;
    const char * tools;
    const char * forms;
    const char * rules;
    const char * arguments;
    int32_t tool_choice;
    int32_t parallel;
};

// A prompt made from a conversation; freed by redoubt_prompt_free. `stops` is `stop_count` texts, each ended by a zero.
// `form` says how the answer is held to a form and read, for the functions below; `controls` are the control tokens that
// are a part of it. `has_grammar` and `reads` say whether there is something to hold or to read.
struct redoubt_prompt {
    char * text;
    int32_t * tokens;
    char * stops;
    char * form;
    int32_t * controls;
    int32_t text_length;
    int32_t token_count;
    int32_t stops_length;
    int32_t stop_count;
    int32_t form_length;
    int32_t control_count;
    int32_t has_grammar;
    int32_t reads;
};

// The template `override_source`, or the model's own, or the fallback when both are absent.
REDOUBT_API redoubt_template * redoubt_template_open(const llama_model * model, const char * override_source, char * error, int32_t error_size);
REDOUBT_API void redoubt_template_close(redoubt_template * self);

// 0 the model's, 1 the override, 2 the fallback.
REDOUBT_API int32_t redoubt_template_origin(const redoubt_template * self);
REDOUBT_API const char * redoubt_template_source(const redoubt_template * self);

// 0, or REDOUBT_FAILED. May be called by several threads at once.
REDOUBT_API int32_t redoubt_template_render(const redoubt_template * self, const redoubt_request * request, redoubt_prompt * out, char * error,
                                            int32_t error_size);
REDOUBT_API void redoubt_prompt_free(redoubt_prompt * prompt);

// The grammar of a form.
REDOUBT_API redoubt_grammar * redoubt_grammar_of_form(const char * form, char * error, int32_t error_size);

// ---- answers ------------------------------------------------------------------------------------

struct redoubt_reader;

// Reads answers of a form. One thread at a time.
REDOUBT_API redoubt_reader * redoubt_reader_new(const char * form, const char * id_prefix, char * error, int32_t error_size);
REDOUBT_API void redoubt_reader_free(redoubt_reader * reader);

// Reads all that was answered so far, and gives what is new since the last time: blocks of 5 numbers (kind: 0 text,
// 1 reasoning, 2 call of a tool; index of the call; bytes of its id, of its name, of the text), each followed by those
// bytes. The length, or REDOUBT_FAILED where the answer makes no sense so far. `out` lives until the next call.
REDOUBT_API int32_t redoubt_reader_read(redoubt_reader * reader, const char * text, int32_t length, bool ended, const char ** out, char * error,
                                        int32_t error_size);
