#include "gbnf.h"

#include <algorithm>
#include <stdexcept>

static constexpr size_t source_bytes_max = 512 * 1024;
static constexpr size_t rules_max = 50000;
static constexpr size_t elements_max = 400000;
static constexpr size_t ranges_max = 100000;
static constexpr size_t depth_max = 200;
static constexpr uint64_t repetitions_max = 2000;
static constexpr uint32_t last_character = 0x10FFFF;

// Reads one text, from its first to its last character.
class gbnf_reader {
  public:
    gbnf_reader(const std::string & source, gbnf & out) : source(source), out(out) {}

    void read() {
        if (source.size() > source_bytes_max) {
            fail("the grammar has more than 512 KiB");
        }
        space(true);
        while (at < source.size()) {
            rule();
        }
        finish();
    }

    std::vector<std::string> names;

  private:
    using sequence = std::vector<gbnf_element>;
    using body = std::vector<sequence>;

    const std::string & source;
    gbnf & out;
    size_t at = 0;
    size_t element_count = 0;
    size_t range_count = 0;
    std::map<std::string, uint32_t> numbers;
    std::vector<body> bodies;
    std::vector<bool> defined;
    std::map<character_set, uint32_t> set_numbers;

    [[noreturn]] void fail(const std::string & what) const {
        const size_t line = 1 + std::count(source.begin(), source.begin() + std::min(at, source.size()), '\n');
        throw std::invalid_argument("grammar, line " + std::to_string(line) + ": " + what);
    }

    char next(size_t ahead) const { return at + ahead < source.size() ? source[at + ahead] : '\0'; }
    char here() const { return next(0); }

    void space(bool newline_too) {
        while (at < source.size()) {
            const char c = here();
            if (c == '#') {
                at = std::min(source.size(), source.find_first_of("\r\n", at));
            } else if (c == ' ' || c == '\t' || (newline_too && (c == '\n' || c == '\r'))) {
                at++;
            } else {
                return;
            }
        }
    }

    static bool is_of_a_name(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }

    std::string name() {
        const size_t from = at;
        while (is_of_a_name(here())) {
            at++;
        }
        if (at == from) {
            fail("the name of a rule is expected");
        }
        return source.substr(from, at - from);
    }

    uint32_t number_of(const std::string & name) {
        const auto found = numbers.emplace(name, (uint32_t) bodies.size());
        return found.second ? new_rule(name, false) : found.first->second;
    }

    uint32_t new_rule(const std::string & name, bool is_defined) {
        if (bodies.size() >= rules_max) {
            fail("the grammar has more than 50000 rules, with those that groups and repetitions stand for");
        }
        bodies.emplace_back();
        names.push_back(name);
        defined.push_back(is_defined);
        return (uint32_t) bodies.size() - 1;
    }

    void count(size_t more) {
        element_count += more;
        if (element_count > elements_max) {
            fail("the grammar has more than 400000 elements, with those that repetitions stand for");
        }
    }

    void rule() {
        const std::string called = name();
        space(false);
        if (here() != ':' || next(1) != ':' || next(2) != '=') {
            fail("::= is expected after the name of a rule");
        }
        at += 3;
        space(true);
        const uint32_t number = number_of(called);
        if (defined[number]) {
            fail("the rule " + called + " is defined twice");
        }
        body made = alternatives(called, 0);
        bodies[number] = std::move(made);
        defined[number] = true;
        if (at < source.size() && here() != '\n' && here() != '\r') {
            fail("something stands here that begins no element of a rule");
        }
        space(true);
    }

    body alternatives(const std::string & owner, size_t depth) {
        if (depth > depth_max) {
            fail("groups are nested more than 200 deep");
        }
        body made;
        made.push_back(elements(owner, depth));
        while (here() == '|') {
            at++;
            space(true);
            made.push_back(elements(owner, depth));
        }
        return made;
    }

