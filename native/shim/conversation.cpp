// Conversations to prompts: llama.cpp's own Jinja engine and its special cases, with control texts kept out, and a
// plain transcript for models that have no template.
#include <cstdlib>
#include <set>
#include <stdexcept>

#include "chat.h"
#include "common.h"
#include "control_texts.h"
#include "guard.h"
#include "redoubt_llama.h"

enum origin { OF_MODEL = 0, OF_OVERRIDE = 1, FALLBACK = 2 };

// Changes with what transcript() does: the record names a template by the hash of its source.
static const char * FALLBACK_SOURCE = "redoubt plain transcript, version 1";

struct redoubt_template {
    const llama_vocab * vocab = nullptr;
    origin from = FALLBACK;
    std::string source = FALLBACK_SOURCE;
    common_chat_templates_ptr templates;
    control_texts controls;

    explicit redoubt_template(const llama_vocab * vocab) : vocab(vocab), controls(vocab) {}
};

static const char * not_null(const char * text) { return text == nullptr ? "" : text; }

redoubt_template * redoubt_template_open(const llama_model * model, const char * override_source, char * error, int32_t error_size) {
    return guarded<redoubt_template *>(nullptr, error, error_size, [&]() -> redoubt_template * {
        auto self = std::make_unique<redoubt_template>(llama_model_get_vocab(model));
        const std::string source = not_null(override_source)[0] != 0 ? override_source : not_null(llama_model_chat_template(model, nullptr));
        if (source.empty()) {
            return self.release();
        }
        // Parsed here first, because the call below throws away what is wrong with a template.
        common_chat_template(source, "", "");
        self->from = not_null(override_source)[0] != 0 ? OF_OVERRIDE : OF_MODEL;
        self->source = source;
        self->templates = common_chat_templates_init(model, not_null(override_source));
        return self.release();
    });
}

void redoubt_template_close(redoubt_template * self) { delete self; }

int32_t redoubt_template_origin(const redoubt_template * self) { return self->from; }

const char * redoubt_template_source(const redoubt_template * self) { return self->source.c_str(); }

static common_json parsed(const char * text, const char * what) {
    common_json value = common_json::parse_no_throw(text);
    if (value.is_discarded() || !value.is_array()) {
        throw std::invalid_argument(std::string(what) + " must be a JSON array");
    }
    return value;
}

static void check_roles(const common_json & messages) {
    static const std::set<std::string> roles = {"system", "developer", "user", "assistant", "tool"};
    if (messages.empty()) {
        throw std::invalid_argument("messages must hold at least one message");
    }
    for (const auto & message : messages) {
        if (!message.is_object() || !message.contains("role") || !message.at("role").is_string() ||
            roles.count(message.at("role").get<std::string>()) == 0) {
            throw std::invalid_argument("the role of a message must be system, developer, user, assistant or tool");
        }
    }
}

// What a base model continues best: the instructions as a paragraph, then a transcript. See docs/chat-templates.md.
static std::string transcript(const std::vector<common_chat_msg> & messages) {
    std::string text;
    for (const auto & message : messages) {
        const std::string content = message.content_parts.empty() ? message.content : message.render_content("\n");
        if (message.role == "system" || message.role == "developer") {
            text += content + "\n\n";
        } else if (message.role == "user") {
            text += "User: " + content + "\n";
        } else if (message.role == "assistant") {
            text += "Assistant: " + content + "\n";
        } else {
            text += "Tool: " + content + "\n";
        }
    }
    return text + "Assistant:";
}

static const std::vector<std::string> & transcript_stops() {
    static const std::vector<std::string> stops = {"\nUser:", "\nAssistant:", "\nSystem:", "\nTool:"};
    return stops;
}

static common_chat_params applied(const redoubt_template * self, const common_json & messages, const common_json & tools) {
    common_chat_templates_inputs inputs;
    inputs.messages = common_chat_msgs_parse_oaicompat(messages);
    inputs.tools = common_chat_tools_parse_oaicompat(tools);
    try {
        return common_chat_templates_apply(self->templates.get(), inputs);
    } catch (const std::exception &) {
        // llama.cpp also derives a parser for the answer, and some templates defeat that. The prompt does not need it.
        inputs.force_pure_content = true;
        return common_chat_templates_apply(self->templates.get(), inputs);
    }
}

template <typename Element> static Element * copied(const Element * from, size_t count) {
    auto * out = (Element *) std::malloc(count == 0 ? 1 : count * sizeof(Element));
    if (out == nullptr) {
        throw std::bad_alloc();
    }
    std::memcpy(out, from, count * sizeof(Element));
    return out;
}

static void put(redoubt_prompt * out, const std::string & text, const std::vector<llama_token> & tokens, const std::vector<std::string> & stops) {
    std::string joined;
    for (const auto & stop : stops) {
        joined += stop;
        joined += '\0';
    }
    if (text.size() > INT32_MAX || tokens.size() > INT32_MAX) {
        throw std::length_error("the conversation is longer than two gigabytes");
    }
    out->text = copied(text.data(), text.size());
    out->tokens = copied(tokens.data(), tokens.size());
    out->stops = copied(joined.data(), joined.size());
    out->text_length = (int32_t) text.size();
    out->token_count = (int32_t) tokens.size();
    out->stops_length = (int32_t) joined.size();
    out->stop_count = (int32_t) stops.size();
}

int32_t redoubt_template_render(const redoubt_template * self, const char * messages, const char * tools, redoubt_prompt * out, char * error,
                                int32_t error_size) {
    *out = redoubt_prompt{};
    const int32_t result = guarded<int32_t>(REDOUBT_FAILED, error, error_size, [&]() -> int32_t {
        const common_json conversation = parsed(messages, "messages");
        const common_json functions = tools == nullptr ? common_json::array() : parsed(tools, "tools");
        check_roles(conversation);
        if (self->from == FALLBACK) {
            if (functions.size() > 0) {
                throw std::invalid_argument("this model has no chat template, so it cannot be given tools");
            }
            const std::string text = transcript(common_chat_msgs_parse_oaicompat(conversation));
            put(out, text, common_tokenize(self->vocab, text, true, false), transcript_stops());
            return 0;
        }
        const std::string mark = control_texts::unused_mark(self->source + conversation.dump() + functions.dump());
        const common_chat_params params = applied(self, self->controls.marked(conversation, mark), self->controls.marked(functions, mark));
        put(out, without(params.prompt, mark), self->controls.tokenize(params.prompt, mark), params.additional_stops);
        return 0;
    });
    if (result != 0) {
        redoubt_prompt_free(out);
    }
    return result;
}

void redoubt_prompt_free(redoubt_prompt * prompt) {
    std::free(prompt->text);
    std::free(prompt->tokens);
    std::free(prompt->stops);
    *prompt = redoubt_prompt{};
}
