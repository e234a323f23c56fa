package redoubt.appliance.backup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import redoubt.appliance.identity.IdentityRows;
import redoubt.appliance.site.Durable;
import redoubt.appliance.site.Secrets;

/// Rows of people and keys as a backup holds them: each encrypted under a key of its own, which
/// lies in `keys/rows/` from the first backup until whoever it is is erased. The nonce is the
/// beginning of an HMAC of the row, so that a row that did not change is the same bytes in the next
/// backup. Any thread.
public final class SealedRows {
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;
    private static final int KEY_BYTES = 32;

    private final Path folder;

    /// @param keys the home's folder of keys
    public SealedRows(Path keys) {
        this.folder = keys.resolve("rows");
    }

    /// Removes the key of whoever is erased; no later file of keys has it.
    public void forget(String owner) throws IOException {
        Durable.remove(file(IdentityRows.nameOf(owner)));
    }

    /// The key of a row, if a backup holds one under it.
    Optional<byte[]> keyOf(String name) throws IOException {
        Path file = file(name);
        return Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
    }

    private byte[] key(String name) throws IOException {
        Path file = file(name);
        if (!Files.exists(file)) {
            Durable.folder(folder);
            Durable.write(file, Secrets.bytes(KEY_BYTES));
        }
        return Files.readAllBytes(file);
    }

    /// Puts a key back.
    void restore(String name, byte[] key) throws IOException {
        Durable.folder(folder);
        Durable.write(file(name), key);
    }

    private Path file(String name) {
        return folder.resolve(name.replace('/', '-') + ".key");
    }

    /// Encrypts a row. To be called while nobody is erased, whose key this could make again.
    byte[] seal(IdentityRows.Row row) throws IOException {
        byte[] key = key(row.name());
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            byte[] nonce = Arrays.copyOf(mac.doFinal(row.json()), NONCE_BYTES);
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, row.name(), nonce).doFinal(row.json());
            return ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed).array();
        } catch (GeneralSecurityException bug) {
            throw new AssertionError("AES-GCM encrypts anything", bug);
        }
    }

    static IdentityRows.Row open(String name, byte[] sealed, byte[] key) throws BackupException {
        try {
            if (sealed.length < NONCE_BYTES + TAG_BYTES || key.length != KEY_BYTES)
                throw new GeneralSecurityException("too short");
            byte[] nonce = Arrays.copyOf(sealed, NONCE_BYTES);
            byte[] json =
                    cipher(Cipher.DECRYPT_MODE, key, name, nonce)
                            .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
            return new IdentityRows.Row(name, json);
        } catch (GeneralSecurityException refused) {
            throw new BackupException(
                    "The row %s of the backup cannot be opened with the keys that were given. Nothing was restored. Take the file of keys that was written last."
                            .formatted(name),
                    refused);
        }
    }

    private static Cipher cipher(int mode, byte[] key, String name, byte[] nonce)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BYTES * 8, nonce));
        cipher.updateAAD(name.getBytes(StandardCharsets.US_ASCII));
        return cipher;
    }
}
