package redoubt.provenance.credentials;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/// Measures what a stamp and a check cost, and prints it; asserts nothing. Run it with
/// `-Dredoubt.native` set, on the class path of the tests. One thread.
final class StampCost {
    private static final int WARM_UP = 400;
    private static final int ROUNDS = 1000;

    private StampCost() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory("stamp-cost");
        String text = "A sentence of an ordinary answer. ".repeat(60);
        try (Site site = Site.in(folder)) {
            CredentialVerifier verifier = Site.verifier();
            TrustAnchors anchors = site.anchors();
            for (Form form : Form.values()) {
                print("stamp", form, () -> site.stamp(form, text));
                Stamped stamped = site.stamp(form, text);
                print(
                        "verify",
                        form,
                        () ->
                                verifier.verify(
                                        form, stamped.bytes(), Site.beside(stamped), anchors));
            }
        }
    }

    private interface Work {
        Object run() throws Exception;
    }

    private static void print(String what, Form form, Work work) throws Exception {
        double[] ms = new double[ROUNDS];
        for (int i = -WARM_UP; i < ROUNDS; i++) {
            long start = System.nanoTime();
            Object result = work.run();
            long end = System.nanoTime();
            if (result instanceof CredentialVerdict
                    && !(result instanceof CredentialVerdict.Valid)) {
                throw new IllegalStateException(result.toString());
            }
            if (i >= 0) {
                ms[i] = (end - start) / 1e6;
            }
        }
        Arrays.sort(ms);
        System.out.printf(
                Locale.ROOT,
                "%s %s: median %.3f ms, p99 %.3f ms, %d rounds%n",
                what,
                form,
                ms[ROUNDS / 2],
                ms[ROUNDS * 99 / 100],
                ROUNDS);
    }
}
