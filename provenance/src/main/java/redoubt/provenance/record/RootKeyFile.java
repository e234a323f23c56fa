package redoubt.provenance.record;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
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
        return pem("ENCRYPTED PRIVATE KEY", PassphraseSeal.seal(root.pkcs8(), passphrase))
                + publicPem(root.publicKey());
    }

    /// @throws RootRefusedException when it is not such a file, or not its passphrase
    public static RecordRoot open(byte[] file, char[] passphrase) throws IOException {
        String text = new String(file, StandardCharsets.US_ASCII);
        byte[] sealed = block(text, "ENCRYPTED PRIVATE KEY");
        Bytes publicKey = publicKey(text);
        try {
            return RecordRoot.of(PassphraseSeal.open(sealed, passphrase), publicKey);
        } catch (NoSuchAlgorithmException other) {
            throw notAKeyFile("it is protected in another way than ours", other);
        } catch (GeneralSecurityException wrong) {
            // A wrong padding, a wrong key behind it, or halves that do not belong together.
            throw wrongPassphrase(wrong);
        } catch (RootRefusedException refused) {
            throw refused;
        } catch (IOException malformed) {
            throw notAKeyFile(String.valueOf(malformed.getMessage()), malformed);
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
