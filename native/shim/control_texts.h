// Keeps text of a person or a document from becoming a control token, without changing that text.
//
// Where a text that goes into a template holds the text of a control token, or could become part of one at
// its border, a mark is put in: a Unicode noncharacter that occurs nowhere in the conversation. The template
// runs as it always does. Its output is then cut at the marks and each piece is tokenized by itself, so that
// no token can reach over a mark; the marks are gone. A conversation without such texts, which is nearly every
// one, gets no mark, and so exactly the tokens of the reference.
#pragma once

#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "json.h"
#include "llama.h"

class control_texts {
  public:
    explicit control_texts(const llama_vocab * vocab);

    // A noncharacter that is not in `text`.
    static std::string unused_mark(const std::string & text);

    // The text with marks where they are needed: inside control texts, and at its borders.
    std::string marked(const std::string & text, const std::string & mark, bool borders = true) const;

    // The same for every text in a JSON value, keys too. The words of the format itself (`role`, `type`) are left
    // as they are: templates compare them, and build control tokens from roles.
    common_json marked(const common_json & value, const std::string & mark) const;

    // Tokens of a rendered prompt; the marks take no part.
    std::vector<llama_token> tokenize(const std::string & rendered, const std::string & mark) const;

  private:
    void mark_borders(const std::string & lower, std::set<size_t> & at) const;
    bool ends_like_one(const std::string & lower, size_t to) const;
    bool begins_like_one(const std::string & lower, size_t from) const;
    bool is_inside_one(const std::string & lower) const;
    std::vector<llama_token> tokens_of(const std::string & text, bool first) const;

    const llama_vocab * vocab;
    std::unordered_set<std::string> whole;     // texts of control tokens, lower case
    std::unordered_set<std::string> beginnings; // their proper prefixes
    std::unordered_set<std::string> endings;    // their proper suffixes
    std::set<size_t> lengths;
    std::set<unsigned char> first_bytes;
    size_t longest = 0;
};

// The text without its marks.
std::string without(const std::string & text, const std::string & mark);

// Throws where JSON is nested deeper than can be walked through.
void refuse_deep(const char * json, const char * what);
