package redoubt.hardware;

import java.util.List;

/// One tensor of a model file, as its header tells and the file's size bears out.
///
/// @param dimensions one to four, each at least 1; the first is the row length
/// @param offset from the start of the file's tensor data
/// @param bytes size of its data
public record TensorFacts(
        String name, GgmlType type, List<Long> dimensions, long offset, long bytes) {
    public TensorFacts {
        dimensions = List.copyOf(dimensions);
    }
}
