package redoubt.engine.form;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;

/// Reads JSON that a caller wrote about the form of an answer: bounded, with no name twice, nothing
/// after the end, and numbers as they stand there.
final class StrictReader {
    private StrictReader() {}

    /// @param depthMax how deep it may be nested
    /// @param charactersMax longest text in it
    static ObjectReader of(int depthMax, int charactersMax) {
        return JsonMapper.builder(
                        JsonFactory.builder()
                                .streamReadConstraints(
                                        StreamReadConstraints.builder()
                                                .maxNestingDepth(depthMax)
                                                .maxStringLength(charactersMax)
                                                .build())
                                .build())
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .build()
                .reader();
    }
}
