package redoubt.provenance.evidence;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Where the files of a package go, each once, in ascending order of their names and the manifest
/// last. One thread.
public interface PackageSink {
    void file(String name, byte[] content) throws IOException;

    /// All files are there.
    void end() throws IOException;

    /// The ZIP of the package. Nothing is complete before the end: a reader refuses it.
    static PackageSink zip(OutputStream out) {
        return new Zip(out);
    }

    /// The package as a folder, which must not be there yet. Nobody else may read it, because what
    /// was disclosed may be in it.
    static PackageSink folder(Path folder) throws IOException {
        Files.createDirectory(folder, Folder.OWN_FOLDER);
        return new Folder(folder);
    }

    /// Writes headers and files one behind the other.
    final class Zip implements PackageSink {
        private final OutputStream out;
        private final List<Written> files = new ArrayList<>();
        private long at;

        private record Written(String name, int crc, long size, long offset) {}

        private Zip(OutputStream out) {
            this.out = out;
        }

        @Override
        public void file(String name, byte[] content) throws IOException {
            int crc = ZipHeaders.crc(content);
            byte[] header = ZipHeaders.local(name, crc, content.length);
            files.add(new Written(name, crc, content.length, at));
            // What the list of files will take is part of the whole.
            long more = (long) files.size() * (ZipHeaders.CENTRAL_BYTES + 64);
            if (at + header.length + content.length + more > PackageFiles.PACKAGE_BYTES_MAX)
                throw new EvidenceException(
                        "The package would be longer than 4 GiB, which no package is. Nothing was made. Ask for it in parts, each with a part of the entries.");
            write(header);
            write(content);
        }

        @Override
        public void end() throws IOException {
            long offset = at;
            for (Written file : files)
                write(ZipHeaders.central(file.name(), file.crc(), file.size(), file.offset()));
            write(ZipHeaders.end(files.size(), at - offset, offset));
            out.flush();
        }

        private void write(byte[] bytes) throws IOException {
            out.write(bytes);
            at += bytes.length;
        }
    }

    /// Writes each file under its name.
    final class Folder implements PackageSink {
        private static final FileAttribute<?> OWN_FOLDER =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        private static final FileAttribute<?> OWN_FILE =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

        private final Path folder;

        private Folder(Path folder) {
            this.folder = folder;
        }

        @Override
        public void file(String name, byte[] content) throws IOException {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent(), OWN_FOLDER);
            try (var out =
                    Files.newByteChannel(
                            file,
                            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                            OWN_FILE)) {
                var bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) out.write(bytes);
            }
        }

        @Override
        public void end() {}
    }
}
