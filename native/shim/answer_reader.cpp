// Reads what a model answered: text, what it thinks, and calls of tools, by the parser that llama.cpp derives from the
// template.
#include <cstring>
#include <memory>
#include <stdexcept>

#include "answer_form.h"
#include "chat.h"
#include "guard.h"
#include "redoubt_llama.h"

struct redoubt_reader {
    common_chat_parser_params params;
    common_chat_msg told;
    std::string id_prefix;
    std::string out;
};

// llama.cpp's parser calls itself for each level of what a model writes.
static void refuse_deep_answer(const char * text, int32_t length) {
    constexpr int depth_max = 500;
    int depth = 0;
    for (int32_t i = 0; i < length; i++) {
        depth += text[i] == '[' || text[i] == '{' ? 1 : (text[i] == ']' || text[i] == '}') && depth > 0 ? -1 : 0;
        if (depth > depth_max) {
            throw std::invalid_argument("the answer is nested more than 500 deep");
        }
    }
}

redoubt_reader * redoubt_reader_new(const char * json, const char * id_prefix, char * error, int32_t error_size) {
    return guarded<redoubt_reader *>(nullptr, error, error_size, [&] {
        const answer_form form = answer_form::from_json(json);
        auto self = std::make_unique<redoubt_reader>();
        self->id_prefix = id_prefix;
        self->params.format = (common_chat_format) form.format;
        self->params.reasoning_format = COMMON_REASONING_FORMAT_DEEPSEEK;
        self->params.generation_prompt = form.written;
        self->params.parse_tool_calls = form.has_tools;
        if (!form.parser.empty()) {
            self->params.parser.load(form.parser);
        }
        self->told.role = "assistant";
        return self.release();
    });
}

void redoubt_reader_free(redoubt_reader * reader) { delete reader; }

static void append(std::string & out, int32_t kind, int32_t index, const std::string & id, const std::string & name, const std::string & text) {
    if (name.empty() && text.empty()) {
        return;
    }
    const int32_t numbers[5] = {kind, index, (int32_t) id.size(), (int32_t) name.size(), (int32_t) text.size()};
    out.append((const char *) numbers, sizeof(numbers));
    out += id;
    out += name;
    out += text;
}

// What is new of a text, which is told from now on. A parser that changes its mind about what it said is not followed.
static std::string told_more(std::string & told, const std::string & now) {
    if (now.size() <= told.size() || now.compare(0, told.size(), told) != 0) {
        return "";
    }
    const std::string more = now.substr(told.size());
    told = now;
    return more;
}

// The name of a call is only certain when something follows it.
static void read_call(redoubt_reader * self, const common_chat_msg & now, size_t index, bool ended) {
    const common_chat_tool_call & call = now.tool_calls[index];
    const bool certain = ended || !call.arguments.empty() || index + 1 < now.tool_calls.size();
    if (index > self->told.tool_calls.size() || call.name.empty() || !certain) {
        return;
    }
    std::string id;
    std::string name;
    if (index == self->told.tool_calls.size()) {
        name = call.name;
        id = call.id.empty() ? self->id_prefix + std::to_string(index) : call.id;
        self->told.tool_calls.push_back({name, "", id});
    }
    append(self->out, 2, (int32_t) index, id, name, told_more(self->told.tool_calls[index].arguments, call.arguments));
}

int32_t redoubt_reader_read(redoubt_reader * self, const char * text, int32_t length, bool ended, const char ** out, char * error,
                            int32_t error_size) {
    return guarded<int32_t>(REDOUBT_FAILED, error, error_size, [&]() -> int32_t {
        refuse_deep_answer(text, length);
        self->out.clear();
        const common_chat_msg now = common_chat_parse(std::string(text, (size_t) length), !ended, self->params);
        append(self->out, 1, 0, "", "", told_more(self->told.reasoning_content, now.reasoning_content));
        append(self->out, 0, 0, "", "", told_more(self->told.content, now.content));
        for (size_t i = 0; i < now.tool_calls.size(); i++) {
            read_call(self, now, i, ended);
        }
        *out = self->out.data();
        return (int32_t) self->out.size();
    });
}