    sequence elements(const std::string & owner, size_t depth) {
        sequence made;
        size_t last = 0; // where the newest symbol begins, for what repeats it
        while (at < source.size()) {
            const char c = here();
            if (c == '"') {
                last = made.size();
                literal(made);
            } else if (c == '[') {
                last = made.size();
                made.push_back(characters());
            } else if (c == '.') {
                at++;
                last = made.size();
                made.push_back(set_of({{0, last_character}}));
            } else if (c == '(') {
                at++;
                space(true);
                last = made.size();
                const uint32_t number = new_rule(owner, true);
                body inner = alternatives(owner, depth + 1);
                bodies[number] = std::move(inner);
                made.push_back({gbnf_element::RULE, number});
                if (here() != ')') {
                    fail("a group is not closed by )");
                }
                at++;
            } else if (c == '*' || c == '+' || c == '?' || c == '{') {
                repetition(made, last, owner);
            } else if (c == '<' || c == '!') {
                fail("single tokens, as in <[7]>, are not supported; write the text that is wanted");
            } else if (is_of_a_name(c)) {
                last = made.size();
                made.push_back({gbnf_element::RULE, number_of(name())});
            } else {
                break;
            }
            space(depth > 0);
        }
        count(made.size() + 1);
        return made;
    }

    void literal(sequence & made) {
        at++;
        while (here() != '"') {
            if (at >= source.size()) {
                fail("a text is not closed by \"");
            }
            const uint32_t c = character();
            made.push_back(set_of({{c, c}}));
        }
        at++;
    }

    gbnf_element characters() {
        at++;
        const bool inverse = here() == '^';
        if (inverse) {
            at++;
        }
        character_set ranges;
        while (here() != ']') {
            if (at >= source.size()) {
                fail("a set of characters is not closed by ]");
            }
            const uint32_t low = character();
            uint32_t high = low;
            if (here() == '-' && next(1) != ']') {
                at++;
                high = character();
            }
            if (high < low) {
                fail("a range of characters ends before it begins");
            }
            ranges.emplace_back(low, high);
            if (++range_count > ranges_max) {
                fail("the grammar has more than 100000 ranges of characters");
            }
        }
        at++;
        if (ranges.empty() && !inverse) {
            fail("a set of characters is empty, so nothing could follow");
        }
        return set_of(inverse ? without(ranges) : ranges);
    }

    static character_set united(character_set ranges) {
        std::sort(ranges.begin(), ranges.end());
        character_set made;
        for (const auto & range : ranges) {
            if (!made.empty() && range.first <= made.back().second + 1) {
                made.back().second = std::max(made.back().second, range.second);
            } else {
                made.push_back(range);
            }
        }
        return made;
    }

    static character_set without(const character_set & ranges) {
        character_set made;
        uint32_t from = 0;
        for (const auto & [low, high] : united(ranges)) {
            if (low > from) {
                made.emplace_back(from, low - 1);
            }
            from = high + 1;
        }
        if (from <= last_character) {
            made.emplace_back(from, last_character);
        }
        return made;
    }

    gbnf_element set_of(const character_set & ranges) {
        const auto found = set_numbers.emplace(united(ranges), (uint32_t) out.sets.size());
        if (found.second) {
            out.sets.push_back(found.first->first);
        }
        return {gbnf_element::CHARACTERS, found.first->second};
    }

    uint32_t hexadecimal(int digits) {
        uint32_t value = 0;
        for (int i = 0; i < digits; i++, at++) {
            const char c = here();
            const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
            if (digit < 0) {
                fail("an escape wants " + std::to_string(digits) + " hexadecimal digits");
            }
            value = value << 4 | (uint32_t) digit;
        }
        if (value > last_character) {
            fail("an escape is beyond the last character, U+10FFFF");
        }
        return value;
    }

