#include "matcher.h"

#include <algorithm>

// A unit of work is a few tens of nanoseconds. A token's share is about three milliseconds; what is left over is saved
// for the few places where the whole vocabulary must be looked at.
static constexpr int64_t work_for_token = 100000;
static constexpr int64_t work_saved_max = 4000000;
static constexpr int64_t work_to_begin = 400000;

static constexpr size_t state_size_max = 4000;
static constexpr size_t nodes_max = 400000;
static constexpr size_t states_max = 20000;
static constexpr size_t state_nodes_max = 1000000;
static constexpr size_t steps_max = 200000;
static constexpr size_t masks_max = 48;
static constexpr uint32_t unknown = UINT32_MAX;
static constexpr uint32_t last_character = 0x10FFFF;

token_texts::token_texts(const llama_vocab * vocab) : vocab(vocab) {
    const int32_t count = llama_vocab_n_tokens(vocab);
    text.resize(count);
    ends.resize(count);
    std::vector<char> buffer(256);
    for (llama_token token = 0; token < count; token++) {
        ends[token] = llama_vocab_is_eog(vocab, token);
        int32_t length = llama_token_to_piece(vocab, token, buffer.data(), (int32_t) buffer.size(), 0, false);
        if (length < 0) {
            buffer.resize(-length);
            length = llama_token_to_piece(vocab, token, buffer.data(), (int32_t) buffer.size(), 0, false);
        }
        text[token].assign(buffer.data(), (size_t) std::max(0, length));
        if (length > 0 && !ends[token] && text[token][0] != '\0') {
            order.push_back(token);
        }
    }
    std::sort(order.begin(), order.end(), [&](llama_token a, llama_token b) {
        const int compared = text[a].compare(text[b]);
        return compared != 0 ? compared < 0 : a < b;
    });
    for (size_t i = 0; i < order.size(); i++) {
        uint32_t same = 0;
        if (i > 0) {
            const std::string & before = text[order[i - 1]];
            const std::string & here = text[order[i]];
            while (same < before.size() && same < here.size() && before[same] == here[same]) {
                same++;
            }
        }
        shared.push_back(same);
    }
}

matcher::matcher(std::shared_ptr<const gbnf> grammar) : grammar(std::move(grammar)), work(work_to_begin) {
    forget();
    state first;
    expansion++;
    for (uint32_t start : this->grammar->rules[this->grammar->root]) {
        expand(start, 0, first);
    }
    begin.state = state_of(std::move(first));
    work = work_saved_max;
}

void matcher::forget() {
    nodes.assign(1, {0, 0});
    visited.assign(1, 0);
    node_numbers.clear();
    states.assign(1, {});
    complete.assign(1, false);
    state_numbers.clear();
    state_numbers[{}] = 0;
    plain_steps.assign(1, {});
    other_steps.clear();
    masks.clear();
    state_nodes = 0;
}

void matcher::refill() { work = std::min(work_saved_max, work + work_for_token); }

void matcher::spend(int64_t more) {
    work -= more;
    if (work < 0) {
        throw too_costly("following the grammar takes longer than an answer may hold up others; a grammar in which the same text can be read in fewer ways is faster");
    }
}

uint32_t matcher::node_of(uint32_t element, uint32_t below) {
    const auto found = node_numbers.emplace((uint64_t) element << 32 | below, (uint32_t) nodes.size());
    if (found.second) {
        if (nodes.size() >= 2 * nodes_max) {
            throw too_costly("the grammar has more open ends at this point of the answer than can be followed");
        }
        nodes.push_back({element, below});
        visited.push_back(0);
    }
    return found.first->second;
}

// All characters that may come next when `element` comes next and then what is below, as nodes that demand one.
void matcher::expand(uint32_t element, uint32_t below, state & into) {
    std::vector<std::pair<uint32_t, uint32_t>> open = {{element, below}};
    while (!open.empty()) {
        spend(1);
        auto [here, rest] = open.back();
        open.pop_back();
        const gbnf_element demanded = grammar->elements[here];
        if (demanded.kind == gbnf_element::END) {
            if (rest != 0) {
                open.emplace_back(nodes[rest].element, nodes[rest].below);
            } else if (visited[0] != expansion) {
                visited[0] = expansion;
                into.push_back(0);
            }
            continue;
        }
        const uint32_t number = node_of(here, rest);
        if (visited[number] == expansion) {
            continue;
        }
        visited[number] = expansion;
        if (demanded.kind == gbnf_element::CHARACTERS) {
            into.push_back(number);
            if (into.size() > state_size_max) {
                throw too_costly("the grammar can be read in more than 4000 ways at this point of the answer");
            }
            continue;
        }
        // What follows as the last of its rule needs no place of its own to come back to.
        const bool last = grammar->elements[here + 1].kind == gbnf_element::END;
        const uint32_t back = last ? rest : node_of(here + 1, rest);
        for (uint32_t start : grammar->rules[demanded.value]) {
            open.emplace_back(start, back);
        }
    }
}

uint32_t matcher::state_of(state && made) {
    std::sort(made.begin(), made.end());
    spend((int64_t) made.size());
    const auto found = state_numbers.emplace(made, (uint32_t) states.size());
    if (found.second) {
        state_nodes += made.size();
        if (states.size() >= 2 * states_max || state_nodes >= 2 * state_nodes_max) {
            throw too_costly("the grammar has more states than can be followed");
        }
        complete.push_back(!made.empty() && made.front() == 0);
        states.push_back(std::move(made));
        plain_steps.emplace_back();
    }
    return found.first->second;
}

