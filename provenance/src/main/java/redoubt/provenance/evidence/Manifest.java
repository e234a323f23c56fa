package redoubt.provenance.evidence;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Refusal;

/// The list of all other files of a package with their hashes: its `manifest.json`. One thread.
/// Source: docs/audit-record.md section 11.5.
final class Manifest {
    private static final String FIRST = "{\"format\":\"" + Claim.FORMAT + "\",\"files\":[\n";
    private static final String LAST = "]}\n";
    private static final int BYTES_MAX = 16 << 20;
    private static final Pattern LINE =
            Pattern.compile(
                    "\\{\"name\":\"([A-Za-z0-9./-]{1,64})\",\"bytes\":(0|[1-9][0-9]{0,8}),"
                            + "\"sha256\":\"([0-9a-f]{64})\"}");

    private final TreeMap<String, Listed> files = new TreeMap<>();

    record Listed(long bytes, Bytes sha256) {}

    void add(String name, byte[] content) {
        if (files.put(name, new Listed(content.length, Commitments.sha256(content))) != null)
            throw new IllegalArgumentException("twice in one package: " + name);
    }

    int size() {
        return files.size();
    }

    byte[] encode() {
        StringBuilder text = new StringBuilder(FIRST);
        for (Map.Entry<String, Listed> file : files.entrySet()) {
            if (!file.getKey().equals(files.firstKey())) text.append(",\n");
            text.append("{\"name\":\"").append(file.getKey());
            text.append("\",\"bytes\":").append(file.getValue().bytes());
            text.append(",\"sha256\":\"").append(file.getValue().sha256().hex()).append("\"}");
        }
        return text.append('\n').append(LAST).toString().getBytes(StandardCharsets.US_ASCII);
    }

    static Manifest parse(byte[] encoded) throws Refusal {
        String text = new String(encoded, StandardCharsets.ISO_8859_1);
        Manifest manifest = new Manifest();
        if (encoded.length > BYTES_MAX) throw malformed();
        // Of the first line and the last alone, the newline between them would count twice.
        if (text.length() <= FIRST.length() + LAST.length()
                || !text.startsWith(FIRST)
                || !text.endsWith("\n" + LAST)) throw malformed();
        String lines = text.substring(FIRST.length(), text.length() - LAST.length() - 1);
        for (String line : lines.split(",\n", -1)) {
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) throw malformed();
            Listed listed =
                    new Listed(Long.parseLong(matcher.group(2)), Bytes.ofHex(matcher.group(3)));
            if (manifest.files.put(matcher.group(1), listed) != null) throw malformed();
        }
        // In order, and in its one spelling.
        if (!new String(manifest.encode(), StandardCharsets.ISO_8859_1).equals(text))
            throw malformed();
        return manifest;
    }

    private static Refusal malformed() {
        return new Refusal("manifest", "manifest.json is not in its one form.");
    }

    /// The files that are there are those that are listed, and have the lengths that it says.
    void requireSame(NavigableMap<String, Long> sizes) throws Refusal {
        for (Map.Entry<String, Long> file : sizes.entrySet()) {
            String name = file.getKey();
            Listed listed = files.get(name);
            if (name.equals(PackageNames.MANIFEST)) continue;
            if (listed == null)
                throw new Refusal(
                        "manifest",
                        name + " is in the package and not in its manifest: it was added.");
            if (listed.bytes() != file.getValue()) throw altered(name);
        }
        for (String name : files.keySet())
            if (!sizes.containsKey(name))
                throw new Refusal(
                        "manifest",
                        PackageNames.shown(name)
                                + " is in the manifest and not in the package: it was removed.");
    }

    void require(String name, byte[] content) throws Refusal {
        Listed listed = files.get(name);
        if (listed == null || !listed.sha256().equals(Commitments.sha256(content)))
            throw altered(name);
    }

    private static Refusal altered(String name) {
        return new Refusal(
                "manifest", name + " is not the file that the manifest lists: one was altered.");
    }
}