    uint32_t character() {
        const unsigned char first = (unsigned char) source[at];
        if (first != '\\') {
            const int more = first < 0x80 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
            uint32_t value = more == 0 ? first : first & (0x3F >> more);
            for (at++; (at < source.size()) && ((unsigned char) source[at] & 0xC0) == 0x80; at++) {
                value = value << 6 | ((unsigned char) source[at] & 0x3F);
            }
            return std::min(value, last_character);
        }
        const char c = next(1);
        at += 2;
        switch (c) {
            case 'x': return hexadecimal(2);
            case 'u': return hexadecimal(4);
            case 'U': return hexadecimal(8);
            case 't': return '\t';
            case 'r': return '\r';
            case 'n': return '\n';
            case '\\': case '"': case '[': case ']': case '-': return (unsigned char) c;
            default: fail("this escape is not known");
        }
    }

    uint64_t whole_number() {
        if (here() < '0' || here() > '9') {
            fail("a number of repetitions is expected");
        }
        uint64_t value = 0;
        for (; here() >= '0' && here() <= '9'; at++) {
            value = value * 10 + (uint64_t) (here() - '0');
            if (value > repetitions_max) {
                fail("something is repeated more than 2000 times; that many cannot be counted, so use * or + or a smaller number");
            }
        }
        return value;
    }

    void repetition(sequence & made, size_t last, const std::string & owner) {
        if (last >= made.size()) {
            fail("there is nothing before this that could be repeated");
        }
        uint64_t least = here() == '+' ? 1 : 0;
        uint64_t most = 1;
        bool endless = here() == '*' || here() == '+';
        if (here() == '{') {
            at++;
            space(true);
            least = most = whole_number();
            space(true);
            if (here() == ',') {
                at++;
                space(true);
                endless = here() == '}';
                most = endless ? 0 : whole_number();
                space(true);
            }
            if (here() != '}') {
                fail("a number of repetitions is not closed by }");
            }
        }
        at++;
        if (!endless && most < least) fail("the most repetitions are fewer than the least");
        gbnf_element symbol = made[last];
        if (made.size() - last > 1) {
            const uint32_t number = new_rule(owner, true);
            bodies[number] = {sequence(made.begin() + (long) last, made.end())};
            symbol = {gbnf_element::RULE, number};
        }
        made.resize(last);
        made.insert(made.end(), least, symbol);
        count(least);
        add_optional(made, symbol, endless, endless ? 0 : most - least, owner);
    }

    // As many more as there may be: each a rule of its own that holds the rest, or one that holds itself.
    void add_optional(sequence & made, gbnf_element symbol, bool endless, uint64_t times, const std::string & owner) {
        if (endless) {
            const uint32_t number = new_rule(owner, true);
            bodies[number] = {{symbol, {gbnf_element::RULE, number}}, {}};
            made.push_back({gbnf_element::RULE, number});
            return;
        }
        uint32_t inner = 0;
        for (uint64_t i = 0; i < times; i++) {
            const uint32_t number = new_rule(owner, true);
            bodies[number] = {{symbol}, {}};
            if (i > 0) {
                bodies[number][0].push_back({gbnf_element::RULE, inner});
            }
            inner = number;
        }
        count(times * 4);
        if (times > 0) {
            made.push_back({gbnf_element::RULE, inner});
        }
    }

    void finish() {
        if (const auto root = numbers.find("root"); root == numbers.end() || !defined[root->second]) {
            throw std::invalid_argument("the grammar has no rule called root, where it would begin");
        }
        out.root = numbers["root"];
        for (size_t number = 0; number < bodies.size(); number++) {
            if (!defined[number]) {
                throw std::invalid_argument("the grammar uses the rule " + names[number].substr(0, 100) + ", which it does not define");
            }
            out.rules.emplace_back();
            for (const auto & alternative : bodies[number]) {
                out.rules.back().push_back((uint32_t) out.elements.size());
                out.elements.insert(out.elements.end(), alternative.begin(), alternative.end());
                out.elements.push_back({gbnf_element::END, 0});
            }
        }
    }
};

std::vector<std::string> read_gbnf(const std::string & source, gbnf & out) {
    gbnf_reader reader(source, out);
    reader.read();
    return reader.names;
}
