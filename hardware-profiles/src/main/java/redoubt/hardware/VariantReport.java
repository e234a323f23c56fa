package redoubt.hardware;

import java.util.List;

/// All variants that were tried, and the one to use.
///
/// @param chosen name of the variant to give to `Llama.open`
/// @param remembered whether this comes from an earlier probe of the same host and build
public record VariantReport(String chosen, List<VariantResult> results, boolean remembered) {
    public VariantReport {
        results = List.copyOf(results);
    }
}
