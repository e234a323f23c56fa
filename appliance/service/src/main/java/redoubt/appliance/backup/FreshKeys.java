package redoubt.appliance.backup;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;
import redoubt.appliance.site.Durable;

/// A file of keys ([KeyRing]) while it is written, line by line, beside the one whose place it will
/// take: however many keys there are, none of them waits in memory. Whatever does not take its
/// place is overwritten. One thread.
final class FreshKeys implements AutoCloseable {
    private final Path file;
    private final Path fresh;
    private final String logId;
    private final FileChannel out;
    private final BufferedWriter text;
    private final MessageDigest hash = Sha256.digest();
    private int count;
    private boolean placed;

    private FreshKeys(Path file, String logId) throws IOException {
        this.file = file;
        this.fresh = Durable.fresh(file);
        this.logId = logId;
        this.out =
                FileChannel.open(
                        fresh,
                        Set.of(
                                StandardOpenOption.CREATE_NEW,
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        this.text =
                new BufferedWriter(
                        new OutputStreamWriter(
                                Channels.newOutputStream(out), StandardCharsets.US_ASCII));
        line(KeyRing.FORMAT);
        line("log " + logId);
    }

    /// @param logId hex
    static FreshKeys on(Path medium, String logId) throws IOException {
        Durable.folder(medium);
        Durable.sweep(medium);
        return new FreshKeys(medium.resolve(KeyRing.FILE), logId);
    }

    private void line(String line) throws IOException {
        hash.update((line + "\n").getBytes(StandardCharsets.US_ASCII));
        text.write(line);
        text.write('\n');
    }

    /// Names ascend.
    void add(String name, byte[] key) throws IOException {
        line("key %s %s".formatted(name, Base64.getEncoder().encodeToString(key)));
        count++;
    }

    /// How many keys it holds.
    int count() {
        return count;
    }

    /// The same but for what was erased while it was written.
    FreshKeys without(Set<String> erased) throws IOException {
        text.flush();
        FreshKeys less = new FreshKeys(file, logId);
        boolean whole = false;
        try (BufferedReader lines = Files.newBufferedReader(fresh, StandardCharsets.US_ASCII)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] fields = line.split(" ", -1);
                if (!fields[0].equals("key") || erased.contains(BackupList.idOf(fields[1])))
                    continue;
                less.line(line);
                less.count++;
            }
            whole = true;
            return less;
        } finally {
            if (!whole) less.close();
        }
    }

    /// Ends and forces it.
    ///
    /// @return SHA-256 of its lines but the last, which says it
    String end() throws IOException {
        String sum = HexFormat.of().formatHex(hash.digest());
        text.write("end " + sum + "\n");
        text.flush();
        out.force(true);
        return sum;
    }

    /// Replaces the file on the medium; what the old one held is overwritten as far as a disk can.
    /// The old one stays open while its name goes to the new one, and is filled with zeros only
    /// once the medium holds the name: a power cut leaves the one or the other.
    void replace() throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            placed = true;
            Durable.forceFolder(file.resolveSibling("."));
            return;
        }
        try (FileChannel old = FileChannel.open(file, StandardOpenOption.WRITE)) {
            Files.move(
                    fresh,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            placed = true;
            Durable.forceFolder(file.resolveSibling("."));
            Durable.zero(old);
        }
    }

    @Override
    public void close() throws IOException {
        if (placed) out.close();
        else
            try (out) {
                Durable.zero(out);
            } finally {
                Files.deleteIfExists(fresh);
            }
    }
}
