package redoubt.appliance.backup;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import redoubt.appliance.site.Secrets;

/// SHA-256 as lists and key files write it.
final class Sha256 {
    private Sha256() {}

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException bug) {
            throw new AssertionError("every Java has SHA-256", bug);
        }
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(Secrets.sha256(bytes));
    }
}
