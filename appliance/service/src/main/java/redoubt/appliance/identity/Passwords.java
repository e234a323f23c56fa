package redoubt.appliance.identity;

import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import redoubt.appliance.site.Secrets;

/// Argon2id of passwords. Source: RFC 9106; the OWASP Password Storage Cheat Sheet gives these
/// parameters (46 MiB, one pass) among its equals.
///
/// At most two run at a time, so that a hundred sign-ins cannot take the memory of the service.
/// Thread safe; runs on the caller's thread.
final class Passwords {
    static final int LENGTH_MIN = 12;
    static final int LENGTH_MAX = 200;

    private static final int MEMORY_KIB = 47_104;
    private static final int PASSES = 1;
    private static final int LANES = 1;
    private static final int HASH_BYTES = 32;
    private static final long WAIT_S_MAX = 20;

    private static final Semaphore AT_ONCE = new Semaphore(2, true);

    // For a name that does not exist the same work is done, over a hash that nobody has.
    private static final String NOBODY = nobodys();

    private Passwords() {}

    /// More sign-ins wait than can be worked off soon.
    static final class BusyException extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /// A hash that no password has.
    static String nobodys() {
        return encode(Secrets.bytes(16), Secrets.bytes(HASH_BYTES), MEMORY_KIB, PASSES);
    }

    static String hash(String password) throws BusyException {
        byte[] salt = Secrets.bytes(16);
        return encode(salt, derive(password, salt, MEMORY_KIB, PASSES), MEMORY_KIB, PASSES);
    }

    /// Compares in constant time.
    static boolean matches(String password, String encoded) throws BusyException {
        String[] parts = encoded.split("\\$", -1);
        if (parts.length != 6 || !parts[1].equals("argon2id"))
            throw new IllegalStateException("a stored password hash has another form");
        int memory = Integer.parseInt(parts[3].replaceAll("m=(\\d+),.*", "$1"));
        int passes = Integer.parseInt(parts[3].replaceAll(".*t=(\\d+),.*", "$1"));
        Base64.Decoder base64 = Base64.getDecoder();
        return MessageDigest.isEqual(
                base64.decode(parts[5]), derive(password, base64.decode(parts[4]), memory, passes));
    }

    /// The work of [#matches] for a name that does not exist.
    static void matchNobody(String password) throws BusyException {
        matches(password, NOBODY);
    }

    private static byte[] derive(String password, byte[] salt, int memoryKib, int passes)
            throws BusyException {
        boolean admitted = false;
        byte[] secret = new byte[0];
        try {
            admitted = AT_ONCE.tryAcquire(WAIT_S_MAX, TimeUnit.SECONDS);
            if (!admitted) throw new BusyException();
            var encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(password));
            secret = new byte[encoded.remaining()];
            encoded.get(secret);
            Argon2BytesGenerator generator = new Argon2BytesGenerator();
            generator.init(
                    new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                            .withMemoryAsKB(memoryKib)
                            .withIterations(passes)
                            .withParallelism(LANES)
                            .withSalt(salt)
                            .build());
            byte[] hash = new byte[HASH_BYTES];
            generator.generateBytes(secret, hash);
            return hash;
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new BusyException();
        } finally {
            Arrays.fill(secret, (byte) 0);
            if (admitted) AT_ONCE.release();
        }
    }

    private static String encode(byte[] salt, byte[] hash, int memoryKib, int passes) {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
                .formatted(
                        memoryKib,
                        passes,
                        LANES,
                        base64.encodeToString(salt),
                        base64.encodeToString(hash));
    }
}
