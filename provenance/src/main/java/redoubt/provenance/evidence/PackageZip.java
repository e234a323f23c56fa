package redoubt.provenance.evidence;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import redoubt.provenance.record.Refusal;

/// A package as the one ZIP that it can be. Headers are not interpreted but made again and
/// compared, so that no two readers can see different files in it, and nothing is ever unpacked.
final class PackageZip implements PackageFiles {
    private static final int SEARCHED_BYTES = 8 << 20;
    private static final byte[] START = {'P', 'K', 3, 4};

    private record Place(int crc, long header, long start, long size) {}

    private final FileChannel channel;
    private final TreeMap<String, Place> places = new TreeMap<>();

    private PackageZip(FileChannel channel) {
        this.channel = channel;
    }

    static PackageZip open(Path file) throws IOException, Refusal {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            PackageZip zip = new PackageZip(channel);
            zip.list();
            return zip;
        } catch (IOException | Refusal | RuntimeException refused) {
            channel.close();
            throw refused;
        }
    }

    /// Whether it is a ZIP that names a file which only packages have.
    static boolean isMeant(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size < ZipHeaders.END_BYTES
                    || !Arrays.equals(bytes(channel, 0, START.length), START)) return false;
            int searched = (int) Math.min(size, SEARCHED_BYTES);
            String names =
                    new String(
                            bytes(channel, size - searched, searched), StandardCharsets.ISO_8859_1);
            return names.contains(PackageNames.RANGE) || names.contains(PackageNames.MANIFEST);
        }
    }

    private void list() throws IOException, Refusal {
        long size = channel.size();
        if (size > PACKAGE_BYTES_MAX) throw PackageFiles.tooLarge();
        long at = 0;
        String before = "";
        while (!before.equals(PackageNames.MANIFEST)) {
            String name = local(at, size);
            if (name.compareTo(before) <= 0 && !name.equals(PackageNames.MANIFEST))
                throw notOurs("its files are not in ascending order, or one is there twice");
            if (places.size() > FILES_MAX) throw PackageFiles.tooMany();
            Place place = places.get(name);
            if (place == null) throw new AssertionError("it was just put there");
            at = place.start() + place.size();
            before = name;
        }
        central(at, size);
    }

    private String local(long at, long size) throws IOException, Refusal {
        byte[] header = bytes(at, ZipHeaders.LOCAL_BYTES, size);
        ByteBuffer head = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
        int length = Short.toUnsignedInt(head.getShort(26));
        if (head.getInt(0) != ZipHeaders.LOCAL)
            throw notOurs("something stands where the next file should begin");
        if (length == 0 || length > PackageNames.NAME_BYTES_MAX)
            throw notOurs("a name has " + length + " bytes");
        byte[] named = bytes(at + ZipHeaders.LOCAL_BYTES, length, size);
        String name = new String(named, StandardCharsets.ISO_8859_1);
        PackageNames.require(name);
        if (places.containsKey(name)) throw notOurs("the file " + name + " is there twice");
        int crc = head.getInt(14);
        long bytes = Integer.toUnsignedLong(head.getInt(22));
        byte[] ours = ZipHeaders.local(name, crc, bytes);
        if (!Arrays.equals(ours, 0, ZipHeaders.LOCAL_BYTES, header, 0, header.length))
            throw notOurs("the header of " + name + " is not as a package's is");
        if (bytes > FILE_BYTES_MAX) throw PackageFiles.tooLarge(name);
        long start = at + ours.length;
        if (start + bytes > size) throw notOurs("it ends in the middle of " + name);
        places.put(name, new Place(crc, at, start, bytes));
        return name;
    }

    /// Everything behind the files follows from them.
    private void central(long offset, long size) throws IOException, Refusal {
        long at = offset;
        for (var file : places.entrySet())
            if (!file.getKey().equals(PackageNames.MANIFEST))
                at = requireCentral(file.getKey(), file.getValue(), at, size);
        at = requireCentral(PackageNames.MANIFEST, places.get(PackageNames.MANIFEST), at, size);
        require(ZipHeaders.end(places.size(), at - offset, offset), at, size);
        if (at + ZipHeaders.END_BYTES != size) throw notOurs("something stands behind its end");
    }

    private long requireCentral(String name, @Nullable Place place, long at, long size)
            throws IOException, Refusal {
        if (place == null) throw new AssertionError("the list ends with the manifest");
        byte[] header = ZipHeaders.central(name, place.crc(), place.size(), place.header());
        require(header, at, size);
        return at + header.length;
    }

    private void require(byte[] expected, long at, long size) throws IOException, Refusal {
        if (!Arrays.equals(expected, bytes(at, expected.length, size)))
            throw notOurs("its list of files is not that of the files in it");
    }

    private byte[] bytes(long at, int bytes, long size) throws IOException, Refusal {
        if (at + bytes > size) throw notOurs("it ends too early");
        return bytes(channel, at, bytes);
    }

    private static byte[] bytes(FileChannel channel, long at, int bytes) throws IOException {
        byte[] content = new byte[bytes];
        ByteBuffer buffer = ByteBuffer.wrap(content);
        while (buffer.hasRemaining())
            if (channel.read(buffer, at + buffer.position()) < 0)
                throw new EOFException("the file became shorter while it was read");
        return content;
    }

    private static Refusal notOurs(String why) {
        return new Refusal(
                "zip",
                "This is not the ZIP of a package, of which there is only one: "
                        + why
                        + ". Nothing was unpacked. If another tool packed it, unpack it and check"
                        + " the folder.");
    }

    @Override
    public NavigableMap<String, Long> sizes() {
        TreeMap<String, Long> sizes = new TreeMap<>();
        places.forEach((name, place) -> sizes.put(name, place.size()));
        return Collections.unmodifiableNavigableMap(sizes);
    }

    @Override
    public byte[] read(String name) throws IOException, Refusal {
        Place place = places.get(name);
        if (place == null) throw new IllegalArgumentException("not in the package: " + name);
        byte[] content = bytes(channel, place.start(), Math.toIntExact(place.size()));
        if (ZipHeaders.crc(content) != place.crc())
            throw new Refusal("zip", name + " was damaged: its checksum in the ZIP is wrong.");
        return content;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
