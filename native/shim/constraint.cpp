#include "constraint.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "guard.h"

// Regular expressions of templates look at the end of the answer only: they are short, and the library's recursion is not.
static constexpr size_t pattern_window = 256;

redoubt_constraint::redoubt_constraint(std::shared_ptr<const token_texts> texts, std::shared_ptr<const redoubt_grammar> grammar)
    : texts(std::move(texts)), grammar(std::move(grammar)), follows(this->grammar->rules), at(follows.start()), waiting(this->grammar->waits) {
    const std::string & written = this->grammar->written;
    if (waiting) {
        seen = written;
        return;
    }
    at = follows.after(at, written.data(), written.size());
    if (at.dead()) {
        throw std::invalid_argument("the form of the answer does not begin as the chat template begins answers");
    }
}

void redoubt_constraint::begin_token() {
    follows.refill();
    follows.tidy(at);
}

const std::string & redoubt_constraint::text_of(llama_token token) const {
    const auto control = grammar->controls.find(token);
    return control == grammar->controls.end() ? texts->text[token] : control->second;
}

// Where thinking is over, or npos while it is not.
size_t redoubt_constraint::after_thinking(const std::string & text) const {
    if (grammar->thinking_start.empty() || grammar->thinking_ends.empty()) {
        return 0;
    }
    const size_t start = text.find(grammar->thinking_start);
    if (start == std::string::npos) {
        return 0;
    }
    size_t over = std::string::npos;
    for (const std::string & end : grammar->thinking_ends) {
        const size_t found = text.find(end, start);
        if (found != std::string::npos) {
            over = std::min(over, found + end.size());
        }
    }
    return over;
}

// Where in the text the form begins, or npos while it has not.
size_t redoubt_constraint::trigger(const std::string & text, size_t old_size) const {
    const size_t from = after_thinking(text);
    if (from == std::string::npos) {
        return from;
    }
    const size_t own = std::max(from, grammar->written.size());
    size_t begins = std::string::npos;
    for (const std::string & word : grammar->words) {
        const size_t early = old_size > word.size() ? old_size - word.size() : 0;
        begins = std::min(begins, text.find(word, std::max(own, early)));
    }
    const size_t window = std::max(own, text.size() > pattern_window ? text.size() - pattern_window : 0);
    for (size_t i = 0; i < grammar->patterns.size(); i++) {
        std::smatch match;
        if ((grammar->from_start[i] && window > grammar->written.size()) ||
            !std::regex_search(text.begin() + (long) window, text.end(), match, grammar->patterns[i])) {
            continue;
        }
        size_t group = 0;
        for (size_t candidate = 1; candidate < match.size() && group == 0; candidate++) {
            group = match.length(candidate) > 0 ? candidate : 0;
        }
        begins = std::min(begins, window + (size_t) match.position(group));
    }
    return begins;
}

matcher::place redoubt_constraint::place_after(llama_token token) {
    const std::string & text = text_of(token);
    if (!waiting) {
        return text.empty() ? matcher::place{} : follows.after(at, text.data(), text.size());
    }
    const std::string all = seen + text;
    const size_t begins = trigger(all, seen.size());
    return begins == std::string::npos ? at : follows.after(at, all.data() + begins, all.size() - begins);
}

bool redoubt_constraint::allows(llama_token token) {
    if (texts->ends[token] && grammar->controls.count(token) == 0) {
        return waiting || follows.may_end(at);
    }
    return !place_after(token).dead();
}

void redoubt_constraint::accept(llama_token token) {
    if (texts->ends[token] && grammar->controls.count(token) == 0) {
        return;
    }
    at = place_after(token);
    if (at.dead()) {
        throw std::logic_error("a token was taken that does not fit the form of the answer");
    }
    if (waiting) {
        const size_t old_size = seen.size();
        seen += text_of(token);
        waiting = trigger(seen, old_size) == std::string::npos;
        if (!waiting) {
            seen.clear();
        }
    }
}

bool redoubt_constraint::candidates(const float * logits, std::vector<llama_token_data> & out) {
    out.clear();
    if (waiting) {
        return false;
    }
    const auto take = [&](llama_token token) {
        if (logits[token] > -INFINITY) {
            out.push_back({token, logits[token], 0.0f});
        }
    };
    const std::vector<bool> & mask = follows.allowed(at, *texts);
    for (size_t i = 0; i < mask.size(); i++) {
        if (mask[i]) {
            take(texts->order[i]);
        }
    }
    for (const auto & [token, text] : grammar->controls) {
        if (texts->text[token].empty() && !follows.after(at, text.data(), text.size()).dead()) {
            take(token);
        }
    }
    if (follows.may_end(at)) {
        for (size_t token = 0; token < texts->ends.size(); token++) {
            if (texts->ends[token] && grammar->controls.count((llama_token) token) == 0) {
                take((llama_token) token);
            }
        }
    }
    std::sort(out.begin(), out.end(), [](const llama_token_data & a, const llama_token_data & b) { return a.id < b.id; });
    if (out.empty()) {
        throw std::runtime_error("no token of this model continues the answer in the form that was asked for");
    }
    return true;
}

// ---- C interface --------------------------------------------------------------------------------

struct redoubt_texts {
    std::shared_ptr<const token_texts> texts;
};

redoubt_texts * redoubt_texts_new(const llama_model * model, char * error, int32_t error_size) {
    return guarded<redoubt_texts *>(nullptr, error, error_size,
                                    [&] { return new redoubt_texts{std::make_shared<token_texts>(llama_model_get_vocab(model))}; });
}

void redoubt_texts_free(redoubt_texts * texts) { delete texts; }

static redoubt_grammar * grammar_of(const std::string & source) {
    auto made = std::make_unique<redoubt_grammar>();
    made->rules = std::make_shared<gbnf>(source);
    return made.release();
}

redoubt_grammar * redoubt_grammar_new(const char * source, char * error, int32_t error_size) {
    return guarded<redoubt_grammar *>(nullptr, error, error_size, [&] { return grammar_of(source); });
}

void redoubt_grammar_free(redoubt_grammar * grammar) { delete grammar; }

redoubt_constraint * redoubt_constraint_new(const redoubt_texts * texts, const redoubt_grammar * grammar, char * error, int32_t error_size) {
    return guarded<redoubt_constraint *>(nullptr, error, error_size, [&] {
        return new redoubt_constraint(texts->texts, std::make_shared<const redoubt_grammar>(*grammar));
    });
}

void redoubt_constraint_free(redoubt_constraint * constraint) { delete constraint; }

int64_t redoubt_constraint_resampled(const redoubt_constraint * constraint) { return constraint->resampled; }
