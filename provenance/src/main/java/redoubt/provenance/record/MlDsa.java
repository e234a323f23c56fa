package redoubt.provenance.record;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// FIPS 204 by the JDK, asked for by parameter set: the generic name would accept a weaker key.
/// Public keys are their raw FIPS 204 bytes, which on the JDK's side are the tail of an X.509
/// SubjectPublicKeyInfo of fixed shape.
enum MlDsa {
    /// Checkpoints, for tools of the transparency-log world.
    ML_DSA_44("ML-DSA-44", 17, 1_312, 2_420),
    /// Entries.
    ML_DSA_65("ML-DSA-65", 18, 1_952, 3_309),
    /// The record root.
    ML_DSA_87("ML-DSA-87", 19, 2_592, 4_627);

    private final String name;
    private final int oidArc;
    private final int publicKeyBytes;
    private final int signatureBytes;

    MlDsa(String name, int oidArc, int publicKeyBytes, int signatureBytes) {
        this.name = name;
        this.oidArc = oidArc;
        this.publicKeyBytes = publicKeyBytes;
        this.signatureBytes = signatureBytes;
    }

    int signatureBytes() {
        return signatureBytes;
    }

    KeyPair generate() {
        try {
            return KeyPairGenerator.getInstance(name).generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError("this JDK has no " + name + "; JDK 25 has", e);
        }
    }

    Bytes raw(PublicKey key) {
        var encoded = key.getEncoded();
        return Bytes.of(
                Arrays.copyOfRange(encoded, encoded.length - publicKeyBytes, encoded.length));
    }

    /// @throws GeneralSecurityException when the bytes are not a key of this parameter set
    PublicKey publicKey(Bytes raw) throws GeneralSecurityException {
        if (raw.length() != publicKeyBytes)
            throw new GeneralSecurityException(
                    "%s public key of %d bytes, expected %d"
                            .formatted(name, raw.length(), publicKeyBytes));
        // SEQUENCE { SEQUENCE { OID 2.16.840.1.101.3.4.3.(17|18|19) } BIT STRING }
        int total = publicKeyBytes + 18;
        var spki = new byte[publicKeyBytes + 22];
        byte[] head = {
            0x30,
            (byte) 0x82,
            (byte) (total >>> 8),
            (byte) total,
            0x30,
            0x0b,
            0x06,
            0x09,
            0x60,
            (byte) 0x86,
            0x48,
            0x01,
            0x65,
            0x03,
            0x04,
            0x03,
            (byte) oidArc,
            0x03,
            (byte) 0x82,
            (byte) ((publicKeyBytes + 1) >>> 8),
            (byte) (publicKeyBytes + 1),
            0
        };
        System.arraycopy(head, 0, spki, 0, head.length);
        System.arraycopy(raw.toArray(), 0, spki, head.length, publicKeyBytes);
        return publicKeyOf(spki);
    }

    /// @param spki an X.509 SubjectPublicKeyInfo, as in a PEM file
    PublicKey publicKeyOf(byte[] spki) throws GeneralSecurityException {
        return KeyFactory.getInstance(name).generatePublic(new X509EncodedKeySpec(spki));
    }

    PrivateKey privateKey(byte[] pkcs8) throws GeneralSecurityException {
        return KeyFactory.getInstance(name).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    }

    byte[] sign(PrivateKey key, byte[] message) throws GeneralSecurityException {
        var signer = Signature.getInstance(name);
        signer.initSign(key);
        signer.update(message);
        return signer.sign();
    }

    /// A broken signature is false, whatever way the library tells it.
    boolean verifies(PublicKey key, byte[] message, byte[] signature) {
        return verifier(key).verifies(message, signature);
    }

    /// Verifies many signatures of one key without asking for the algorithm each time.
    Verifier verifier(PublicKey key) {
        return new Verifier(this, key);
    }

    /// One key's signatures, one after the other. One thread.
    static final class Verifier {
        private final int signatureBytes;
        private final @Nullable Signature verifier;

        private Verifier(MlDsa algorithm, PublicKey key) {
            this.signatureBytes = algorithm.signatureBytes;
            this.verifier = begun(algorithm, key);
        }

        private static @Nullable Signature begun(MlDsa algorithm, PublicKey key) {
            try {
                var begun = Signature.getInstance(algorithm.name);
                begun.initVerify(key);
                return begun;
            } catch (GeneralSecurityException notItsKey) {
                return null;
            }
        }

        /// A broken signature is false, whatever way the library tells it.
        boolean verifies(byte[] message, byte[] signature) {
            if (verifier == null || signature.length != signatureBytes) return false;
            try {
                verifier.update(message);
                return verifier.verify(signature);
            } catch (GeneralSecurityException broken) {
                return false;
            }
        }
    }
}
