package redoubt.hardware;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// What a model's tokens are, as its file says it: two models whose vocabularies are equal mean the
/// same text by the same token numbers. Read once more from the file, strictly, by Java alone.
///
/// @param kind how texts of tokens are written (`tokenizer.ggml.model`)
/// @param textsSha256 over each token's text in order, with its length before it
/// @param typesSha256 over each token's type in order
/// @param special the numbers of tokens that have a meaning of their own, by key
public record Vocabulary(
        String kind, String textsSha256, String typesSha256, SortedMap<String, Long> special) {
    private static final String TEXTS = "tokenizer.ggml.tokens";
    private static final String TYPES = "tokenizer.ggml.token_type";
    private static final Pattern SPECIAL = Pattern.compile("tokenizer\\.ggml\\.[a-z_]+_token_id");

    public Vocabulary {
        special = Collections.unmodifiableSortedMap(new TreeMap<>(special));
    }

    /// The vocabulary of a model whose header was read.
    ///
    /// @throws IOException when the medium fails, or the file is not what it was
    public static Vocabulary of(GgufHeader header) throws IOException {
        MessageDigest texts = sha256();
        MessageDigest types = sha256();
        SortedMap<String, Object> metadata;
        try (GgufCursor in = GgufCursor.open(header.shards().getFirst())) {
            metadata =
                    GgufShard.read(
                                    in,
                                    key ->
                                            switch (key) {
                                                case TEXTS -> texts;
                                                case TYPES -> types;
                                                default -> null;
                                            })
                            .metadata();
        } catch (MalformedGguf changed) {
            throw new IOException(
                    "%s is not what it was a moment ago: %s."
                            .formatted(
                                    header.shards().getFirst().getFileName(),
                                    GgufFiles.printable(changed.what())));
        }
        SortedMap<String, Long> special = new TreeMap<>();
        for (Map.Entry<String, Object> entry : metadata.entrySet()) {
            if (SPECIAL.matcher(entry.getKey()).matches()
                    && entry.getValue() instanceof Long number) {
                special.put(entry.getKey(), number);
            }
        }
        String kind = String.valueOf(metadata.getOrDefault("tokenizer.ggml.model", ""));
        return new Vocabulary(GgufFiles.printable(kind), hex(texts), hex(types), special);
    }

    /// In what this one, of a draft, is not the same as its model's, if in anything, as a part of a
    /// sentence.
    public Optional<String> differenceTo(Vocabulary model) {
        if (!kind.equals(model.kind)) {
            return Optional.of(
                    "its tokenizer is of the kind '%s', the model's '%s'"
                            .formatted(kind, model.kind));
        }
        if (!textsSha256.equals(model.textsSha256)) {
            return Optional.of("it has other tokens, or more or fewer of them");
        }
        if (!typesSha256.equals(model.typesSha256)) {
            return Optional.of("some of its tokens are of another type");
        }
        TreeMap<String, Long> keys = new TreeMap<>(special);
        keys.putAll(model.special);
        for (String key : keys.keySet()) {
            long here = special.getOrDefault(key, -1L);
            long there = model.special.getOrDefault(key, -1L);
            if (here != there) {
                return Optional.of(
                        "its %s is %s, the model's %s".formatted(key, number(here), number(there)));
            }
        }
        return Optional.empty();
    }

    private static String number(long token) {
        return token < 0 ? "none" : Long.toString(token);
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new AssertionError("every Java has SHA-256", missing);
        }
    }
}
