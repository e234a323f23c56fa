// What must hold of a grammar before anything is matched with it.
#include "gbnf.h"

#include <algorithm>
#include <stdexcept>

bool contains(const character_set & set, uint32_t character) {
    auto after = std::upper_bound(set.begin(), set.end(), character,
                                  [](uint32_t value, const character_range & range) { return value < range.first; });
    return after != set.begin() && character <= std::prev(after)->second;
}

gbnf::gbnf(const std::string & source) {
    const std::vector<std::string> names = read_gbnf(source, *this);
    refuse_endless_recursion(names);
    drop_what_never_ends();
}

// Rules that can end: without any text, or at all. Repeated until nothing changes, by what waits for what.
std::vector<bool> gbnf::rules_that(bool end_without_text) const {
    std::vector<bool> known(rules.size(), false);
    std::vector<std::pair<uint32_t, uint32_t>> alternatives; // rule, where it begins
    std::vector<uint32_t> missing;                           // elements of it that are not known to end
    std::vector<std::vector<uint32_t>> waiting(rules.size());
    std::vector<uint32_t> found;
    for (uint32_t rule = 0; rule < rules.size(); rule++) {
        for (uint32_t start : rules[rule]) {
            uint32_t open = 0;
            for (uint32_t i = start; elements[i].kind != gbnf_element::END; i++) {
                if (elements[i].kind == gbnf_element::RULE) {
                    waiting[elements[i].value].push_back((uint32_t) alternatives.size());
                    open++;
                } else if (end_without_text) {
                    open++;
                }
            }
            alternatives.emplace_back(rule, start);
            missing.push_back(open);
            if (open == 0 && !known[rule]) {
                known[rule] = true;
                found.push_back(rule);
            }
        }
    }
    while (!found.empty()) {
        const uint32_t rule = found.back();
        found.pop_back();
        for (uint32_t alternative : waiting[rule]) {
            const uint32_t owner = alternatives[alternative].first;
            if (--missing[alternative] == 0 && !known[owner]) {
                known[owner] = true;
                found.push_back(owner);
            }
        }
    }
    return known;
}

// Takes out the alternatives of which no text ends: whoever chose one of them would find no next token after a while.
void gbnf::drop_what_never_ends() {
    const std::vector<bool> ends = rules_that(false);
    if (!ends[root]) {
        throw std::invalid_argument("no text of the grammar ever ends: each alternative of root leads back to itself");
    }
    for (std::vector<uint32_t> & starts : rules) {
        const auto never = [&](uint32_t start) {
            for (uint32_t i = start; elements[i].kind != gbnf_element::END; i++) {
                if (elements[i].kind == gbnf_element::RULE && !ends[elements[i].value]) {
                    return true;
                }
            }
            return false;
        };
        starts.erase(std::remove_if(starts.begin(), starts.end(), never), starts.end());
    }
}

// A rule that can come to itself before any text, with something left to do after it, would go on forever. Found as a
// circle of such steps (Tarjan's strongly connected components, without recursion) that holds one with a rest.
void gbnf::refuse_endless_recursion(const std::vector<std::string> & names) const {
    const std::vector<bool> empty = rules_that(true);
    struct step {
        uint32_t to;
        bool has_rest;
    };
    std::vector<std::vector<step>> steps(rules.size());
    for (uint32_t rule = 0; rule < rules.size(); rule++) {
        for (uint32_t start : rules[rule]) {
            for (uint32_t i = start; elements[i].kind == gbnf_element::RULE; i++) {
                steps[rule].push_back({elements[i].value, elements[i + 1].kind != gbnf_element::END});
                if (!empty[elements[i].value]) {
                    break;
                }
            }
        }
    }
    const uint32_t none = UINT32_MAX;
    std::vector<uint32_t> order(rules.size(), none), low(rules.size(), 0), circle(rules.size(), none), open;
    uint32_t reached = 0;
    for (uint32_t first = 0; first < rules.size(); first++) {
        if (order[first] != none) {
            continue;
        }
        std::vector<std::pair<uint32_t, size_t>> path = {{first, 0}};
        while (!path.empty()) {
            const uint32_t rule = path.back().first;
            if (path.back().second == 0) {
                order[rule] = low[rule] = reached++;
                open.push_back(rule);
            }
            bool deeper = false;
            while (path.back().second < steps[rule].size()) {
                const uint32_t to = steps[rule][path.back().second++].to;
                if (order[to] == none) {
                    path.emplace_back(to, 0);
                    deeper = true;
                    break;
                }
                if (circle[to] == none) {
                    low[rule] = std::min(low[rule], order[to]);
                }
            }
            if (deeper) {
                continue;
            }
            if (low[rule] == order[rule]) {
                uint32_t member;
                do {
                    member = open.back();
                    open.pop_back();
                    circle[member] = rule;
                } while (member != rule);
            }
            path.pop_back();
            if (!path.empty()) {
                low[path.back().first] = std::min(low[path.back().first], low[rule]);
            }
        }
    }
    for (uint32_t rule = 0; rule < rules.size(); rule++) {
        for (const step & one : steps[rule]) {
            if (one.has_rest && circle[rule] == circle[one.to]) {
                throw std::invalid_argument("the rule " + names[rule].substr(0, 100) + " of the grammar leads to itself before any text (left recursion), which has no end; put the repeated part after a text, or use *");
            }
        }
    }
}
