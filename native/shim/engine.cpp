// Loading, decoding, sampling: thin guards over llama.h, and the facts that Java checks at start.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <sstream>
#include <vector>

#include "guard.h"
#include "log.h"
#include "redoubt_llama.h"
#include "workers.h"
#include "../src/llama-ext.h"

// Errors that llama.cpp logs while this thread is inside a guarded call, so that a failure can say why.
static thread_local std::string * collected = nullptr;

static void log_to_stderr(ggml_log_level level, const char * text, void *) {
    static std::atomic<int> last{GGML_LOG_LEVEL_INFO};
    if (level == GGML_LOG_LEVEL_CONT) {
        level = (ggml_log_level) last.load();
    } else {
        last = level;
    }
    if (level != GGML_LOG_LEVEL_WARN && level != GGML_LOG_LEVEL_ERROR) {
        return;
    }
    if (level == GGML_LOG_LEVEL_ERROR && collected != nullptr && collected->size() < 4096) {
        *collected += text;
    }
    std::fputs(text, stderr);
}

struct collecting {
    std::string text;
    collecting() { collected = &text; }
    ~collecting() { collected = nullptr; }
    // The lines as one, without the line ends.
    std::string sentence(const char * otherwise) const {
        std::string flat;
        for (char c : text) {
            flat += c == '\n' ? ' ' : c;
        }
        while (!flat.empty() && flat.back() == ' ') {
            flat.pop_back();
        }
        return flat.empty() ? otherwise : flat;
    }
};

const char * redoubt_build(void) { return "1 " REDOUBT_LLAMA_RELEASE; }

void redoubt_log_to_stderr(void) {
    llama_log_set(log_to_stderr, nullptr);
    // common/ logs through a worker thread of its own, and some of it to stdout: not here.
    common_log_pause(common_log_main());
}

bool redoubt_abort_when_set(void * flag) { return __atomic_load_n((const int *) flag, __ATOMIC_ACQUIRE) != 0; }

llama_model * redoubt_model_load(const char * path, const llama_model_params * params, char * error, int32_t error_size) {
    return guarded<llama_model *>(nullptr, error, error_size, [&] {
        collecting log;
        llama_model * model = llama_model_load_from_file(path, *params);
        if (model == nullptr) {
            put_error(error, error_size, log.sentence("llama.cpp did not say why.").c_str());
        }
        return model;
    });
}

// The threads of each context, which must outlive it.
static std::mutex threads_mutex;
static std::map<const llama_context *, std::shared_ptr<workers>> threads_of;

static std::shared_ptr<workers> threads_for(const llama_context * context) {
    const std::lock_guard<std::mutex> lock(threads_mutex);
    const auto found = threads_of.find(context);
    return found == threads_of.end() ? std::make_shared<workers>() : found->second;
}

void redoubt_context_free(llama_context * context) {
    const std::shared_ptr<workers> outlive = threads_for(context);
    {
        const std::lock_guard<std::mutex> lock(threads_mutex);
        threads_of.erase(context);
    }
    llama_free(context);
}

llama_context * redoubt_context_new(llama_model * model, const llama_context_params * params, const llama_context * beside, char * error,
                                    int32_t error_size) {
    return guarded<llama_context *>(nullptr, error, error_size, [&] {
        collecting log;
        llama_context * context = llama_init_from_model(model, *params);
        if (context == nullptr) {
            put_error(error, error_size, log.sentence("llama.cpp did not say why.").c_str());
        } else {
            std::shared_ptr<workers> threads = threads_for(beside);
            const std::lock_guard<std::mutex> lock(threads_mutex);
            threads_of[context] = threads;
        }
        return context;
    });
}

int32_t redoubt_decode(llama_context * context, const llama_batch * batch, char * error, int32_t error_size) {
    return guarded<int32_t>(REDOUBT_FAILED, error, error_size, [&] {
        collecting log;
        workers::pool * pool = threads_for(context)->of(std::max(llama_n_threads(context), llama_n_threads_batch(context)));
        if (pool != nullptr) {
            llama_attach_threadpool(context, pool->threads, nullptr);
        }
        const at_core here(pool == nullptr ? -1 : pool->caller);
        const int32_t result = llama_decode(context, *batch);
        if (result < 0) {
            put_error(error, error_size, log.sentence("llama.cpp did not say why.").c_str());
        }
        return result;
    });
}

int32_t redoubt_tokenize(const llama_vocab * vocab, const char * text, int32_t length, llama_token * out, int32_t max, bool add_special,
                         bool parse_special, char * error, int32_t error_size) {
    return guarded<int32_t>(REDOUBT_FAILED, error, error_size, [&]() -> int32_t {
        const int32_t count = llama_tokenize(vocab, text, length, out, max, add_special, parse_special);
        if (count == INT32_MIN) {
            put_error(error, error_size, "the text has more tokens than can be counted");
            return REDOUBT_FAILED;
        }
        return count < 0 ? -count : count;
    });
}

int64_t redoubt_restore(llama_context * context, const uint8_t * state, int64_t size, llama_seq_id sequence, char * error, int32_t error_size) {
    return guarded<int64_t>(0, error, error_size, [&] {
        collecting log;
        const int64_t read = llama_state_seq_set_data_ext(context, state, size, sequence, LLAMA_STATE_SEQ_FLAGS_NONE);
        if (read == 0) {
            put_error(error, error_size, log.sentence("llama.cpp did not say why.").c_str());
        }
        return read;
    });
}

llama_adapter_lora * redoubt_adapter_load(llama_model * model, const char * path, char * error, int32_t error_size) {
    return guarded<llama_adapter_lora *>(nullptr, error, error_size, [&] {
        collecting log;
        llama_adapter_lora * adapter = llama_adapter_lora_init(model, path);
        if (adapter == nullptr) {
            put_error(error, error_size, log.sentence("llama.cpp did not say why.").c_str());
        }
        return adapter;
    });
}

int32_t redoubt_adapters_apply(llama_context * context, llama_adapter_lora ** adapters, float * scales, int32_t count, char * error,
                               int32_t error_size) {
    return guarded<int32_t>(REDOUBT_FAILED, error, error_size, [&]() -> int32_t {
        const int32_t result = llama_set_adapters_lora(context, adapters, (size_t) count, scales);
        if (result != 0) {
            put_error(error, error_size, "llama.cpp did not say why.");
            return REDOUBT_FAILED;
        }
        return 0;
    });
}

int32_t redoubt_pooled(llama_context * context, llama_seq_id sequence, float * out, int32_t size, char * error, int32_t error_size) {
    return guarded<int32_t>(REDOUBT_FAILED, error, error_size, [&]() -> int32_t {
        // The copies out of the graph may still be under way, and asking for one sequence does not wait for them.
        llama_synchronize(context);
        const float * pooled = llama_get_embeddings_seq(context, sequence);
        if (pooled == nullptr) {
            put_error(error, error_size, "the last batch had no such sequence");
            return REDOUBT_FAILED;
        }
        std::copy(pooled, pooled + size, out);
        return 0;
    });
}

void redoubt_memory(const llama_context * context, int64_t out[3]) {
    guarded<int>(0, nullptr, 0, [&] {
        out[0] = out[1] = out[2] = 0;
        for (const auto & entry : llama_get_memory_breakdown(context)) {
            out[0] += (int64_t) entry.second.model;
            out[1] += (int64_t) entry.second.context;
            out[2] += (int64_t) entry.second.compute;
        }
        return 0;
    });
}
