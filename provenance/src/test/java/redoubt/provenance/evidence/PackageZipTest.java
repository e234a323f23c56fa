package redoubt.provenance.evidence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.provenance.record.Verdict;

/// What can be done to the ZIP of a package.
class PackageZipTest {
    @TempDir static Path shared;
    private static EvidenceSite site;
    private static byte[] honest;
    private static TreeMap<String, byte[]> files;

    @TempDir Path home;
    private int written;

    @BeforeAll
    static void begin() throws Exception {
        site = new EvidenceSite(shared.resolve("site"));
        var asked = site.ask("When?", "On Tuesdays.\n");
        var request = new EvidenceRequest.Selection(List.of(asked.output()));
        honest = site.zip(request);
        files = EvidenceSite.files(site.folder(shared.resolve("folder"), request));
    }

    @AfterAll
    static void end() throws Exception {
        site.close();
    }

    private Path file(byte[] zip) throws Exception {
        return Files.write(home.resolve("package-" + written++ + ".zip"), zip);
    }

    private void isRefused(byte[] zip, String why) throws Exception {
        Path place = file(zip);
        PackageReport report = site.verify(place);
        assertEquals(Verdict.INVALID, report.verdict(), report.checks().toString());
        assertTrue(report.checks().getLast().detail().contains(why), report.checks().toString());
        SecondVerifier.agrees(place, site.trust(), Verdict.INVALID);
    }

    private static byte[] packed(TreeMap<String, byte[]> files, int method) throws Exception {
        var out = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(out)) {
            for (var file : files.entrySet()) {
                ZipEntry entry = new ZipEntry(file.getKey());
                entry.setMethod(method);
                if (method == ZipEntry.STORED) {
                    entry.setSize(file.getValue().length);
                    entry.setCrc(Integer.toUnsignedLong(ZipHeaders.crc(file.getValue())));
                }
                zip.putNextEntry(entry);
                zip.write(file.getValue());
            }
        }
        return out.toByteArray();
    }

    @Test
    void it_is_a_zip_for_every_other_tool() throws Exception {
        try (var zip = new ZipFile(file(honest).toFile())) {
            assertEquals(files.size(), zip.size());
            for (var file : files.entrySet()) {
                ZipEntry entry = zip.getEntry(file.getKey());
                assertTrue(
                        Arrays.equals(file.getValue(), zip.getInputStream(entry).readAllBytes()),
                        file.getKey());
            }
        }
    }

    @Test
    void the_zip_of_a_folder_is_the_one_that_the_maker_made() throws Exception {
        assertTrue(Arrays.equals(honest, EvidenceSite.zipOf(files)));
        assertTrue(site.verify(file(honest)).verdict().holds());
    }

    @Test
    void one_bit_changed_anywhere_is_found() throws Exception {
        byte[] altered = honest.clone();
        for (int at = 0; at < altered.length; at += 997) {
            altered[at] ^= 4;
            assertFalse(site.verify(file(altered)).verdict().holds(), "byte " + at);
            altered[at] ^= 4;
        }
    }

    @Test
    void any_prefix_is_found() throws Exception {
        for (int length = 0; length < honest.length; length += 2_003)
            assertFalse(
                    site.verify(file(Arrays.copyOf(honest, length))).verdict().holds(),
                    "length " + length);
    }

    @Test
    void a_bomb_is_not_unpacked() throws Exception {
        var bomb = new TreeMap<>(files);
        bomb.put("outputs/0000000000000003.txt", new byte[32 << 20]);
        isRefused(packed(bomb, ZipEntry.DEFLATED), "Nothing was unpacked");
    }

    @Test
    void another_tools_zip_is_refused_with_what_to_do() throws Exception {
        isRefused(packed(files, ZipEntry.STORED), "check the folder");
    }

    @Test
    void a_name_that_leaves_the_package_is_refused() throws Exception {
        for (String name : new String[] {"../evil", "/evil", "A\nb", "entries/../../x"}) {
            var out = new ByteArrayOutputStream();
            PackageSink sink = PackageSink.zip(out);
            sink.file(name, new byte[] {1});
            for (var file : files.entrySet()) sink.file(file.getKey(), file.getValue());
            sink.end();
            isRefused(out.toByteArray(), "no package has");
        }
    }

    @Test
    void a_name_that_is_there_twice_is_refused() throws Exception {
        var out = new ByteArrayOutputStream();
        PackageSink sink = PackageSink.zip(out);
        sink.file("SPEC.md", files.get("SPEC.md"));
        for (var file : files.entrySet())
            if (!file.getKey().equals("manifest.json")) sink.file(file.getKey(), file.getValue());
        sink.file("manifest.json", files.get("manifest.json"));
        sink.end();
        isRefused(out.toByteArray(), "twice");
    }

    @Test
    void something_behind_its_end_is_refused() throws Exception {
        isRefused(Arrays.copyOf(honest, honest.length + 1), "behind its end");
    }

    @Test
    void something_before_its_beginning_is_refused() throws Exception {
        byte[] moved = new byte[honest.length + 2];
        System.arraycopy(honest, 0, moved, 2, honest.length);
        isRefused(moved, "not the ZIP of a package");
    }

    @Test
    void a_list_of_files_that_names_another_is_refused() throws Exception {
        byte[] altered = honest.clone();
        String text = new String(altered, StandardCharsets.ISO_8859_1);
        int at = text.lastIndexOf("policy.txt");
        altered[at] = 'P';
        isRefused(altered, "list of files");
    }

    @Test
    void thousands_of_files_of_no_package_are_refused_at_the_first() throws Exception {
        var out = new ByteArrayOutputStream();
        PackageSink sink = PackageSink.zip(out);
        for (int i = 0; i < 5_000; i++) sink.file("a/%d".formatted(i), new byte[0]);
        sink.end();
        isRefused(out.toByteArray(), "no package has");
    }
}
