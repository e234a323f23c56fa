package redoubt.foreign.c2pa;

import java.security.GeneralSecurityException;

/// Signs a claim in Java, so that the private key never reaches native memory.
///
/// Called on the thread that asked for the signature, once for each manifest.
@FunctionalInterface
public interface ClaimSigner {
    /// @param toBeSigned the COSE Sig_structure
    /// @return for ES256 the 64 bytes r and s
    byte[] sign(byte[] toBeSigned) throws GeneralSecurityException;
}
