package redoubt.provenance.record;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.regex.Pattern;

/// Somebody outside the site who signs checkpoints of it, by name and ML-DSA-44 key.
///
/// Written as a verifier key, `NAME+KEY ID+BASE64`, by which witnesses make themselves known.
/// Immutable, any thread. Source: C2SP signed-note (verifier keys) and tlog-cosignature v1;
/// docs/audit-record.md section 12.1.
///
/// @param name such as `auditor.example/1`; printable ASCII without space and plus
/// @param publicKey the raw 1,312 bytes of FIPS 204
public record Witness(String name, Bytes publicKey) {
    private static final byte TYPE = 0x06;
    private static final int NAME_BYTES_MAX = 255;
    private static final Pattern NAME = Pattern.compile("[!-~&&[^+]]{1," + NAME_BYTES_MAX + "}");
    private static final Pattern KEY_ID = Pattern.compile("[0-9a-f]{8}");

    /// @throws IllegalArgumentException when the name or the key cannot be a witness's
    public Witness {
        if (!isName(name) || CheckpointNote.isOrigin(name)) {
            throw new IllegalArgumentException("not a witness's name");
        }
        try {
            MlDsa.ML_DSA_44.publicKey(publicKey);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("not an ML-DSA-44 key", e);
        }
    }

    /// Whether this can stand as a name in a note.
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /// Reads a verifier key.
    ///
    /// @throws MalformedRecordException when it is not one, or not that of an ML-DSA-44 witness
    public static Witness parse(String vkey) throws MalformedRecordException {
        VerifierKey key = VerifierKey.parse(vkey);
        if (CheckpointNote.isOrigin(key.name())) {
            throw new MalformedRecordException(
                    "The key of "
                            + key.name()
                            + " is a log's own: a log cannot be its own witness.");
        }
        if (key.type() != TYPE) {
            throw new MalformedRecordException(
                    "The key of "
                            + key.name()
                            + " is not an ML-DSA-44 cosigner's (type 0x06), the only kind that"
                            + " counts here.");
        }
        try {
            return new Witness(key.name(), key.material());
        } catch (IllegalArgumentException e) {
            throw new MalformedRecordException(
                    "The key of " + key.name() + " is not an ML-DSA-44 key.", e);
        }
    }

    /// The four bytes that, with the name, say in a note which key signed.
    public Bytes keyId() {
        return SignedNote.keyId(name, new byte[] {TYPE}, publicKey);
    }

    public String vkey() {
        return new VerifierKey(name, TYPE, publicKey).text();
    }

    /// Whether this witness signed that the log of this origin has this root at this size.
    public boolean signed(Cosignature line, String origin, long size, Bytes root) {
        if (!line.name().equals(name) || !line.keyId().equals(keyId())) {
            return false;
        }
        byte[] message = CheckpointNote.cosigned(name, line.atSeconds(), origin, size, root);
        try {
            return MlDsa.ML_DSA_44.verifies(
                    MlDsa.ML_DSA_44.publicKey(publicKey), message, line.signature().toArray());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /// A key of any kind in the form that logs and witnesses exchange.
    ///
    /// @param material what follows the type: for the types that are known, the raw public key
    record VerifierKey(String name, int type, Bytes material) {
        private static final int TEXT_MAX = 8_192;

        /// Its key id is compared with what it must be.
        static VerifierKey parse(String text) throws MalformedRecordException {
            String[] parts = text.length() > TEXT_MAX ? new String[0] : text.split("\\+", 3);
            if (parts.length != 3 || !isName(parts[0]) || !KEY_ID.matcher(parts[1]).matches()) {
                throw new MalformedRecordException(
                        "This is not a verifier key, NAME+KEY ID+KEY, with a name of printable"
                                + " ASCII and a key id of 8 hexadecimal digits.");
            }
            byte[] typed;
            try {
                typed = Base64.getDecoder().decode(parts[2]);
            } catch (IllegalArgumentException e) {
                throw new MalformedRecordException("The key of " + parts[0] + " is not base64.", e);
            }
            if (typed.length < 2 || !Base64.getEncoder().encodeToString(typed).equals(parts[2])) {
                throw new MalformedRecordException("The key of " + parts[0] + " is not base64.");
            }
            byte[] id = Hashes.sha256(bytes(parts[0] + "\n"), typed);
            if (!Bytes.of(id).hex().startsWith(parts[1])) {
                throw new MalformedRecordException(
                        "The key id of "
                                + parts[0]
                                + " does not belong to its name and key: it was mistyped, or put"
                                + " together of two.");
            }
            byte[] material = java.util.Arrays.copyOfRange(typed, 1, typed.length);
            return new VerifierKey(parts[0], typed[0] & 0xFF, Bytes.of(material));
        }

        String text() {
            byte[] typed = new byte[1 + material.length()];
            typed[0] = (byte) type;
            System.arraycopy(material.toArray(), 0, typed, 1, material.length());
            String id = SignedNote.keyId(name, new byte[] {typed[0]}, material).hex();
            return name + "+" + id + "+" + Base64.getEncoder().encodeToString(typed);
        }

        private static byte[] bytes(String text) {
            return text.getBytes(StandardCharsets.US_ASCII);
        }
    }
}
