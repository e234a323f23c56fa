package redoubt.hardware;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Writes headers of models of any size: the weights are a hole in the file, which takes no disk.
final class ModelFile {
    private static final int ALIGNMENT = 32;

    private final Map<String, Object> metadata = new LinkedHashMap<>();
    private final List<Tensor> tensors = new ArrayList<>();

    private record Tensor(String name, GgmlType type, long[] dimensions) {}

    /// A model of the llama kind with grouped heads, like a common one of eight thousand million
    /// parameters when it is given 32 layers.
    static ModelFile llama(int layers) {
        ModelFile file =
                new ModelFile()
                        .with("general.architecture", "llama")
                        .with("general.name", "Large Test Model")
                        .with("llama.context_length", 131_072)
                        .with("llama.embedding_length", 4096)
                        .with("llama.block_count", layers)
                        .with("llama.feed_forward_length", 14_336)
                        .with("llama.attention.head_count", 32)
                        .with("llama.attention.head_count_kv", 8)
                        .tensor("token_embd.weight", GgmlType.Q4_K, 4096, 128_256)
                        .tensor("output.weight", GgmlType.Q6_K, 4096, 128_256);
        for (int i = 0; i < layers; i++) {
            file.tensor("blk." + i + ".weights", GgmlType.Q4_K, 4096, 53_000);
        }
        return file;
    }

    ModelFile with(String key, Object value) {
        metadata.put(key, value);
        return this;
    }

    ModelFile tensor(String name, GgmlType type, long... dimensions) {
        tensors.add(new Tensor(name, type, dimensions));
        return this;
    }

    Path write(Path file) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
        u32(out, 3);
        u64(out, tensors.size());
        u64(out, metadata.size());
        metadata.forEach((key, value) -> entry(out, key, value));
        long offset = 0;
        for (Tensor tensor : tensors) {
            text(out, tensor.name());
            u32(out, tensor.dimensions().length);
            long elements = 1;
            for (long dimension : tensor.dimensions()) {
                u64(out, dimension);
                elements *= dimension;
            }
            u32(out, tensor.type().code());
            u64(out, offset);
            long bytes = elements / tensor.type().blockElements() * tensor.type().blockBytes();
            offset += (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        }
        long dataStart = (out.size() + ALIGNMENT - 1L) / ALIGNMENT * ALIGNMENT;
        try (RandomAccessFile to = new RandomAccessFile(file.toFile(), "rw")) {
            to.write(out.toByteArray());
            to.setLength(dataStart + offset);
        }
        return file;
    }

    private static void entry(ByteArrayOutputStream out, String key, Object value) {
        text(out, key);
        switch (value) {
            case Integer number -> {
                u32(out, 4);
                u32(out, number);
            }
            case String words -> {
                u32(out, 8);
                text(out, words);
            }
            case List<?> numbers -> {
                u32(out, 9);
                u32(out, 4);
                u64(out, numbers.size());
                numbers.forEach(number -> u32(out, (Integer) number));
            }
            default -> throw new IllegalArgumentException(value.toString());
        }
    }

    private static void text(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        u64(out, bytes.length);
        out.writeBytes(bytes);
    }

    private static void u32(ByteArrayOutputStream out, int value) {
        out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
    }

    private static void u64(ByteArrayOutputStream out, long value) {
        out.writeBytes(
                ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
    }
}
