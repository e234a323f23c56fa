package redoubt.provenance.evidence;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import redoubt.provenance.record.Bytes;

/// Opens what an entry commits to. Stateless. Source: docs/audit-record.md section 4.2.
final class Commitments {
    static final int KEY_BYTES = 32;
    static final String INPUT = "redoubt/input/v1";
    static final String OUTPUT = "redoubt/output/v1";
    static final String TOOL_CALL = "redoubt/tool-call/v1";
    static final String TOOL_RESULT = "redoubt/tool-result/v1";

    private Commitments() {}

    static boolean opens(Bytes commitment, String domain, EvidenceContent.Opened opened) {
        if (opened.key().length != KEY_BYTES) return false;
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(opened.key(), "HmacSHA256"));
            mac.update(domain.getBytes(StandardCharsets.US_ASCII));
            mac.update((byte) 0);
            return Bytes.of(mac.doFinal(opened.content())).equals(commitment);
        } catch (GeneralSecurityException bug) {
            throw new AssertionError("every Java has HMAC-SHA256", bug);
        }
    }

    static Bytes sha256(byte[] content) {
        try {
            return Bytes.of(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException bug) {
            throw new AssertionError("every Java has SHA-256", bug);
        }
    }
}
