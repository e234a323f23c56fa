package redoubt.hardware;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// What this host gives to the calling process: cores, memory, processor. Everything is read from a
/// file tree (`/proc` and `/sys`), so that a test can show a host that nobody here owns. Immutable;
/// a new detection sees new limits.
///
/// @param cores how many cores may be used, and why that many
/// @param memory how much memory may be used, and why that much
/// @param processor what the processor says it is
public record Host(Cores cores, Memory memory, Processor processor) {

    /// Reads the host whose file system starts at `root`: `/`, or a fixture. What a kernel or a
    /// container does not show limits nothing.
    ///
    /// @throws IOException when a file is there but cannot be read
    public static Host detect(Path root) throws IOException {
        HostFiles files = new HostFiles(root);
        ControlGroups groups = ControlGroups.read(files);
        return new Host(
                CoresDetection.detect(files, groups),
                MemoryDetection.detect(files, groups),
                ProcessorDetection.detect(files));
    }

    /// The same host with less memory to give.
    public Host withAvailableMemory(long bytes) {
        return new Host(cores, memory.withAvailable(bytes), processor);
    }

    /// Names this kind of host in a file name: the same processor, flags and core limit give the
    /// same text, and no serial number is in it.
    public String fingerprint() {
        String facts =
                String.join(
                        "\n",
                        processor.architecture(),
                        processor.vendor(),
                        processor.model(),
                        String.join(" ", processor.flags()),
                        Integer.toString(cores.usable()));
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(facts.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java has SHA-256", impossible);
        }
    }

    /// A few lines for a person.
    public String sentence() {
        return "%s, %s.%n%s%n%s"
                .formatted(
                        processor.model(),
                        processor.architecture(),
                        cores.reason(),
                        memory.reason());
    }
}
