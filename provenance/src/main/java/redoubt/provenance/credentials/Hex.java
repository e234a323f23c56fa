package redoubt.provenance.credentials;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// SHA-256 as lower-case hex, the one spelling of a hash in this package. Stateless, any thread.
final class Hex {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private Hex() {}

    static boolean is32(String hex) {
        return SHA256.matcher(hex).matches();
    }

    static void require32(String name, String hex) {
        if (!is32(hex)) {
            throw new IllegalArgumentException(name + " is not 32 bytes of lower-case hex: " + hex);
        }
    }

    static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(digest(bytes));
    }

    static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
