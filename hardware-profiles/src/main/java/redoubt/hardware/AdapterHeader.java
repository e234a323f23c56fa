package redoubt.hardware;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// The header of a LoRA adapter that fits a model: every matrix it changes is there, in the sizes
/// that both say. Only [#read] makes one.
///
/// @param name what the adapter calls itself, as far as it can be shown, or its file's name
/// @param alpha strength at scale 1 before it is divided by the rank; 0 where the file says none
/// @param changes names of the model's matrices that it changes, in the file's order
/// @param rankMax the largest rank of its pairs
/// @param weightBytes what its weights take in memory
public record AdapterHeader(
        String name, float alpha, List<String> changes, long rankMax, long weightBytes)
        implements AdapterReading {
    // Six more steps of a computation for each pair, and what describes them.
    private static final long BYTES_PER_PAIR = 16 * 1024;

    public AdapterHeader {
        changes = List.copyOf(changes);
    }

    /// Reads the header of the adapter in `file` and compares it with the model's.
    ///
    /// @throws IOException only when the medium fails; what is wrong with the file is an
    ///   [AdapterReading.Refused]
    public static AdapterReading read(Path file, GgufHeader model) throws IOException {
        return AdapterFiles.read(file, model);
    }

    /// What it takes in memory beside the model, made to err upwards.
    public long needsBytes() {
        return weightBytes + changes.size() * BYTES_PER_PAIR;
    }

    /// Whether it fits into what the host has to give now.
    public MemoryVerdict verdict(Host host) {
        long available = host.memory().availableBytes();
        if (needsBytes() <= available) {
            return new MemoryVerdict.Fits(
                    needsBytes(),
                    available,
                    "The adapter %s fits: it needs %s beside the model, and %s are there."
                            .formatted(
                                    name, Bytes.readable(needsBytes()), Bytes.readable(available)));
        }
        return new MemoryVerdict.DoesNotFit(
                needsBytes(),
                available,
                "The adapter %s does not fit: it needs %s beside the model, and %s are there. Nothing was loaded. Unload another adapter or model, or give the appliance more memory."
                        .formatted(name, Bytes.readable(needsBytes()), Bytes.readable(available)));
    }
}
