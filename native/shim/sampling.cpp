// Choosing a token: the chain of samplers over the largest logits, the form of the answer, and how likely the token was.
#include <algorithm>
#include <cmath>
#include <vector>

#include "constraint.h"
#include "guard.h"
#include "redoubt_llama.h"

// The largest of a block of logits, in lanes that the compiler turns into vector instructions. A NaN never wins.
static constexpr int32_t block_size = 256;

static float largest_of_block(const float * logits) {
    constexpr int32_t lanes = 16;
    float best[lanes];
    for (int32_t lane = 0; lane < lanes; lane++) {
        best[lane] = logits[lane] > -INFINITY ? logits[lane] : -INFINITY;
    }
    for (int32_t i = lanes; i < block_size; i += lanes) {
        for (int32_t lane = 0; lane < lanes; lane++) {
            best[lane] = logits[i + lane] > best[lane] ? logits[i + lane] : best[lane];
        }
    }
    return *std::max_element(best, best + lanes);
}

// The largest logits, by a heap whose top is the smallest of them. A vocabulary may have 262,144 tokens: copying all of them
// into candidates costs about a tenth of a small model's decode step, and looking at each of them alone a fiftieth.
static void largest(const float * logits, int32_t size, int32_t count, std::vector<llama_token_data> & out) {
    const auto above = [](const llama_token_data & a, const llama_token_data & b) { return a.logit > b.logit; };
    out.clear();
    float least = -INFINITY;
    const auto look_at = [&](llama_token token) {
        if ((int32_t) out.size() < count) {
            if (!(logits[token] > -INFINITY)) {
                return;
            }
            out.push_back({token, logits[token], 0.0f});
            std::push_heap(out.begin(), out.end(), above);
        } else if (logits[token] > least) {
            std::pop_heap(out.begin(), out.end(), above);
            out.back() = {token, logits[token], 0.0f};
            std::push_heap(out.begin(), out.end(), above);
        } else {
            return;
        }
        least = (int32_t) out.size() < count ? -INFINITY : out.front().logit;
    };
    llama_token token = 0;
    for (; token + block_size <= size; token += block_size) {
        if (largest_of_block(logits + token) > least) {
            for (llama_token inside = token; inside < token + block_size; inside++) {
                look_at(inside);
            }
        }
    }
    for (; token < size; token++) {
        look_at(token);
    }
    // In the order of the vocabulary, as the chain would see them among all.
    std::sort(out.begin(), out.end(), [](const llama_token_data & a, const llama_token_data & b) { return a.id < b.id; });
}

static void all_of(const float * logits, int32_t size, std::vector<llama_token_data> & out) {
    out.resize((size_t) size);
    for (llama_token token = 0; token < size; token++) {
        out[(size_t) token] = {token, logits[token], 0.0f};
    }
}

static llama_token choose_among(llama_sampler * sampler, std::vector<llama_token_data> & candidates) {
    if (candidates.empty()) {
        throw std::runtime_error("none of the model's outputs is a number: its weights may be damaged");
    }
    llama_token_data_array array = {candidates.data(), candidates.size(), -1, false};
    llama_sampler_apply(sampler, &array);
    if (array.selected < 0 || (size_t) array.selected >= array.size) {
        throw std::runtime_error("the sampler chose nothing");
    }
    return array.data[array.selected].id;
}

// Keeps the largest, in the order of the vocabulary.
static void keep_largest(std::vector<llama_token_data> & candidates, int32_t count) {
    if (count <= 0 || candidates.size() <= (size_t) count) {
        return;
    }
    std::nth_element(candidates.begin(), candidates.begin() + count, candidates.end(),
                     [](const llama_token_data & a, const llama_token_data & b) { return a.logit != b.logit ? a.logit > b.logit : a.id < b.id; });
    candidates.resize((size_t) count);
    std::sort(candidates.begin(), candidates.end(), [](const llama_token_data & a, const llama_token_data & b) { return a.id < b.id; });
}

// The token that was chosen first does not pass: among those that do, by the same chain.
static llama_token choose_again(llama_sampler * sampler, redoubt_constraint * constraint, const float * logits, int32_t size, int32_t count,
                                llama_token refused, std::vector<llama_token_data> & candidates) {
    if (constraint->candidates(logits, candidates)) {
        keep_largest(candidates, count);
        return choose_among(sampler, candidates);
    }
    // Only a token that completes the beginning of a call, and then says what no call says, can be refused here.
    std::vector<llama_token> without = {refused};
    constexpr size_t tries = 64;
    while (without.size() < tries) {
        all_of(logits, size, candidates);
        candidates.erase(std::remove_if(candidates.begin(), candidates.end(),
                                        [&](const llama_token_data & one) {
                                            return std::find(without.begin(), without.end(), one.id) != without.end();
                                        }),
                         candidates.end());
        keep_largest(candidates, count);
        const llama_token token = choose_among(sampler, candidates);
        if (constraint->allows(token)) {
            return token;
        }
        without.push_back(token);
    }
    throw std::runtime_error("the model begins a call of a tool again and again in a way that its template does not know");
}

// Natural logarithms of probabilities over the whole vocabulary, before any sampling.
static void tell_chances(const float * logits, int32_t size, llama_token token, redoubt_chances * out) {
    double highest = -INFINITY;
    for (int32_t i = 0; i < size; i++) {
        highest = logits[i] > highest ? (double) logits[i] : highest;
    }
    double sum = 0;
    for (int32_t i = 0; i < size; i++) {
        sum += logits[i] > -INFINITY ? std::exp((double) logits[i] - highest) : 0;
    }
    const double whole = highest + std::log(sum);
    out->logprob = (float) ((double) logits[token] - whole);
    std::vector<llama_token_data> top;
    if (out->count > 0) {
        largest(logits, size, std::min(out->count, size), top);
        std::sort(top.begin(), top.end(), [](const llama_token_data & a, const llama_token_data & b) { return a.logit != b.logit ? a.logit > b.logit : a.id < b.id; });
    }
    out->count = (int32_t) top.size();
    for (size_t i = 0; i < top.size(); i++) {
        out->tokens[i] = top[i].id;
        out->logprobs[i] = (float) ((double) top[i].logit - whole);
    }
}

int32_t redoubt_sample(llama_sampler * sampler, redoubt_constraint * constraint, llama_context * context, int32_t index, int32_t candidates,
                       redoubt_chances * chances, char * error, int32_t error_size) {
    return guarded<int32_t>(REDOUBT_FAILED, error, error_size, [&]() -> int32_t {
        const float * logits = llama_get_logits_ith(context, index);
        if (logits == nullptr) {
            put_error(error, error_size, "this entry of the last batch has no logits");
            return REDOUBT_FAILED;
        }
        const int32_t size = llama_vocab_n_tokens(llama_model_get_vocab(llama_get_model(context)));
        static thread_local std::vector<llama_token_data> kept;
        if (candidates <= 0 || candidates >= size) {
            all_of(logits, size, kept);
        } else {
            largest(logits, size, candidates, kept);
        }
        llama_token token = choose_among(sampler, kept);
        if (constraint != nullptr) {
            constraint->begin_token();
            if (!constraint->allows(token)) {
                token = choose_again(sampler, constraint, logits, size, candidates, token, kept);
                constraint->resampled++;
            }
            // Only now, when nothing can go wrong any more, does anything remember it.
            constraint->accept(token);
        }
        llama_sampler_accept(sampler, token);
        if (chances != nullptr) {
            tell_chances(logits, size, token, chances);
        }
        return token;
    });
}
