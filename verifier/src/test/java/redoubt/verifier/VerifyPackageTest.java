package redoubt.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.provenance.evidence.EvidenceContent;
import redoubt.provenance.evidence.EvidenceMaker;
import redoubt.provenance.evidence.EvidenceProgress;
import redoubt.provenance.evidence.EvidenceRequest;
import redoubt.provenance.evidence.PackageSink;
import redoubt.provenance.record.Event;

/// `redoubt verify PACKAGE`, with real credentials.
class VerifyPackageTest {
    @TempDir Path home;
    private TestSite site;
    private TestSite.Answer answer;

    @BeforeEach
    void begin() throws Exception {
        site = new TestSite(home.resolve("site"));
        answer = site.answer("one", TestSite.TEXT);
    }

    @AfterEach
    void end() throws Exception {
        site.close();
    }

    /// Gives the credential only: its commitments in these tests are no commitments.
    private EvidenceContent credentials() {
        return new EvidenceContent() {
            @Override
            public Optional<byte[]> credential(long sequence, Event.Output output) {
                return Optional.of(answer.sealed().detached().manifest());
            }

            @Override
            public Optional<Opened> answer(long sequence, Event.Output output) {
                return Optional.empty();
            }

            @Override
            public Optional<Opened> input(long sequence, Event.Intent intent) {
                return Optional.empty();
            }

            @Override
            public Optional<Opened> arguments(long output, Event.ToolCalled called) {
                return Optional.empty();
            }

            @Override
            public Optional<Opened> result(long intent, Event.ToolAnswered answered) {
                return Optional.empty();
            }
        };
    }

    /// It was once passed over, and the verdict was about less than what was asked.
    @Test
    void a_later_checkpoint_is_not_passed_over() throws Exception {
        Path folder = home.resolve("with-later");
        maker().write(PackageSink.folder(folder));
        var said =
                TestSite.run(
                        "verify",
                        folder,
                        "--trust",
                        site.trust(),
                        "--later",
                        site.recordFolder().resolve("checkpoint"));
        assertEquals(2, said.status(), said.out());
    }

    private EvidenceMaker maker() throws Exception {
        var receipt = answer.sealed().receipt();
        return new EvidenceMaker(
                site.record.excerpt(),
                new EvidenceRequest.Selection(
                        List.of(receipt.intent(), receipt.output(), receipt.seal())),
                credentials(),
                new EvidenceMaker.SiteFacts(
                        EvidenceMaker.SiteFacts.NO_WITNESSES,
                        Files.readString(site.trust().resolve("record-root.pem"))),
                EvidenceProgress.NONE);
    }

    private Path zip() throws Exception {
        Path zip = home.resolve("evidence.zip");
        try (var out = Files.newOutputStream(zip)) {
            maker().write(PackageSink.zip(out));
        }
        return zip;
    }

    @Test
    void a_folder_is_checked_and_says_that_it_is_a_selection() throws Exception {
        Path folder = home.resolve("evidence");
        maker().write(PackageSink.folder(folder));
        var said = TestSite.run("verify", folder, "--trust", site.trust());
        assertEquals(0, said.status(), said.out() + said.err());
        assertTrue(said.out().contains("VALID-UNWITNESSED"), said.out());
        assertTrue(said.out().contains("that somebody chose"), said.out());
        assertTrue(said.out().contains("1 credentials those that SEALs name"), said.out());
    }

    @Test
    void a_zip_is_checked_as_a_package_and_not_as_an_answer() throws Exception {
        var said = TestSite.run("verify", zip(), "--trust", site.trust(), "--quiet");
        assertEquals("VALID-UNWITNESSED\n", said.out());
    }

    @Test
    void a_zip_that_another_tool_packed_is_refused_with_what_to_do() throws Exception {
        byte[] bytes = Files.readAllBytes(zip());
        bytes[8] = 8;
        Path packed = Files.write(home.resolve("packed.zip"), bytes);
        var said = TestSite.run("verify", packed, "--trust", site.trust());
        assertEquals(1, said.status());
        assertTrue(said.out().contains("check the folder"), said.out());
    }

    @Test
    void a_terminal_obeys_no_name_of_a_file() throws Exception {
        Path folder = home.resolve("evidence");
        maker().write(PackageSink.folder(folder));
        Files.write(folder.resolve("evil\u001b[2J"), new byte[] {1});
        var said = TestSite.run("verify", folder, "--trust", site.trust());
        assertEquals(1, said.status());
        assertTrue(
                said.out().getBytes(StandardCharsets.UTF_8).length > 0
                        && !said.out().contains("\u001b"),
                said.out());
    }

    /// The answer with its text, as whoever has both may put them into a package.
    @Test
    void a_credential_that_belongs_to_another_text_is_found() throws Exception {
        var other = site.answer("two", "Something else.\n");
        Path folder = home.resolve("evidence");
        maker().write(PackageSink.folder(folder));
        String name = "outputs/%016d.c2pa".formatted(answer.sealed().receipt().output());
        Files.write(folder.resolve(name), other.sealed().detached().manifest());
        var said = TestSite.run("verify", folder, "--trust", site.trust(), "--quiet");
        assertEquals("INVALID\n", said.out());
    }
}
