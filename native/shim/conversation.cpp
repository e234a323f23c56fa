// Conversations to prompts: llama.cpp's own Jinja engine and its special cases, with control texts kept out, and a
// plain transcript for models that have no template.
#include <cstdlib>
#include <set>
#include <stdexcept>

#include "answer_form.h"
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
    refuse_deep(text, what);
    common_json value = common_json::parse_no_throw(text);
    if (value.is_discarded() || !value.is_array()) {
        throw std::invalid_argument(std::string(what) + " must be a JSON array");
    }
    return value;
}

static common_json parsed_object(const char * text, const char * what) {
    refuse_deep(text, what);
    common_json value = common_json::parse_no_throw(text);
    if (value.is_discarded() || !value.is_object()) {
        throw std::invalid_argument(std::string(what) + " must be a JSON object");
    }
    return value;
}

// Variables of the template itself are not for others to set.
static void check_arguments(const common_json & arguments) {
    static const std::set<std::string> own = {"messages", "tools", "bos_token", "eos_token", "add_generation_prompt", "raise_exception", "strftime_now"};
    for (const auto & [name, value] : arguments.items()) {
        bool plain = !name.empty() && name.size() <= 64 && !(name[0] >= '0' && name[0] <= '9');
        for (char c : name) {
            plain = plain && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_');
        }
        if (!plain || own.count(name) != 0) {
            throw std::invalid_argument("an argument of the chat template cannot be called " + name.substr(0, 64));
        }
    }
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

static bool can(const redoubt_template * self, const char * what) {
    const auto abilities = common_chat_templates_get_caps(self->templates.get());
    const auto found = abilities.find(what);
    return found != abilities.end() && found->second;
}

static common_chat_params applied(const redoubt_template * self, const common_json & messages, const common_json & tools,
                                  const common_json & arguments, const redoubt_request * request) {
    common_chat_templates_inputs inputs;
    inputs.messages = common_chat_msgs_parse_oaicompat(messages);
    inputs.tools = common_chat_tools_parse_oaicompat(tools);
    inputs.tool_choice = (common_chat_tool_choice) (request->tool_choice == 1 ? COMMON_CHAT_TOOL_CHOICE_NONE
                                                    : request->tool_choice == 2 ? COMMON_CHAT_TOOL_CHOICE_REQUIRED
                                                                                : COMMON_CHAT_TOOL_CHOICE_AUTO);
    inputs.parallel_tool_calls = request->parallel != 0 && can(self, "supports_parallel_tool_calls");
    inputs.reasoning_format = COMMON_REASONING_FORMAT_DEEPSEEK;
    for (const auto & [name, value] : arguments.items()) {
        inputs.chat_template_kwargs[name] = value.dump();
    }
    if (arguments.contains("enable_thinking") && arguments.at("enable_thinking").is_boolean()) {
        inputs.enable_thinking = arguments.at("enable_thinking").get<bool>();
    }
    if (request->rules != nullptr) {
        inputs.json_schema = answer_form::placeholder_schema();
    }
    try {
        return common_chat_templates_apply(self->templates.get(), inputs);
    } catch (const std::exception & problem) {
        // llama.cpp also derives a parser for the answer, and some templates defeat that. The prompt does not need it.
        if (!inputs.tools.empty() && inputs.tool_choice != COMMON_CHAT_TOOL_CHOICE_NONE) {
            throw;
        }
        inputs.force_pure_content = true;
        inputs.json_schema.clear();
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

static void put(redoubt_prompt * out, const std::string & text, const std::vector<llama_token> & tokens, const std::vector<std::string> & stops,
                const answer_form & form) {
    std::string joined;
    for (const auto & stop : stops) {
        joined += stop;
        joined += '\0';
    }
    const std::string written = form.to_json();
    if (text.size() > INT32_MAX || tokens.size() > INT32_MAX || written.size() > INT32_MAX) {
        throw std::length_error("the conversation is longer than two gigabytes");
    }
    std::vector<llama_token> controls;
    for (const auto & control : form.controls) {
        controls.push_back(control.first);
    }
    out->text = copied(text.data(), text.size());
    out->tokens = copied(tokens.data(), tokens.size());
    out->stops = copied(joined.data(), joined.size());
    out->form = copied(written.data(), written.size());
    out->controls = copied(controls.data(), controls.size());
    out->text_length = (int32_t) text.size();
    out->token_count = (int32_t) tokens.size();
    out->stops_length = (int32_t) joined.size();
    out->stop_count = (int32_t) stops.size();
    out->form_length = (int32_t) written.size();
    out->control_count = (int32_t) controls.size();
    out->has_grammar = form.grammar.empty() ? 0 : 1;
    out->reads = form.reads() ? 1 : 0;
}

static void render_transcript(const redoubt_template * self, const common_json & conversation, const common_json & tools,
                              const common_json & arguments, const redoubt_request * request, redoubt_prompt * out) {
    if (tools.size() > 0) {
        throw std::invalid_argument("this model has no chat template, so it cannot be given tools");
    }
    if (!arguments.empty()) {
        throw std::invalid_argument("this model has no chat template, so there is nothing that arguments could be given to");
    }
    const std::string text = transcript(common_chat_msgs_parse_oaicompat(conversation));
    put(out, text, common_tokenize(self->vocab, text, true, false), transcript_stops(), answer_form::of_rules(request->rules));
}

static void check_tools(const redoubt_template * self, const common_json & tools, const redoubt_request * request) {
    if (tools.empty()) {
        if (request->tool_choice == 2) {
            throw std::invalid_argument("a call of a tool is demanded and there are no tools");
        }
        return;
    }
    if (!can(self, "supports_tools") || !can(self, "supports_tool_calls")) {
        throw std::invalid_argument("this model's chat template has no place for tools");
    }
    if (request->rules != nullptr && request->tool_choice != 1) {
        throw std::invalid_argument("tools and a form of the answer cannot be asked for together; leave one out, or set the tool choice to none");
    }
}

int32_t redoubt_template_render(const redoubt_template * self, const redoubt_request * request, redoubt_prompt * out, char * error,
                                int32_t error_size) {
    *out = redoubt_prompt{};
    const int32_t result = guarded<int32_t>(REDOUBT_FAILED, error, error_size, [&]() -> int32_t {
        const common_json messages = parsed(request->messages, "messages");
        const common_json tools = request->tools == nullptr ? common_json::array() : parsed(request->tools, "tools");
        const common_json forms = request->forms == nullptr ? tools : parsed(request->forms, "tools");
        const common_json arguments = request->arguments == nullptr ? common_json::object() : parsed_object(request->arguments, "the template's arguments");
        check_roles(messages);
        check_arguments(arguments);
        if (self->from == FALLBACK) {
            render_transcript(self, messages, tools, arguments, request, out);
            return 0;
        }
        check_tools(self, tools, request);
        const std::string mark = control_texts::unused_mark(self->source + messages.dump() + tools.dump() + arguments.dump());
        const common_json marked_tools = self->controls.marked(tools, mark);
        const common_chat_params params =
            applied(self, self->controls.marked(messages, mark), marked_tools, self->controls.marked(arguments, mark), request);
        // Marks belong to the prompt alone, and so does what grammars cannot keep of a schema.
        const bool same = marked_tools.dump() == forms.dump();
        const answer_form form = answer_form::of(same ? params : applied(self, messages, forms, arguments, request), self->vocab, tools.size() > 0, request);
        put(out, without(params.prompt, mark), self->controls.tokenize(params.prompt, mark), params.additional_stops, form);
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
    std::free(prompt->form);
    std::free(prompt->controls);
    *prompt = redoubt_prompt{};
}
