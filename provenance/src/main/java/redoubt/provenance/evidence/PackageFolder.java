package redoubt.provenance.evidence;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;
import redoubt.provenance.record.Refusal;

/// A package as a folder. Follows no link, except to the folder itself.
final class PackageFolder implements PackageFiles {
    private final Path folder;
    private final NavigableMap<String, Long> sizes = new TreeMap<>();
    private long bytes;

    private PackageFolder(Path folder) {
        this.folder = folder;
    }

    static PackageFolder open(Path folder) throws IOException, Refusal {
        PackageFolder files = new PackageFolder(folder);
        files.list(folder, "");
        return files;
    }

    private void list(Path in, String prefix) throws IOException, Refusal {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(in)) {
            for (Path path : found) {
                String name = prefix + path.getFileName();
                if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    if (!prefix.isEmpty() || !PackageNames.FOLDERS.contains(name))
                        throw new Refusal(
                                "files",
                                "There is a folder that no package has: \""
                                        + PackageNames.shown(name)
                                        + "\".");
                    list(path, name + "/");
                } else {
                    add(path, name);
                }
            }
        }
    }

    private void add(Path path, String name) throws IOException, Refusal {
        PackageNames.require(name);
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
            throw new Refusal(
                    "files",
                    name + " is a link or a device, not a file. Nothing was read through it.");
        long size = Files.size(path);
        if (size > FILE_BYTES_MAX) throw PackageFiles.tooLarge(name);
        bytes += size;
        if (bytes > PACKAGE_BYTES_MAX) throw PackageFiles.tooLarge();
        sizes.put(name, size);
        if (sizes.size() > FILES_MAX) throw PackageFiles.tooMany();
    }

    @Override
    public NavigableMap<String, Long> sizes() {
        return Collections.unmodifiableNavigableMap(sizes);
    }

    @Override
    public byte[] read(String name) throws IOException, Refusal {
        Long listed = sizes.get(name);
        if (listed == null) throw new IllegalArgumentException("not in the package: " + name);
        int size = Math.toIntExact(listed);
        try (var in = Files.newInputStream(folder.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
            byte[] content = in.readNBytes(size + 1);
            if (content.length != size)
                throw new Refusal("files", name + " changed while it was checked.");
            return content;
        }
    }

    @Override
    public void close() {}
}
