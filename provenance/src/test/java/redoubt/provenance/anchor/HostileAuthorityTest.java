package redoubt.provenance.anchor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.spec.DSAPrivateKeySpec;
import java.security.spec.DSAPublicKeySpec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Hostile;
import redoubt.provenance.record.Mutations;

/// Responses of time stamping authorities, and the files by which they are judged, in front of
/// somebody hostile. The responses are made here, so that no tool of the host is needed.
class HostileAuthorityTest {
    private static final int ROUNDS = Integer.getInteger("redoubt.fuzz", 300);
    private static final Bytes DIGEST = Bytes.of(new byte[32]);
    private static final String EC = "SHA256withECDSA";

    @TempDir Path folder;

    private final Rfc3161 anchor = new Rfc3161();
    private final Authority authority = new Authority();

    @Test
    void a_changed_response_proves_nothing_else_and_ends_in_a_sentence() throws Exception {
        byte[] good = authority.response(DIGEST);
        AnchorTrust trust = authority.trusted(folder);
        AnchorFinding whole = anchor.check(good, DIGEST, trust);
        assertInstanceOf(AnchorFinding.Proven.class, whole);
        Mutations mutations = new Mutations(Hostile.SEED);
        int refused = 0;
        for (int i = 0; i < ROUNDS; i++) {
            byte[] changed = mutations.ofDer(good);
            try {
                if (anchor.check(changed, DIGEST, trust) instanceof AnchorFinding.Proven proven)
                    assertEquals(whole, proven, Hostile.told("rfc3161", changed));
            } catch (MalformedAnchorException wrong) {
                assertTrue(String.valueOf(wrong.getMessage()).endsWith("."));
                refused++;
            } catch (RuntimeException | StackOverflowError | OutOfMemoryError crash) {
                fail(Hostile.told("rfc3161", changed), crash);
            }
        }
        assertTrue(refused > ROUNDS / 2, refused + " of " + ROUNDS + " were refused");
    }

    @Test
    void changed_files_to_judge_by_are_used_or_refused() throws Exception {
        authority.trusted(folder);
        Path pem = folder.resolve("tsa/root.pem");
        Path headers =
                Files.createDirectories(folder.resolve("bitcoin-headers")).resolve("headers.txt");
        byte[] goodHeaders =
                ("800000 " + OtsProof.header(new byte[32], 1_700_000_000) + "\n").getBytes();
        Files.write(headers, goodHeaders);
        AnchorTrust.read(folder);
        Mutations mutations = new Mutations(Hostile.SEED);
        int refused = 0;
        for (int i = 0; i < ROUNDS; i++) {
            byte[] der = mutations.ofDer(authority.rootCertificate.getEncoded());
            Files.write(pem, mutations.next(2) == 0 ? der : mutations.ofText(authority.pem()));
            Files.write(
                    headers, mutations.next(2) == 0 ? goodHeaders : mutations.ofText(goodHeaders));
            try {
                AnchorTrust.read(folder);
            } catch (IOException wrong) {
                refused++;
            } catch (RuntimeException | StackOverflowError crash) {
                fail(Hostile.told("trust", Files.readAllBytes(pem)), crash);
            }
        }
        assertTrue(refused > ROUNDS / 2, refused + " of " + ROUNDS + " were refused");
    }

    @Test
    void a_key_that_would_take_hours_to_check_with_is_refused() throws Exception {
        // As DSA goes, of as many bits as fit into a response; here as many as the test has time.
        BigInteger p = BigInteger.ONE.shiftLeft(60_000).setBit(0);
        BigInteger q = BigInteger.ONE.shiftLeft(255).setBit(0);
        KeyFactory keys = KeyFactory.getInstance("DSA");
        KeyPair endless =
                new KeyPair(
                        keys.generatePublic(
                                new DSAPublicKeySpec(p.shiftRight(1), p, q, p.shiftRight(2))),
                        keys.generatePrivate(
                                new DSAPrivateKeySpec(q.shiftRight(1), p, q, BigInteger.TWO)));
        byte[] response =
                Authority.response(
                        DIGEST,
                        Authority.ec(),
                        Authority.certificate("stamps", "root", endless, authority.root, false, EC),
                        List.of(),
                        EC);
        AnchorTrust trust = authority.trusted(folder);
        String why =
                String.valueOf(
                        assertThrows(
                                        MalformedAnchorException.class,
                                        () -> anchor.check(response, DIGEST, trust))
                                .getMessage());
        assertTrue(why.contains("of the kind DSA"), why);
    }
}
