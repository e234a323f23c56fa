package redoubt.engine.process;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import redoubt.foreign.llama.LlamaModel;

/// The identity of a tokenizer: SHA-256 over its kind (`tokenizer.ggml.model` and
/// `tokenizer.ggml.pre`, each with a line feed), then for every token in order one byte of roles (1
/// control, 2 ends an answer), the number of its bytes (four bytes, big endian) and the bytes.
final class TokenizerDigest {
    private static final int CONTROL = 1;
    private static final int ENDS = 2;

    private TokenizerDigest() {}

    static String of(LlamaModel model) {
        MessageDigest digest = sha256();
        for (String key : new String[] {"tokenizer.ggml.model", "tokenizer.ggml.pre"}) {
            String kind = model.metadata(key).orElse("") + "\n";
            digest.update(kind.getBytes(StandardCharsets.UTF_8));
        }
        ByteBuffer head = ByteBuffer.allocate(1 + Integer.BYTES);
        for (int token = 0; token < model.vocabularySize(); token++) {
            int roles =
                    (model.isControl(token) ? CONTROL : 0)
                            | (model.endsGeneration(token) ? ENDS : 0);
            byte[] piece = model.piece(token);
            digest.update(head.clear().put((byte) roles).putInt(piece.length).flip());
            digest.update(piece);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new AssertionError("every Java has SHA-256", missing);
        }
    }
}
