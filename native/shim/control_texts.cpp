#include "control_texts.h"

#include <stdexcept>

#include "common.h"

static std::string lower_case(const std::string & text) {
    std::string lower = text;
    for (char & c : lower) {
        if (c >= 'A' && c <= 'Z') {
            c += 'a' - 'A';
        }
    }
    return lower;
}

static bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' || c == '\v'; }

// Where the character that begins at `at` ends.
static size_t after_character(const std::string & text, size_t at) {
    do {
        at++;
    } while (at < text.size() && ((unsigned char) text[at] & 0xC0) == 0x80);
    return at;
}

void refuse_deep(const char * json, const char * what) {
    constexpr int depth_max = 200;
    int depth = 0;
    bool quoted = false;
    for (const char * at = json; *at != 0; at++) {
        if (quoted) {
            if (*at == '\\' && at[1] != 0) {
                at++;
            } else if (*at == '"') {
                quoted = false;
            }
        } else if (*at == '"') {
            quoted = true;
        } else if (*at == '[' || *at == '{') {
            if (++depth > depth_max) {
                throw std::invalid_argument(std::string(what) + " must not be nested more than 200 deep");
            }
        } else if (*at == ']' || *at == '}') {
            depth--;
        }
    }
}

std::string without(const std::string & text, const std::string & mark) {
    std::string out = text;
    if (!mark.empty()) {
        for (size_t at = 0; (at = out.find(mark, at)) != std::string::npos;) {
            out.erase(at, mark.size());
        }
    }
    return out;
}

control_texts::control_texts(const llama_vocab * vocab) : vocab(vocab) {
    const int count = llama_vocab_n_tokens(vocab);
    for (llama_token token = 0; token < count; token++) {
        const int attributes = llama_vocab_get_attr(vocab, token);
        if ((attributes & (LLAMA_TOKEN_ATTR_CONTROL | LLAMA_TOKEN_ATTR_UNKNOWN)) == 0 && !llama_vocab_is_eog(vocab, token)) {
            continue;
        }
        const char * text = llama_vocab_get_text(vocab, token);
        if (text == nullptr || text[0] == 0) {
            continue;
        }
        const std::string lower = lower_case(text);
        if (!whole.insert(lower).second) {
            continue;
        }
        lengths.insert(lower.size());
        first_bytes.insert((unsigned char) lower[0]);
        longest = std::max(longest, lower.size());
        for (size_t cut = 1; cut < lower.size(); cut++) {
            beginnings.insert(lower.substr(0, cut));
            endings.insert(lower.substr(cut));
        }
    }
}

std::string control_texts::unused_mark(const std::string & text) {
    for (int last = 0x90; last <= 0xAF; last++) { // U+FDD0 to U+FDEF
        const std::string mark = {(char) 0xEF, (char) 0xB7, (char) last};
        if (text.find(mark) == std::string::npos) {
            return mark;
        }
    }
    throw std::runtime_error("the conversation uses every Unicode noncharacter from U+FDD0 to U+FDEF");
}

bool control_texts::begins_like_one(const std::string & lower, size_t from) const {
    for (size_t length = 1; length < longest && from + length <= lower.size(); length++) {
        if (endings.count(lower.substr(from, length)) != 0) {
            return true;
        }
    }
    return false;
}

bool control_texts::ends_like_one(const std::string & lower, size_t to) const {
    for (size_t length = 1; length < longest && length <= to; length++) {
        if (beginnings.count(lower.substr(to - length, length)) != 0) {
            return true;
        }
    }
    return false;
}

bool control_texts::is_inside_one(const std::string & lower) const {
    if (lower.empty() || lower.size() >= longest) {
        return false;
    }
    for (const std::string & text : whole) {
        if (text.find(lower) != std::string::npos) {
            return true;
        }
    }
    return false;
}

