// A grammar in llama.cpp's notation (GBNF), read and checked. Ours instead of llama.cpp's own, because the text comes
// from a person: theirs recurses as deep as the text nests, looks for left recursion in exponential time and misses
// some of it, turns large repetitions into endless ones, and prints the whole text to the log when it is wrong.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

// What a place in a rule demands.
struct gbnf_element {
    enum kind_type : uint32_t { END, RULE, CHARACTERS };
    kind_type kind;
    uint32_t value; // of a rule or of a set of characters
};

// Both ends belong to it.
using character_range = std::pair<uint32_t, uint32_t>;
using character_set = std::vector<character_range>; // sorted, disjoint

class gbnf {
  public:
    // Throws std::invalid_argument with the line and what is wrong there.
    explicit gbnf(const std::string & source);

    // All alternatives of all rules, one after the other, each closed by an END.
    std::vector<gbnf_element> elements;
    // Where the alternatives of a rule begin.
    std::vector<std::vector<uint32_t>> rules;
    std::vector<character_set> sets;
    uint32_t root = 0;

  private:
    void refuse_endless_recursion(const std::vector<std::string> & names) const;
    void drop_what_never_ends();
    std::vector<bool> rules_that(bool end_without_text) const;
};

bool contains(const character_set & set, uint32_t character);

// Fills in what a grammar says; the names of its rules.
std::vector<std::string> read_gbnf(const std::string & source, gbnf & out);
