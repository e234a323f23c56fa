package redoubt.provenance.evidence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.NavigableMap;
import redoubt.provenance.record.Refusal;

/// The files of a package, a folder or a ZIP, by name. Everything is bounded before it is read, and
/// nothing is written anywhere. One thread. Source: docs/audit-record.md sections 11.1 and 11.6.
public sealed interface PackageFiles extends AutoCloseable permits PackageFolder, PackageZip {
    int FILES_MAX = 65_535;
    long FILE_BYTES_MAX = 64L << 20;
    long PACKAGE_BYTES_MAX = 0xFFFF_FFFFL;

    /// Sizes by name, ascending. All names are allowed ones.
    NavigableMap<String, Long> sizes();

    /// @throws Refusal when the file is not what it was when it was listed
    byte[] read(String name) throws IOException, Refusal;

    @Override
    void close() throws IOException;

    /// @throws Refusal when what is there cannot be a package
    static PackageFiles open(Path place) throws IOException, Refusal {
        if (Files.isDirectory(place)) return PackageFolder.open(place);
        if (Files.isRegularFile(place)) return PackageZip.open(place);
        throw new Refusal("files", "There is neither a folder nor a file at that place.");
    }

    /// Whether this is meant as a package, so that it is judged as one, however broken.
    static boolean isMeant(Path place) throws IOException {
        if (Files.isDirectory(place)) return true;
        return Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS) && PackageZip.isMeant(place);
    }

    static Refusal tooMany() {
        return new Refusal(
                "files", "It has more than " + FILES_MAX + " files, which no package has.");
    }

    static Refusal tooLarge(String name) {
        return new Refusal(
                "files",
                "The file "
                        + PackageNames.shown(name)
                        + " is longer than 64 MiB, which no file of a package is.");
    }

    static Refusal tooLarge() {
        return new Refusal("files", "It is longer than 4 GiB, which no package is.");
    }
}
