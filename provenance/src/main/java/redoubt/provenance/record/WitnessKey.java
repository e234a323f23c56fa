package redoubt.provenance.record;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;

/// The key with which a witness signs checkpoints. It is made from 32 bytes, which are all that is
/// kept of it. Says nothing about whether a checkpoint should be signed. Immutable, any thread.
/// Source: FIPS 204; C2SP tlog-cosignature v1.
public final class WitnessKey {
    public static final int SEED_BYTES = 32;

    private final PrivateKey key;
    private final Witness witness;

    private WitnessKey(PrivateKey key, Witness witness) {
        this.key = key;
        this.witness = witness;
    }

    /// @param name as it stands in every line that this key signs
    /// @param seed 32 secret bytes; not kept
    public static WitnessKey ofSeed(String name, byte[] seed) {
        if (seed.length != SEED_BYTES) {
            throw new IllegalArgumentException("a seed has 32 bytes, not " + seed.length);
        }
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("ML-DSA-44");
            generator.initialize(NamedParameterSpec.ML_DSA_44, new GivenSeed(seed));
            KeyPair pair = generator.generateKeyPair();
            Bytes publicKey = MlDsa.ML_DSA_44.raw(pair.getPublic());
            return new WitnessKey(pair.getPrivate(), new Witness(name, publicKey));
        } catch (GeneralSecurityException e) {
            throw new AssertionError("this JDK has no ML-DSA-44; JDK 25 has", e);
        }
    }

    public Witness witness() {
        return witness;
    }

    /// Signs, and checks what was signed before it can leave.
    ///
    /// @param atSeconds POSIX time
    public Cosignature cosign(Checkpoint checkpoint, long atSeconds)
            throws GeneralSecurityException {
        byte[] message =
                CheckpointNote.cosigned(
                        witness.name(),
                        atSeconds,
                        checkpoint.origin(),
                        checkpoint.size(),
                        checkpoint.root());
        Bytes signature = Bytes.of(MlDsa.ML_DSA_44.sign(key, message));
        Cosignature line = new Cosignature(witness.name(), witness.keyId(), atSeconds, signature);
        if (!witness.signed(line, checkpoint.origin(), checkpoint.size(), checkpoint.root())) {
            throw new GeneralSecurityException("the witness's key made a signature that is wrong");
        }
        return line;
    }

    /// Gives the generator the seed, which it takes as its only random bytes.
    private static final class GivenSeed extends SecureRandom {
        private static final long serialVersionUID = 1;

        private final transient byte[] seed;

        GivenSeed(byte[] seed) {
            this.seed = seed.clone();
        }

        @Override
        public void nextBytes(byte[] bytes) {
            if (bytes.length != SEED_BYTES) {
                throw new AssertionError("a key generator that takes no seed of 32 bytes");
            }
            System.arraycopy(seed, 0, bytes, 0, SEED_BYTES);
            Arrays.fill(seed, (byte) 0);
        }
    }
}
