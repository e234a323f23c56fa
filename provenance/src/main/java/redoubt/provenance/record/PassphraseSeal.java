package redoubt.provenance.record;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.CharBuffer;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.spec.InvalidParameterSpecException;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// A private key under a passphrase: EncryptedPrivateKeyInfo (RFC 5958) with PBES2 (RFC 8018),
/// PBKDF2-HMAC-SHA512 and AES-256-CBC, which other tools read. It hides the key and does not notice
/// changed bytes. The JDK reads this form and cannot write it. Stateless, any thread.
final class PassphraseSeal {
    private static final String SCHEME = "PBEWithHmacSHA512AndAES_256";
    private static final int ITERATIONS = 600_000;
    // A file from elsewhere must not keep us busy for hours.
    private static final int ITERATIONS_MAX = 20_000_000;
    private static final int KEY_BITS = 256;
    private static final int SALT_BYTES = 16;
    private static final int IV_BYTES = 16;
    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;
    private static final int INTEGER = 0x02;
    private static final byte[] PBES2 = hex("06092a864886f70d01050d");
    private static final byte[] PBKDF2 = hex("06092a864886f70d01050c");
    private static final byte[] HMAC_SHA512 = hex("300c06082a864886f70d020b0500");
    private static final byte[] AES_256_CBC = hex("060960864801650304012a");

    private PassphraseSeal() {}

    static byte[] seal(byte[] pkcs8, char[] passphrase) {
        var random = new SecureRandom();
        var salt = new byte[SALT_BYTES];
        var iv = new byte[IV_BYTES];
        random.nextBytes(salt);
        random.nextBytes(iv);
        try {
            var spec = new PBEParameterSpec(salt, ITERATIONS, new IvParameterSpec(iv));
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, spec, passphrase).doFinal(pkcs8);
            byte[] derivation =
                    der(
                            SEQUENCE,
                            PBKDF2,
                            der(
                                    SEQUENCE,
                                    der(OCTET_STRING, salt),
                                    integer(ITERATIONS),
                                    integer(KEY_BITS / Byte.SIZE),
                                    HMAC_SHA512));
            byte[] encryption = der(SEQUENCE, AES_256_CBC, der(OCTET_STRING, iv));
            return der(
                    SEQUENCE,
                    der(SEQUENCE, PBES2, der(SEQUENCE, derivation, encryption)),
                    der(OCTET_STRING, sealed));
        } catch (GeneralSecurityException bug) {
            throw new AssertionError("every JDK 25 has PBKDF2 and AES", bug);
        }
    }

    /// @throws NoSuchAlgorithmException when it is protected in another way
    /// @throws GeneralSecurityException when the passphrase is wrong, as far as it can be seen
    /// @throws IOException when it is not of this form
    static byte[] open(byte[] sealed, char[] passphrase)
            throws IOException, GeneralSecurityException {
        var info = new EncryptedPrivateKeyInfo(sealed);
        var parameters = info.getAlgParameters();
        if (parameters == null || !SCHEME.equals(parameters.toString())) throw another();
        PBEParameterSpec spec;
        try {
            spec = parameters.getParameterSpec(PBEParameterSpec.class);
        } catch (InvalidParameterSpecException other) {
            throw new NoSuchAlgorithmException(other);
        }
        if (spec.getIterationCount() < 1
                || spec.getIterationCount() > ITERATIONS_MAX
                || spec.getSalt().length != SALT_BYTES) throw another();
        return cipher(Cipher.DECRYPT_MODE, spec, passphrase).doFinal(info.getEncryptedData());
    }

    private static NoSuchAlgorithmException another() {
        return new NoSuchAlgorithmException("it is protected in another way than ours");
    }

    private static Cipher cipher(int mode, PBEParameterSpec spec, char[] passphrase)
            throws GeneralSecurityException {
        char[] normal = normal(passphrase);
        var derivation = new PBEKeySpec(normal, spec.getSalt(), spec.getIterationCount(), KEY_BITS);
        byte[] derived = new byte[0];
        try {
            derived =
                    SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                            .generateSecret(derivation)
                            .getEncoded();
            var cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
            cipher.init(mode, new SecretKeySpec(derived, "AES"), spec.getParameterSpec());
            return cipher;
        } finally {
            derivation.clearPassword();
            Arrays.fill(normal, '\0');
            Arrays.fill(derived, (byte) 0);
        }
    }

    // Typed on one machine, asked for on another: one form of each letter. Where there is but one,
    // no string is made of it, because nobody could wipe that.
    private static char[] normal(char[] passphrase) {
        for (char letter : passphrase)
            if (letter > 0x7F)
                return Normalizer.normalize(CharBuffer.wrap(passphrase), Normalizer.Form.NFC)
                        .toCharArray();
        return passphrase.clone();
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    private static byte[] integer(int value) {
        return der(INTEGER, java.math.BigInteger.valueOf(value).toByteArray());
    }

    /// One value of DER (X.690): tag, length in the shortest form, contents.
    private static byte[] der(int tag, byte[]... parts) {
        var contents = new ByteArrayOutputStream();
        for (var part : parts) contents.writeBytes(part);
        var out = new ByteArrayOutputStream();
        out.write(tag);
        int length = contents.size();
        if (length > 0xFF) {
            out.write(0x82);
            out.write(length >>> 8);
        } else if (length > 0x7F) {
            out.write(0x81);
        }
        out.write(length);
        out.writeBytes(contents.toByteArray());
        return out.toByteArray();
    }
}
