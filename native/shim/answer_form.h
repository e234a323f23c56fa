// How an answer to a conversation is held to a form and read again: what llama.cpp knows of the model's template, with
// the grammar of a JSON answer put in its place.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "chat.h"
#include "llama.h"
#include "redoubt_llama.h"

struct answer_form {
    std::string grammar;
    bool waits = false;
    std::vector<std::string> words;
    std::vector<std::string> patterns;
    std::string thinking_start;
    std::vector<std::string> thinking_ends;
    std::map<llama_token, std::string> controls;
    // For reading.
    bool has_tools = false;
    bool thinks = false;
    bool wrapped = false;
    int format = 0;
    std::string parser;
    std::string written; // by the template, of the answer

    // `offered`: there are tools.
    static answer_form of(const common_chat_params & params, const llama_vocab * vocab, bool offered, const redoubt_request * request);
    // Rules of a grammar alone; null for none.
    static answer_form of_rules(const char * rules);
    static answer_form from_json(const char * json);
    std::string to_json() const;
    // Whether there is more in an answer than text.
    bool reads() const { return has_tools || thinks || wrapped; }

    // Stands where the form of a JSON answer goes.
    static std::string placeholder_schema();
};
