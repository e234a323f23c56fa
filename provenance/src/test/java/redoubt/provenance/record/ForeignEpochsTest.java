package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What endorses the epochs of a record, put together from the document by another program and
/// verified by another implementation of ML-DSA: the first by the root, one after a day, one at a
/// start, one that took the place of a lost key.
class ForeignEpochsTest {
    @TempDir Path home;

    @Test
    void every_epoch_is_endorsed_as_the_document_says() throws Exception {
        assumeTrue(PythonVerifier.isPresent(), "python3 with its packages could not be had");
        TestClock clock = new TestClock();
        try (OpenRecord record = clock.open(home)) {
            clock.pass(Clockwork.EPOCH);
            record.clockwork().tick();
        }
        RootHome site = new RootHome(home).run();
        Files.delete(site.keys().resolve("epoch.key"));
        byte[] request = new RootReplacement(site.settings()).request(0).file();
        RootMedia.writeAnswer(site.medium, site.sign(request));
        ActCrashTest.Act.in(site);
        site.run();
        var said =
                PythonVerifier.script(
                        "epochs.py",
                        home.resolve("record").toString(),
                        RecordTrust.read(site.trust()).rootPublicKey().hex());
        assertEquals(0, said.status(), said.text());
        assertEquals("1 root\n2 1\n3 2\n4 root\n", said.text());
    }
}
