#include "answer_form.h"

#include <algorithm>
#include <stdexcept>

#include "common.h"
#include "constraint.h"
#include "control_texts.h"
#include "guard.h"

static const char * placeholder = "redoubt-form-of-the-answer";

std::string answer_form::placeholder_schema() { return common_json{{"const", placeholder}}.dump(); }

answer_form answer_form::of_rules(const char * rules) {
    answer_form form;
    if (rules != nullptr) {
        form.grammar = std::string("root ::= json-answer\n") + rules;
    }
    return form;
}

// llama.cpp's grammar of an answer, with ours where it has the placeholder. False where it has none.
static bool put_in_place(std::string & grammar, const char * rules) {
    const std::string literal = std::string("\"\\\"") + placeholder + "\\\"\"";
    const size_t at = grammar.find(literal);
    if (at == std::string::npos) {
        return false;
    }
    grammar.replace(at, literal.size(), "json-answer");
    grammar += "\n";
    grammar += rules;
    return true;
}

// Where every call has tags of its own, llama.cpp's grammar lets one call follow another, whether several are wanted or
// not.
static void keep_to_one_call(std::string & grammar) {
    static const std::string rule = "tool-calls ::= (";
    const size_t start = grammar.rfind(rule, 0) == 0 ? 0 : grammar.find("\n" + rule);
    if (start == std::string::npos) {
        return;
    }
    const size_t end = std::min(grammar.find('\n', start + 1), grammar.size());
    if (grammar.compare(end - 2, 2, ")+") == 0) {
        grammar.erase(end - 1, 1);
    }
}

answer_form answer_form::of(const common_chat_params & params, const llama_vocab * vocab, bool offered, const redoubt_request * request) {
    answer_form form;
    form.grammar = params.grammar;
    if (request->parallel == 0) {
        keep_to_one_call(form.grammar);
    }
    form.waits = params.grammar_lazy;
    form.has_tools = offered && request->tool_choice != 1 && request->rules == nullptr;
    form.thinks = params.supports_thinking;
    form.format = params.format;
    form.parser = params.parser;
    form.written = params.generation_prompt;
    if (request->rules != nullptr) {
        form.wrapped = put_in_place(form.grammar, request->rules);
        if (!form.wrapped) {
            return of_rules(request->rules);
        }
    } else if (request->tool_choice == 2 && (params.grammar.empty() || params.grammar_lazy)) {
        throw std::invalid_argument("calls of tools cannot be demanded of this model, because its chat template does not tell how it calls them");
    }
    for (const auto & trigger : params.grammar_triggers) {
        switch (trigger.type) {
            case COMMON_GRAMMAR_TRIGGER_TYPE_WORD: form.words.push_back(trigger.value); break;
            case COMMON_GRAMMAR_TRIGGER_TYPE_TOKEN: form.words.push_back(common_token_to_piece(vocab, trigger.token, true)); break;
            default: form.patterns.push_back(trigger.value);
        }
    }
    if (form.thinks) {
        form.thinking_start = params.thinking_start_tag;
        form.thinking_ends = params.thinking_end_tags;
    }
    for (const auto & text : params.preserved_tokens) {
        const auto tokens = common_tokenize(vocab, text, false, true);
        if (tokens.size() == 1) {
            form.controls[tokens[0]] = text;
        }
    }
    return form;
}

template <typename List> static common_json array_of(const List & texts) {
    common_json out = common_json::array();
    for (const auto & text : texts) {
        out.push_back(text);
    }
    return out;
}

std::string answer_form::to_json() const {
    common_json out = common_json::object();
    out["grammar"] = grammar;
    out["waits"] = waits;
    out["words"] = array_of(words);
    out["patterns"] = array_of(patterns);
    out["thinking_start"] = thinking_start;
    out["thinking_ends"] = array_of(thinking_ends);
    out["format"] = format;
    out["parser"] = parser;
    out["written"] = written;
    out["has_tools"] = has_tools;
    common_json texts = common_json::object();
    for (const auto & [token, text] : controls) {
        texts[std::to_string(token)] = text;
    }
    out["controls"] = texts;
    return out.dump();
}

static std::vector<std::string> texts_of(const common_json & array) {
    std::vector<std::string> out;
    for (const auto & text : array) {
        out.push_back(text.get<std::string>());
    }
    return out;
}

answer_form answer_form::from_json(const char * json) {
    const common_json in = common_json::parse(json);
    answer_form form;
    form.grammar = in.at("grammar").get<std::string>();
    form.waits = in.at("waits").get<bool>();
    form.words = texts_of(in.at("words"));
    form.patterns = texts_of(in.at("patterns"));
    form.thinking_start = in.at("thinking_start").get<std::string>();
    form.thinking_ends = texts_of(in.at("thinking_ends"));
    form.format = in.at("format").get<int>();
    form.parser = in.at("parser").get<std::string>();
    form.written = in.at("written").get<std::string>();
    form.has_tools = in.at("has_tools").get<bool>();
    for (const auto & [token, text] : in.at("controls").items()) {
        form.controls[std::stoi(token)] = text.get<std::string>();
    }
    return form;
}

redoubt_grammar * redoubt_grammar_of_form(const char * json, char * error, int32_t error_size) {
    return guarded<redoubt_grammar *>(nullptr, error, error_size, [&] {
        const answer_form form = answer_form::from_json(json);
        auto made = std::make_unique<redoubt_grammar>();
        made->rules = std::make_shared<gbnf>(form.grammar);
        made->waits = form.waits;
        made->words = form.words;
        for (const auto & pattern : form.patterns) {
            made->patterns.emplace_back(pattern);
            made->from_start.push_back(!pattern.empty() && pattern[0] == '^');
        }
        made->thinking_start = form.thinking_start;
        made->thinking_ends = form.thinking_ends;
        made->written = form.written;
        made->controls = form.controls;
        return made.release();
    });
}
