// Follows a text through a grammar, byte by byte, and says which tokens of a vocabulary may come next. Works on sets of
// stacks, as llama.cpp does, but shares what stacks have in common, remembers each step that was made, and counts the
// work: what would take too long or too much memory ends in an exception instead of holding up other people's answers.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

#include "gbnf.h"
#include "llama.h"

// The texts of a model's tokens, sorted, so that tokens that begin alike are looked at together. Shared, never changed.
class token_texts {
  public:
    explicit token_texts(const llama_vocab * vocab);

    const llama_vocab * vocab;
    std::vector<std::string> text;  // by token; empty for control tokens and those without text
    std::vector<llama_token> order; // tokens with a text, sorted by it
    std::vector<uint32_t> shared;   // bytes that each in that order begins with like the one before
    std::vector<bool> ends;         // by token: ends an answer
};

struct too_costly : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class matcher {
  public:
    // A place in the grammar: a set of stacks, and the bytes of a character that is not whole yet.
    struct place {
        uint32_t state = 0;
        uint32_t character = 0;
        uint32_t missing = 0;
        bool dead() const { return state == 0; }
    };

    explicit matcher(std::shared_ptr<const gbnf> grammar);

    place start() const { return begin; }
    // Dead when the grammar has no such text.
    place after(place at, const char * bytes, size_t count);
    bool may_end(place at) const { return at.missing == 0 && complete[at.state]; }
    // For each token of `texts.order`, whether it may follow; remembered for the places that were asked for last.
    const std::vector<bool> & allowed(place at, const token_texts & texts);

    // Work that may be done until the next call of this; what was saved is kept, up to a limit.
    void refill();
    // Makes room by forgetting steps that lead nowhere any more. To be called between tokens.
    void tidy(place & at);

  private:
    struct node {
        uint32_t element;
        uint32_t below; // 0 is the bottom
    };
    using state = std::vector<uint32_t>; // sorted nodes; node 0 stands for the end of the grammar

    void spend(int64_t work);
    uint32_t node_of(uint32_t element, uint32_t below);
    void expand(uint32_t element, uint32_t below, state & into);
    uint32_t state_of(state && nodes);
    uint32_t follow(uint32_t from, uint32_t character);
    uint32_t step(uint32_t from, uint32_t character);
    bool may_become(place at);
    void forget();

    std::shared_ptr<const gbnf> grammar;
    int64_t work;
    place begin;
    std::vector<node> nodes;
    std::unordered_map<uint64_t, uint32_t> node_numbers;
    std::vector<uint32_t> visited; // by node: the expansion that saw it last
    uint32_t expansion = 0;
    std::vector<state> states; // 0 is the empty one, from which nothing follows
    std::vector<bool> complete;
    std::map<state, uint32_t> state_numbers;
    std::vector<std::vector<uint32_t>> plain_steps; // by state, for the characters of ASCII
    std::unordered_map<uint64_t, uint32_t> other_steps;
    std::map<uint64_t, std::vector<bool>> masks;
    size_t state_nodes = 0;
};
