package redoubt.engine.process;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import redoubt.foreign.llama.LlamaModel;

/// What is known of a tokenizer after looking at all of it: its identity, and the most bytes of
/// text that one token can stand for, 0 where its kind may drop text. The identity is the SHA-256
/// over its kind (`tokenizer.ggml.model` and `tokenizer.ggml.pre`, each with a line feed), then for
/// every token in order one byte of roles (1 control, 2 ends an answer), the number of its bytes
/// (four bytes, big endian) and the bytes.
record TokenizerDigest(String sha256, int longestPieceBytes) {
    // These squeeze white space or strip accents before they cut.
    private static final Set<String> DROP_TEXT = Set.of("t5", "bert", "plamo2", "rwkv");

    private static final int CONTROL = 1;
    private static final int ENDS = 2;

    static TokenizerDigest of(LlamaModel model) {
        MessageDigest digest = newSha256();
        for (String key : new String[] {"tokenizer.ggml.model", "tokenizer.ggml.pre"}) {
            String kind = model.metadata(key).orElse("") + "\n";
            digest.update(kind.getBytes(StandardCharsets.UTF_8));
        }
        int longest = 1;
        ByteBuffer head = ByteBuffer.allocate(1 + Integer.BYTES);
        for (int token = 0; token < model.vocabularySize(); token++) {
            int roles =
                    (model.isControl(token) ? CONTROL : 0)
                            | (model.endsGeneration(token) ? ENDS : 0);
            byte[] piece = model.piece(token);
            digest.update(head.clear().put((byte) roles).putInt(piece.length).flip());
            digest.update(piece);
            longest = Math.max(longest, piece.length);
        }
        boolean drops = DROP_TEXT.contains(model.metadata("tokenizer.ggml.model").orElse(""));
        return new TokenizerDigest(HexFormat.of().formatHex(digest.digest()), drops ? 0 : longest);
    }

    static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new AssertionError("every Java has SHA-256", missing);
        }
    }
}
