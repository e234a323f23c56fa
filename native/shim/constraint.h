// What one answer must look like: a grammar, from the start or from where a call of a tool begins, and how far the
// answer has come. Sampling asks it about single tokens first and about the whole vocabulary only when one did not pass.
#pragma once

#include <map>
#include <memory>
#include <regex>
#include <string>
#include <vector>

#include "gbnf.h"
#include "llama.h"
#include "matcher.h"
#include "redoubt_llama.h"

// Made once for a request, then never changed.
struct redoubt_grammar {
    std::shared_ptr<const gbnf> rules;
    // Waits for one of these before anything is demanded; without them, it holds from the start.
    bool waits = false;
    std::vector<std::string> words;
    std::vector<std::regex> patterns;
    std::vector<bool> from_start; // by pattern: it speaks of the whole answer
    // What a model thinks triggers nothing.
    std::string thinking_start;
    std::vector<std::string> thinking_ends;
    // What the template wrote of the answer already.
    std::string written;
    // Control tokens that are part of the form, with their texts.
    std::map<llama_token, std::string> controls;
};

struct redoubt_constraint {
    redoubt_constraint(std::shared_ptr<const token_texts> texts, std::shared_ptr<const redoubt_grammar> grammar);

    // To be called once for each token that is chosen, before anything is asked.
    void begin_token();
    bool allows(llama_token token);
    void accept(llama_token token);

    // Puts the tokens that may follow into `out`; false where only trying tells.
    bool candidates(const float * logits, std::vector<llama_token_data> & out);

    int64_t resampled = 0;

  private:
    const std::string & text_of(llama_token token) const;
    size_t trigger(const std::string & text, size_t old_size) const;
    size_t after_thinking(const std::string & text) const;
    matcher::place place_after(llama_token token);

    std::shared_ptr<const token_texts> texts;
    std::shared_ptr<const redoubt_grammar> grammar;
    matcher follows;
    matcher::place at;
    bool waiting;
    std::string seen; // while waiting
};
