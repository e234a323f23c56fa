package redoubt.provenance.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/// The record root as a file on media: PEM with `ENCRYPTED PRIVATE KEY` (RFC 5958; PBES2 of RFC
/// 8018 with PBKDF2-HMAC-SHA512 and AES-256-CBC, which other tools read) and, so that the two can
/// never be a mixed pair, `PUBLIC KEY` (RFC 9881) behind it. The encryption does not notice changed
/// bytes; the trial signature under the public half does. Stateless, any thread. Source:
/// docs/ceremonies.md.
public final class RootKeyFile {
    /// On media and on the host.
    public static final String PUBLIC_HALF = "record-root.pem";

    /// So many characters a passphrase has at least.
    public static final int PASSPHRASE_MIN = 12;

    static final int FILE_BYTES_MAX = 64 << 10;

    private RootKeyFile() {}

    /// @throws RootRefusedException when the passphrase is too short to protect anything
    static String protect(RecordRoot root, char[] passphrase) throws IOException {
        if (passphrase.length < PASSPHRASE_MIN)
            throw new RootRefusedException(
                    "The passphrase has %d characters; the record root needs at least %d, because whoever finds the medium can try as long as they like. Five or six words that nobody would guess are good."
                            .formatted(passphrase.length, PASSPHRASE_MIN));
        byte[] pkcs8 = root.pkcs8();
        try {
            return pem("ENCRYPTED PRIVATE KEY", PassphraseSeal.seal(pkcs8, passphrase))
                    + publicPem(root.publicKey());
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
        }
    }

    /// @throws RootRefusedException when it is not such a file, or not its passphrase
    public static RecordRoot open(byte[] file, char[] passphrase) throws IOException {
        String text = new String(file, StandardCharsets.US_ASCII);
        byte[] sealed = block(text, "ENCRYPTED PRIVATE KEY");
        Bytes publicKey = publicKey(text);
        byte[] pkcs8 = new byte[0];
        try {
            pkcs8 = PassphraseSeal.open(sealed, passphrase);
            return RecordRoot.of(pkcs8, publicKey);
        } catch (NoSuchAlgorithmException other) {
            throw notAKeyFile("it is protected in another way than ours", other);
        } catch (GeneralSecurityException wrong) {
            // A wrong padding, a wrong key behind it, or halves that do not belong together.
            throw wrongPassphrase(wrong);
        } catch (RootRefusedException refused) {
            throw refused;
        } catch (IOException malformed) {
            throw notAKeyFile(String.valueOf(malformed.getMessage()), malformed);
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
        }
    }

    /// The raw ML-DSA-87 key of a PEM text.
    static Bytes publicKey(String pem) throws RootRefusedException {
        try {
            return MlDsa.ML_DSA_87.raw(MlDsa.ML_DSA_87.publicKeyOf(block(pem, "PUBLIC KEY")));
        } catch (GeneralSecurityException other) {
            throw notAKeyFile("its public half is no ML-DSA-87 key", other);
        }
    }

    static String publicPem(Bytes publicKey) {
        try {
            return pem("PUBLIC KEY", MlDsa.ML_DSA_87.publicKey(publicKey).getEncoded());
        } catch (GeneralSecurityException bug) {
            throw new IllegalArgumentException("not an ML-DSA-87 key", bug);
        }
    }

    /// What holds a secret is never a string, because nobody could wipe that.
    static byte[] secretPem(String label, byte[] der) {
        byte[] begin = "-----BEGIN %s-----\n".formatted(label).getBytes(StandardCharsets.US_ASCII);
        byte[] end = "\n-----END %s-----\n".formatted(label).getBytes(StandardCharsets.US_ASCII);
        byte[] base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encode(der);
        byte[] pem = new byte[begin.length + base64.length + end.length];
        ByteBuffer.wrap(pem).put(begin).put(base64).put(end);
        Arrays.fill(base64, (byte) 0);
        return pem;
    }

    /// The block of such a file, without a string of it.
    static byte[] secretBlock(byte[] file, String label) throws RootRefusedException {
        byte[] begins = ("-----BEGIN " + label + "-----").getBytes(StandardCharsets.US_ASCII);
        byte[] ends = ("-----END " + label + "-----").getBytes(StandardCharsets.US_ASCII);
        int begin = indexOf(file, begins);
        int end = indexOf(file, ends);
        if (begin < 0 || end < begin + begins.length)
            throw notAKeyFile("it holds no " + label, null);
        byte[] base64 = Arrays.copyOfRange(file, begin + begins.length, end);
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException malformed) {
            throw notAKeyFile("it is not base64", malformed);
        } finally {
            Arrays.fill(base64, (byte) 0);
        }
    }

    private static int indexOf(byte[] file, byte[] words) {
        for (int at = 0; at + words.length <= file.length; at++)
            if (Arrays.equals(file, at, at + words.length, words, 0, words.length)) return at;
        return -1;
    }

    static String pem(String label, byte[] der) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(
                        label,
                        Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der),
                        label);
    }

    static byte[] block(String text, String label) throws RootRefusedException {
        String begins = "-----BEGIN " + label + "-----";
        int begin = text.indexOf(begins);
        int end = text.indexOf("-----END " + label + "-----");
        if (begin < 0 || end < begin) throw notAKeyFile("it holds no " + label, null);
        try {
            return Base64.getMimeDecoder().decode(text.substring(begin + begins.length(), end));
        } catch (IllegalArgumentException malformed) {
            throw notAKeyFile("it is not base64", malformed);
        }
    }

    private static RootRefusedException wrongPassphrase(Exception cause) {
        return new RootRefusedException(
                "The passphrase is not that of this key file, or the file was damaged. Nothing was signed or changed. Try again; if it stays so, compare the file with its SHA256SUMS and take the other copy.",
                cause);
    }

    private static RootRefusedException notAKeyFile(
            String why, @org.jspecify.annotations.Nullable Exception cause) {
        String sentence =
                "The file is not a protected record root: %s. Name the record-root.key of the medium."
                        .formatted(why);
        return cause == null
                ? new RootRefusedException(sentence)
                : new RootRefusedException(sentence, cause);
    }
}
