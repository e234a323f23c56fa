package redoubt.appliance.site;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/// Random secrets, and the hash by which one is kept. Any thread.
public final class Secrets {
    private static final SecureRandom RANDOM = new SecureRandom();

    // No 0, O, 1, I, l: a person copies this from a screen.
    private static final String LEGIBLE =
            "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    private Secrets() {}

    public static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    /// 256 random bits for a header or a cookie.
    public static String token() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(32));
    }

    /// A random identifier of 128 bits, in hex.
    public static String id() {
        return HexFormat.of().formatHex(bytes(16));
    }

    /// A password that a person can copy: 24 characters, about 139 bits, in groups.
    public static String password() {
        StringBuilder password = new StringBuilder();
        for (int i = 0; i < 24; i++) {
            if (i > 0 && i % 6 == 0) password.append('-');
            password.append(LEGIBLE.charAt(RANDOM.nextInt(LEGIBLE.length())));
        }
        return password.toString();
    }

    /// 32 random bytes that a file keeps; they are made when it is not there.
    public static byte[] keptIn(Path file) throws IOException {
        if (!Files.exists(file)) Durable.write(file, bytes(32));
        return Files.readAllBytes(file);
    }

    /// How a random secret is kept: it has more than enough entropy for a plain hash.
    public static String hash(String secret) {
        return HexFormat.of().formatHex(sha256(secret.getBytes(StandardCharsets.UTF_8)));
    }

    public static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java has SHA-256", impossible);
        }
    }
}
