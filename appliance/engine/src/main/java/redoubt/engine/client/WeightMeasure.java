package redoubt.engine.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import redoubt.hardware.GgufHeader;
import redoubt.hardware.GgufReading;

/// The identity of a model's weights, by which the record names it. Computed by the caller's
/// thread, in parallel with the load if it likes; reads every byte of every shard.
///
/// The combined measure of a model in one file is the SHA-256 of that file. Of a model in several
/// shards it is the SHA-256 of the ASCII text `redoubt-weights-v1`, a line feed, and then for each
/// shard in order its SHA-256 in lower-case hex and a line feed.
///
/// @param sha256 the combined measure, lower-case hex
/// @param shards the files, in order
public record WeightMeasure(String sha256, List<Shard> shards) {
    private static final int BUFFER_BYTES = 4 * 1024 * 1024;

    /// One file of the weights.
    public record Shard(String fileName, long bytes, String sha256) {}

    public WeightMeasure {
        shards = List.copyOf(shards);
    }

    /// Measures the model in `file`, with all its shards.
    ///
    /// @throws IOException when a file cannot be read, or is not a model
    public static WeightMeasure of(Path file) throws IOException {
        return switch (GgufHeader.read(file)) {
            case GgufHeader header -> ofShards(header.shards());
            case GgufReading.Refused refused -> throw new IOException(refused.sentence());
        };
    }

    /// Measures these files, in this order.
    public static WeightMeasure ofShards(List<Path> files) throws IOException {
        List<Shard> shards = new ArrayList<>();
        for (Path file : files) {
            shards.add(shard(file));
        }
        if (shards.size() == 1) {
            return new WeightMeasure(shards.getFirst().sha256(), shards);
        }
        StringBuilder text = new StringBuilder("redoubt-weights-v1\n");
        shards.forEach(shard -> text.append(shard.sha256()).append('\n'));
        MessageDigest digest = sha256Digest();
        digest.update(text.toString().getBytes(StandardCharsets.US_ASCII));
        return new WeightMeasure(HexFormat.of().formatHex(digest.digest()), shards);
    }

    private static Shard shard(Path file) throws IOException {
        MessageDigest digest = sha256Digest();
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        long bytes = 0;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (channel.read(buffer) >= 0) {
                buffer.flip();
                bytes += buffer.remaining();
                digest.update(buffer);
                buffer.clear();
            }
        }
        return new Shard(
                String.valueOf(file.getFileName()),
                bytes,
                HexFormat.of().formatHex(digest.digest()));
    }

    private static MessageDigest sha256Digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new AssertionError("every Java has SHA-256", missing);
        }
    }
}
