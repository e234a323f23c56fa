package redoubt.provenance.evidence;

import java.io.IOException;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import redoubt.provenance.record.Refusal;

/// Reads each file of a package once, compares it with the manifest, and knows at the end which
/// file nobody asked for. One thread. Source: docs/audit-record.md sections 11.1 and 11.5.
final class PackageReader {
    private static final int TELL_EVERY_BYTES = 1 << 20;

    private final PackageFiles files;
    private final NavigableMap<String, Long> sizes;
    private final Manifest manifest;
    private final TreeSet<String> unread;
    private final EvidenceProgress progress;
    private final long bytesInAll;
    private long bytesRead;
    private long bytesTold;

    PackageReader(PackageFiles files, EvidenceProgress progress) throws IOException, Refusal {
        this.files = files;
        this.sizes = files.sizes();
        this.progress = progress;
        for (String name : PackageNames.ALWAYS)
            if (!sizes.containsKey(name))
                throw new Refusal("files", "The file " + name + " is missing.");
        this.manifest = Manifest.parse(files.read(PackageNames.MANIFEST));
        manifest.requireSame(sizes);
        this.unread = new TreeSet<>(sizes.keySet());
        unread.remove(PackageNames.MANIFEST);
        this.bytesInAll = sizes.values().stream().mapToLong(Long::longValue).sum();
    }

    int count() {
        return sizes.size();
    }

    boolean has(String name) {
        return sizes.containsKey(name);
    }

    /// Whether there is any file in this folder.
    boolean hasFolder(String folder) {
        String next = sizes.ceilingKey(folder + "/");
        return next != null && next.startsWith(folder + "/");
    }

    /// The numbers of the files of a folder with this ending, ascending, and their names.
    NavigableMap<Long, String> numbered(String folder, String ending) {
        var names = new TreeMap<Long, String>();
        for (String name : sizes.subMap(folder + "/", folder + "0").keySet()) {
            OptionalLong number = PackageNames.number(name, folder, ending);
            if (number.isPresent()) names.put(number.getAsLong(), name);
        }
        return names;
    }

    byte[] read(String name) throws IOException, Refusal {
        if (!sizes.containsKey(name))
            throw new Refusal("files", "The file " + name + " is missing.");
        byte[] content = files.read(name);
        manifest.require(name, content);
        unread.remove(name);
        bytesRead += content.length;
        if (bytesRead - bytesTold >= TELL_EVERY_BYTES) {
            bytesTold = bytesRead;
            progress.done(bytesRead, bytesInAll);
        }
        return content;
    }

    /// Nothing is in a package that its verifier did not look at.
    void requireAllRead() throws Refusal {
        if (!unread.isEmpty())
            throw new Refusal(
                    "files",
                    unread.first()
                            + " belongs to nothing else in this package. It is refused whole,"
                            + " because nobody would look at that file.");
    }
}
