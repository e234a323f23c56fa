package redoubt.provenance.witness;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import redoubt.provenance.record.DurableFile;
import redoubt.provenance.record.MalformedRecordException;
import redoubt.provenance.record.Witness;
import redoubt.provenance.record.WitnessKey;

/// A witness's key as it is kept: the verifier key for everybody to read, and the seed encrypted
/// under a passphrase (PBKDF2 with HMAC-SHA-512, AES-256-GCM over the lines above as well).
/// Stateless, any thread. Source: docs/audit-record.md section 12.5.
public final class WitnessKeyFile {
    /// Half a second or so for each guess on one core.
    private static final int ROUNDS = 600_000;

    /// Fewer characters are guessed in no time, however many rounds.
    public static final int PASSPHRASE_CHARACTERS_MIN = 12;

    private static final int ROUNDS_MAX = 10_000_000;
    private static final int FILE_BYTES_MAX = 16_384;
    private static final int SALT_BYTES = 16;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final String KIND = "redoubt-witness-key/1";
    private static final Pattern FILE =
            Pattern.compile(
                    KIND
                            + "\n([!-~]{1,8192})\npbkdf2-hmac-sha512 ([1-9][0-9]{0,7}) ([!-~]{24})\n"
                            + "([!-~]{80})\n");

    private WitnessKeyFile() {}

    /// Makes a key and writes it to a file that was not there.
    public static Witness create(Path file, String name, char[] passphrase)
            throws WitnessException {
        if (!Witness.isName(name)) {
            throw new WitnessException(
                    "A witness's name is printable ASCII without spaces and +, such as"
                            + " auditor.example/1. No key was made.");
        }
        if (passphrase.length < PASSPHRASE_CHARACTERS_MIN) {
            throw new WitnessException(
                    "The passphrase has fewer than "
                            + PASSPHRASE_CHARACTERS_MIN
                            + " characters. Whoever finds the key file could guess it. No key was"
                            + " made.");
        }
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new WitnessException(
                    file + " is there already. A key is never overwritten; name another folder.");
        }
        SecureRandom random = new SecureRandom();
        byte[] seed = new byte[WitnessKey.SEED_BYTES];
        random.nextBytes(seed);
        try {
            Witness witness = WitnessKey.ofSeed(name, seed).witness();
            byte[] salt = new byte[SALT_BYTES];
            byte[] nonce = new byte[NONCE_BYTES];
            random.nextBytes(salt);
            random.nextBytes(nonce);
            String head =
                    "%s\n%s\npbkdf2-hmac-sha512 %d %s\n"
                            .formatted(KIND, witness.vkey(), ROUNDS, base64(salt));
            byte[] hidden =
                    cipher(Cipher.ENCRYPT_MODE, passphrase, salt, ROUNDS, nonce, head)
                            .doFinal(seed);
            byte[] both = ByteBuffer.allocate(60).put(nonce).put(hidden).array();
            DurableFile.writeSecret(file, head + base64(both) + "\n");
            return witness;
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java has PBKDF2 and AES-GCM", e);
        } catch (IOException e) {
            throw new WitnessException(
                    "The key file " + file + " cannot be written: " + e.getMessage() + ".", e);
        } finally {
            Arrays.fill(seed, (byte) 0);
        }
    }

    /// Opens the key with its passphrase.
    public static WitnessKey open(Path file, char[] passphrase) throws WitnessException {
        Matcher parts = read(file);
        byte[] seed = new byte[0];
        try {
            Witness witness = Witness.parse(parts.group(1));
            int rounds = Integer.parseInt(parts.group(2));
            byte[] salt = Base64.getDecoder().decode(parts.group(3));
            byte[] both = Base64.getDecoder().decode(parts.group(4));
            if (rounds > ROUNDS_MAX || salt.length != SALT_BYTES || both.length != 60) {
                throw malformed(file, null);
            }
            String head =
                    "%s\n%s\npbkdf2-hmac-sha512 %d %s\n"
                            .formatted(KIND, parts.group(1), rounds, parts.group(3));
            byte[] nonce = Arrays.copyOf(both, NONCE_BYTES);
            seed =
                    cipher(Cipher.DECRYPT_MODE, passphrase, salt, rounds, nonce, head)
                            .doFinal(both, NONCE_BYTES, both.length - NONCE_BYTES);
            WitnessKey key = WitnessKey.ofSeed(witness.name(), seed);
            if (!key.witness().equals(witness)) {
                throw malformed(file, null);
            }
            return key;
        } catch (AEADBadTagException e) {
            throw new WitnessException(
                    "The passphrase does not open "
                            + file
                            + ", or the file was altered. Nothing was signed.",
                    e);
        } catch (GeneralSecurityException | MalformedRecordException | IllegalArgumentException e) {
            throw malformed(file, e);
        } finally {
            Arrays.fill(seed, (byte) 0);
        }
    }

    /// Whose key it is, without the passphrase. The file is not proven by that.
    public static Witness witness(Path file) throws WitnessException {
        try {
            return Witness.parse(read(file).group(1));
        } catch (MalformedRecordException e) {
            throw malformed(file, e);
        }
    }

    private static Matcher read(Path file) throws WitnessException {
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw malformed(file, null);
            }
            Matcher parts = FILE.matcher(Files.readString(file, StandardCharsets.US_ASCII));
            if (!parts.matches()) {
                throw malformed(file, null);
            }
            return parts;
        } catch (WitnessException e) {
            throw e;
        } catch (IOException e) {
            throw new WitnessException(
                    "The key file " + file + " cannot be read: " + e.getMessage() + ".", e);
        }
    }

    private static Cipher cipher(
            int mode, char[] passphrase, byte[] salt, int rounds, byte[] nonce, String head)
            throws GeneralSecurityException {
        PBEKeySpec spec = new PBEKeySpec(passphrase, salt, rounds, 256);
        byte[] derived = new byte[0];
        try {
            derived =
                    SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                            .generateSecret(spec)
                            .getEncoded();
            SecretKey key = new SecretKeySpec(derived, "AES");
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(head.getBytes(StandardCharsets.US_ASCII));
            return cipher;
        } finally {
            spec.clearPassword();
            Arrays.fill(derived, (byte) 0);
        }
    }

    private static WitnessException malformed(
            Path file, @org.jspecify.annotations.Nullable Throwable cause) {
        String sentence = file + " is not a witness's key file. Nothing was signed.";
        return cause == null
                ? new WitnessException(sentence)
                : new WitnessException(sentence, cause);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