std::string control_texts::marked(const std::string & text, const std::string & mark, bool borders) const {
    const std::string lower = lower_case(text);
    std::set<size_t> at;
    for (size_t i = 0; i < lower.size(); i++) {
        if (first_bytes.count((unsigned char) lower[i]) == 0) {
            continue;
        }
        for (size_t length : lengths) {
            if (i + length <= lower.size() && whole.count(lower.substr(i, length)) != 0) {
                at.insert(after_character(text, i));
                break;
            }
        }
    }
    if (borders) {
        mark_borders(lower, at);
    }
    std::string out = text;
    for (auto place = at.rbegin(); place != at.rend(); ++place) {
        out.insert(*place, mark);
    }
    return out;
}

// Borders as they are, and as a template's trim would leave them.
void control_texts::mark_borders(const std::string & lower, std::set<size_t> & at) const {
    size_t front = 0;
    size_t back = lower.size();
    while (front < back && is_space(lower[front])) {
        front++;
    }
    while (back > front && is_space(lower[back - 1])) {
        back--;
    }
    const bool inside = is_inside_one(lower) || is_inside_one(lower.substr(front, back - front));
    for (size_t from : {(size_t) 0, front}) {
        if (inside || begins_like_one(lower, from)) {
            at.insert(from);
        }
    }
    for (size_t to : {lower.size(), back}) {
        if (inside || ends_like_one(lower, to)) {
            at.insert(to);
        }
    }
}

static bool is_word_of_the_format(const std::string & key, const common_json & value) {
    static const std::set<std::string> words = {"system", "user", "assistant", "tool", "developer", "function", "text"};
    return (key == "role" || key == "type") && value.is_string() && words.count(value.get<std::string>()) != 0;
}

common_json control_texts::marked(const common_json & value, const std::string & mark) const {
    if (value.is_string()) {
        return common_json::make(marked(value.get<std::string>(), mark));
    }
    if (value.is_array()) {
        common_json out = common_json::array();
        for (const auto & element : value) {
            out.push_back(marked(element, mark));
        }
        return out;
    }
    if (value.is_object()) {
        common_json out = common_json::object();
        for (const auto & [key, element] : value.items()) {
            if (key == "arguments" && element.is_string()) {
                // Arguments are JSON inside a string, where a control text may hide behind escapes.
                refuse_deep(element.get<std::string>().c_str(), "the arguments of a call");
                const common_json inner = common_json::parse_no_throw(element.get<std::string>());
                out[key] = inner.is_discarded() ? marked(element, mark) : common_json::make(marked(inner, mark).dump());
            } else if (is_word_of_the_format(key, element)) {
                out[key] = element;
            } else {
                out[marked(key, mark, false)] = marked(element, mark);
            }
        }
        return out;
    }
    return value;
}

std::vector<llama_token> control_texts::tokens_of(const std::string & text, bool first) const {
    if (first || llama_vocab_type(vocab) != LLAMA_VOCAB_TYPE_SPM) {
        return common_tokenize(vocab, text, false, true);
    }
    // SentencePiece may put a space before what it takes for the start of a text, and this is not one: a control
    // character goes in front, whose byte token ends that start, and is taken away again.
    const std::vector<llama_token> tokens = common_tokenize(vocab, "\x01" + text, false, true);
    for (size_t i = 0; i < 2 && i < tokens.size(); i++) {
        if (common_token_to_piece(vocab, tokens[i], false) == "\x01") {
            return std::vector<llama_token>(tokens.begin() + i + 1, tokens.end());
        }
    }
    return common_tokenize(vocab, text, false, true);
}

std::vector<llama_token> control_texts::tokenize(const std::string & rendered, const std::string & mark) const {
    if (rendered.find(mark) == std::string::npos) {
        return common_tokenize(vocab, rendered, true, true);
    }
    std::vector<llama_token> tokens;
    if (llama_vocab_get_add_bos(vocab) && llama_vocab_bos(vocab) != LLAMA_TOKEN_NULL) {
        tokens.push_back(llama_vocab_bos(vocab));
    }
    size_t from = 0;
    while (from <= rendered.size()) {
        size_t to = rendered.find(mark, from);
        to = to == std::string::npos ? rendered.size() : to;
        if (to > from) {
            const auto piece = tokens_of(rendered.substr(from, to - from), from == 0);
            tokens.insert(tokens.end(), piece.begin(), piece.end());
        }
        from = to + mark.size();
    }
    return tokens;
}
