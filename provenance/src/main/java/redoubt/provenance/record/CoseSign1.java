package redoubt.provenance.record;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Arrays;
import redoubt.provenance.cbor.CborException;
import redoubt.provenance.cbor.CborReader;
import redoubt.provenance.cbor.CborWriter;

/// COSE_Sign1 (RFC 9052 section 4.2) under tag 18 with ML-DSA-65 (algorithm -49, RFC 9964), no
/// unprotected header and no external data. The protected header is a constant: there is nothing in
/// it that could be negotiated down. Source: docs/audit-record.md section 2.
///
/// @param payload the encoded entry
record CoseSign1(Bytes payload, Bytes signature) {
    private static final long TAG = 18;
    private static final int PAYLOAD_BYTES_MAX = 1 << 20;
    // {1: -49}
    private static final byte[] PROTECTED = {(byte) 0xa1, 0x01, 0x38, 0x30};

    static CoseSign1 sign(PrivateKey key, byte[] payload) throws GeneralSecurityException {
        return new CoseSign1(
                Bytes.of(payload), Bytes.of(MlDsa.ML_DSA_65.sign(key, toBeSigned(payload))));
    }

    boolean verifies(PublicKey key) {
        return MlDsa.ML_DSA_65.verifies(key, toBeSigned(payload.toArray()), signature.toArray());
    }

    boolean verifies(MlDsa.Verifier verifier) {
        return verifier.verifies(toBeSigned(payload.toArray()), signature.toArray());
    }

    /// The bytes that the signature is over.
    byte[] toBeSigned() {
        return toBeSigned(payload.toArray());
    }

    byte[] encode() {
        return new CborWriter()
                .tag(TAG)
                .array(4)
                .bytes(PROTECTED)
                .map(0)
                .bytes(payload.toArray())
                .bytes(signature.toArray())
                .toByteArray();
    }

    static CoseSign1 decode(byte[] bytes) throws CborException {
        var in = new CborReader(bytes);
        in.tag(TAG);
        if (in.array(4) != 4) throw new CborException("COSE_Sign1 has four members");
        if (!Arrays.equals(in.bytes(64), PROTECTED))
            throw new CborException("the protected header is not {1: -49} (ML-DSA-65)");
        if (in.map(0) != 0) throw new CborException("unprotected headers are not allowed");
        var payload = Bytes.of(in.bytes(PAYLOAD_BYTES_MAX));
        var signature = Bytes.of(in.bytesExactly(MlDsa.ML_DSA_65.signatureBytes()));
        in.end();
        return new CoseSign1(payload, signature);
    }

    private static byte[] toBeSigned(byte[] payload) {
        return new CborWriter()
                .array(4)
                .text("Signature1")
                .bytes(PROTECTED)
                .bytes(new byte[0])
                .bytes(payload)
                .toByteArray();
    }
}