uint32_t matcher::follow(uint32_t from, uint32_t character) {
    state next;
    expansion++;
    const state here = states[from];
    spend((int64_t) here.size());
    for (uint32_t number : here) {
        if (number != 0 && contains(grammar->sets[grammar->elements[nodes[number].element].value], character)) {
            const node demanding = nodes[number];
            expand(demanding.element + 1, demanding.below, next);
        }
    }
    return state_of(std::move(next));
}

uint32_t matcher::step(uint32_t from, uint32_t character) {
    spend(1);
    if (character < 128) {
        if (plain_steps[from].empty()) {
            plain_steps[from].assign(128, unknown);
        }
        if (plain_steps[from][character] == unknown) {
            const uint32_t to = follow(from, character);
            plain_steps[from][character] = to;
        }
        return plain_steps[from][character];
    }
    const uint64_t key = (uint64_t) from << 21 | character;
    const auto found = other_steps.find(key);
    if (found != other_steps.end()) {
        return found->second;
    }
    const uint32_t to = follow(from, character);
    if (other_steps.size() < steps_max) {
        other_steps[key] = to;
    }
    return to;
}

// Whether a character that began so may still become one that the grammar wants.
bool matcher::may_become(place at) {
    uint32_t low = at.character << (6 * at.missing);
    const uint32_t high = std::min(last_character, low | ((1u << (6 * at.missing)) - 1));
    if (low == 0) {
        low = at.missing == 3 ? 0x10000 : at.missing == 2 ? 0x800 : 0x80;
    }
    if (low > high) {
        return false;
    }
    spend((int64_t) states[at.state].size());
    for (uint32_t number : states[at.state]) {
        if (number == 0) {
            continue;
        }
        const character_set & set = grammar->sets[grammar->elements[nodes[number].element].value];
        const auto from = std::lower_bound(set.begin(), set.end(), low,
                                           [](const character_range & range, uint32_t value) { return range.second < value; });
        if (from != set.end() && from->first <= high) {
            return true;
        }
    }
    return false;
}

matcher::place matcher::after(place at, const char * bytes, size_t count) {
    for (size_t i = 0; i < count && !at.dead(); i++) {
        const unsigned char byte = (unsigned char) bytes[i];
        if (at.missing > 0) {
            // Forms that are longer than needed, halves of pairs, and what is beyond the last character, are no text.
            const bool too_low = at.character == 0 && (at.missing == 2 ? byte < 0xA0 : at.missing == 3 && byte < 0x90);
            const bool too_high = at.missing == 2 ? at.character == 0xD && byte > 0x9F : at.missing == 3 && at.character == 4 && byte > 0x8F;
            if ((byte & 0xC0) != 0x80 || too_low || too_high) {
                return {};
            }
            at.character = at.character << 6 | (byte & 0x3F);
            at.missing--;
        } else if (byte < 0x80) {
            at.character = byte;
        } else if (byte >= 0xC2 && byte <= 0xF4) {
            at.missing = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
            at.character = byte & (0x3Fu >> at.missing);
        } else {
            return {};
        }
        if (at.missing > 0) {
            if (!may_become(at)) {
                return {};
            }
            continue;
        }
        const uint32_t character = at.character;
        at.character = 0;
        at.state = step(at.state, character);
    }
    return at;
}

const std::vector<bool> & matcher::allowed(place at, const token_texts & texts) {
    const uint64_t key = (uint64_t) at.state << 23 | (uint64_t) at.character << 2 | at.missing;
    const auto known = masks.find(key);
    if (known != masks.end()) {
        return known->second;
    }
    if (masks.size() >= masks_max) {
        masks.clear();
    }
    std::vector<bool> mask(texts.order.size(), false);
    std::vector<place> path = {at}; // after each byte of the token that was looked at last
    size_t dead_after = SIZE_MAX;   // bytes of it after which nothing is possible
    for (size_t i = 0; i < texts.order.size(); i++) {
        if (texts.shared[i] >= dead_after) {
            continue;
        }
        dead_after = SIZE_MAX;
        const std::string & text = texts.text[texts.order[i]];
        path.resize(texts.shared[i] + 1);
        for (size_t byte = texts.shared[i]; byte < text.size(); byte++) {
            path.push_back(after(path.back(), text.data() + byte, 1));
            if (path.back().dead()) {
                dead_after = byte + 1;
                break;
            }
        }
        mask[i] = dead_after == SIZE_MAX;
    }
    return masks.emplace(key, std::move(mask)).first->second;
}

void matcher::tidy(place & at) {
    if (nodes.size() < nodes_max && states.size() < states_max && state_nodes < state_nodes_max && other_steps.size() < steps_max &&
        expansion < unknown / 2) {
        return;
    }
    // The stacks of this place are written down and pushed again, each from its bottom.
    std::vector<std::vector<uint32_t>> stacks;
    size_t total = 0;
    for (uint32_t number : states[at.state]) {
        stacks.emplace_back();
        for (uint32_t here = number; here != 0; here = nodes[here].below) {
            stacks.back().push_back(nodes[here].element);
            if (++total > nodes_max) {
                throw too_costly("the answer is nested deeper in the grammar than can be followed");
            }
        }
    }
    forget();
    expansion = 0;
    state live;
    for (const auto & stack : stacks) {
        uint32_t number = 0;
        for (auto element = stack.rbegin(); element != stack.rend(); ++element) {
            number = node_of(*element, number);
        }
        live.push_back(number);
    }
    at.state = state_of(std::move(live));
}
