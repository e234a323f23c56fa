package redoubt.engine.process;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import redoubt.engine.client.Prompt;
import redoubt.engine.vectors.VectorJob;
import redoubt.foreign.llama.LlamaModel;

/// Turns inputs into the tokens that a model which pools wants to see. Text never becomes a control
/// token: only the model's own frame around it does. Any thread.
final class InputTokens {
    private static final String QUERY = "{query}";
    private static final String DOCUMENT = "{document}";

    // A text of so many bytes for each token that fits is looked at, whatever its tokenizer drops.
    private static final int BYTES_PER_TOKEN_MAX = 256;

    private final LlamaModel model;
    private final PromptBound bound;
    private final int tokensMax;
    private final String template;

    /// Why an input cannot be used: a code and a sentence.
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        private final String code;

        Refused(String code, String sentence) {
            super(sentence, null, false, false);
            this.code = code;
        }

        String code() {
            return code;
        }

        String sentence() {
            return String.valueOf(getMessage());
        }
    }

    InputTokens(LoadedModel loaded) {
        this.model = loaded.model();
        this.tokensMax = loaded.facts().inputTokensMax();
        this.bound = new PromptBound(loaded.longestPieceBytes(), tokensMax + 1);
        this.template = model.metadata("tokenizer.chat_template.rerank").orElse("");
    }

    /// The tokens of one input of an embedding.
    VectorJob.Input of(Prompt input, int index, boolean truncate) throws Refused {
        String name = "input[%d]".formatted(index);
        return switch (input) {
            case Prompt.Text(String text) -> {
                String kept = checkedLength(text, name, truncate);
                int[] tokens = model.tokenize(kept, true, false);
                yield fitted(tokens, name, truncate || kept.length() < text.length(), true);
            }
            case Prompt.Tokens(List<Integer> listed) ->
                    fitted(checked(listed, name), name, truncate, false);
            case Prompt.Chat _ ->
                    throw new Refused(
                            "invalid_request",
                            "%s is a conversation, and vectors are made of texts or lists of tokens. Send its text."
                                    .formatted(name));
        };
    }

    private String checkedLength(String text, String name, boolean truncate) throws Refused {
        if (text.isEmpty()) {
            throw new Refused(
                    "invalid_request",
                    "%s is empty, so there is nothing to compute. Leave it out, or send some text."
                            .formatted(name));
        }
        long bytes = TextLength.utf8(text);
        OptionalLong tooMany = bound.tooMany(bytes);
        boolean tooLong = tooMany.isPresent() || bytes > (long) tokensMax * BYTES_PER_TOKEN_MAX;
        if (tooLong && !truncate) {
            throw tooLong(
                    name,
                    tooMany.isPresent()
                            ? "at least %d tokens".formatted(tooMany.getAsLong())
                            : "%d bytes".formatted(bytes));
        }
        if (!tooLong) {
            return text;
        }
        int keep = Math.min(text.length(), tokensMax * BYTES_PER_TOKEN_MAX / 4);
        return text.substring(
                0, Character.isHighSurrogate(text.charAt(keep - 1)) ? keep - 1 : keep);
    }

    private int[] checked(List<Integer> listed, String name) throws Refused {
        if (listed.isEmpty()) {
            throw new Refused(
                    "invalid_request",
                    "%s is an empty list of tokens, so there is nothing to compute. Leave it out."
                            .formatted(name));
        }
        for (int at = 0; at < listed.size(); at++) {
            int token = listed.get(at);
            if (token < 0 || token >= model.vocabularySize()) {
                throw new Refused(
                        "token_out_of_range",
                        "%s[%d] is %d, and this model's tokens are 0 to %d. Nothing was computed. Send tokens of this model; those of another model mean something else here."
                                .formatted(name, at, token, model.vocabularySize() - 1));
            }
        }
        return listed.stream().mapToInt(Integer::intValue).toArray();
    }

    private VectorJob.Input fitted(int[] tokens, String name, boolean truncate, boolean framed)
            throws Refused {
        if (tokens.length == 0) {
            throw new Refused(
                    "invalid_request",
                    "%s has no token that this model knows, so there is nothing to compute. Send other text."
                            .formatted(name));
        }
        if (tokens.length <= tokensMax) {
            return new VectorJob.Input(tokens, false);
        }
        if (!truncate) {
            throw tooLong(name, "%d tokens".formatted(tokens.length));
        }
        int[] kept = Arrays.copyOf(tokens, tokensMax);
        int last = tokens[tokens.length - 1];
        if (framed && model.isControl(last)) {
            kept[tokensMax - 1] = last;
        }
        return new VectorJob.Input(kept, true);
    }

    private Refused tooLong(String name, String has) {
        return new Refused(
                "input_too_long",
                "%s has %s, and this model takes at most %d at once. Nothing was computed. Cut it into parts, or ask for it to be truncated."
                        .formatted(name, has, tokensMax));
    }

    /// A query that documents are compared with.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Query(String text, int[] tokens) {}

    Query query(String text) throws Refused {
        return new Query(text, model.tokenize(checkedLength(text, "query", false), false, false));
    }

    /// The tokens of a query and a document together.
    VectorJob.Input pair(Query query, String document, int index, boolean truncate) throws Refused {
        String name = "documents[%d]".formatted(index);
        String kept = checkedLength(document, name, truncate);
        int[] text = model.tokenize(kept, false, false);
        int[] before = before(query.tokens());
        int[] after = after();
        int room = tokensMax - before.length - after.length;
        boolean cut = kept.length() < document.length() || text.length > room;
        if (room <= 0) {
            throw tooLong("query", "%d tokens with what is around it".formatted(before.length));
        }
        if (text.length > room && !truncate) {
            throw tooLong(
                    name + " with the query",
                    "%d tokens".formatted(text.length + before.length + after.length));
        }
        int[] shown = text.length > room ? Arrays.copyOf(text, room) : text;
        return new VectorJob.Input(joined(before, shown, after), cut);
    }

    // Everything up to the document: as its template says, or as models of this kind were trained.
    private int[] before(int[] query) {
        int document = template.indexOf(DOCUMENT);
        int at = template.indexOf(QUERY);
        if (document >= 0 && at >= 0 && at < document) {
            return joined(
                    model.tokenize(template.substring(0, at), false, true),
                    query,
                    model.tokenize(template.substring(at + QUERY.length(), document), false, true));
        }
        return joined(
                one(model.addsBeginToken(), model.beginToken()),
                query,
                joined(
                        one(model.addsEndToken(), endToken()),
                        one(model.addsSeparatorToken(), model.separatorToken()),
                        new int[0]));
    }

    private int[] after() {
        int document = template.indexOf(DOCUMENT);
        int at = template.indexOf(QUERY);
        return document >= 0 && at >= 0 && at < document
                ? model.tokenize(template.substring(document + DOCUMENT.length()), false, true)
                : one(model.addsEndToken(), endToken());
    }

    private OptionalInt endToken() {
        OptionalInt end = model.endToken();
        return end.isPresent() ? end : model.separatorToken();
    }

    private static int[] one(boolean wanted, OptionalInt token) {
        return wanted && token.isPresent() ? new int[] {token.getAsInt()} : new int[0];
    }

    private static int[] joined(int[] first, int[] second, int[] third) {
        return IntStream.concat(
                        IntStream.concat(Arrays.stream(first), Arrays.stream(second)),
                        Arrays.stream(third))
                .toArray();
    }
}
