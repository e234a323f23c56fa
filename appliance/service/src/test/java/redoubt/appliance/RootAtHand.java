package redoubt.appliance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import redoubt.provenance.record.RecordTrust;
import redoubt.provenance.record.RootCarrying;
import redoubt.provenance.record.RootCopy;
import redoubt.provenance.record.RootReview;
import redoubt.provenance.record.RootSigner;

/// The record root of a test's home, copied to a medium of its own and put to work, as the machine
/// without a network would.
final class RootAtHand {
    static final String PASSPHRASE = "correct horse battery staple";

    private RootAtHand() {}

    private static RootSigner signer(Path home) throws IOException {
        Path medium = Files.createTempDirectory("redoubt-root-");
        RootCopy copy =
                new RootCarrying(
                                home.resolve("keys"),
                                home.resolve("trust"),
                                ceremony -> {},
                                step -> {})
                        .carry(List.of(medium), PASSPHRASE.toCharArray(), true)
                        .getFirst();
        return open(copy.folder());
    }

    static RootSigner open(Path folder) throws IOException {
        return RootSigner.open(
                folder.resolve(RootCopy.KEY_FILE),
                PASSPHRASE.toCharArray(),
                InstantSource.system());
    }

    /// The body that brings the answer to a request.
    static String answer(Path home, String request) {
        try {
            RootSigner signer = signer(home);
            RootReview review =
                    RootReview.of(Base64.getDecoder().decode(request), signer.publicKey());
            return body(signer.sign(review, false).encode());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// The body that brings the revocation of an epoch.
    static String revocation(Path home, long epoch) {
        try {
            return body(
                    signer(home)
                            .revoke(
                                    RecordTrust.read(home.resolve("trust")).logId().orElseThrow(),
                                    epoch,
                                    2,
                                    "a test")
                            .encode());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String body(byte[] file) {
        return "{\"file\":\"%s\"}".formatted(Base64.getEncoder().encodeToString(file));
    }
}
