package redoubt.bench;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The words behind the name of a benchmark: `--name value`, each known and at most once, so that a
/// misspelt one is not minutes of measuring something else.
final class Options {
    private final Map<String, String> given = new HashMap<>();

    /// @param known names that this benchmark takes
    static Options of(List<String> words, String... known) throws BenchException {
        var options = new Options();
        var names = List.of(known);
        for (int i = 0; i < words.size(); i += 2) {
            String name = words.get(i);
            if (!names.contains(name))
                throw new BenchException(
                        "There is no option '%s' here. There are: %s."
                                .formatted(name, String.join(", ", names)));
            if (i + 1 == words.size()) throw new BenchException(name + " needs a value after it.");
            if (options.given.put(name, words.get(i + 1)) != null)
                throw new BenchException(name + " is given twice.");
        }
        return options;
    }

    String text(String name, String otherwise) {
        return given.getOrDefault(name, otherwise);
    }

    /// @return above 0
    int number(String name, int otherwise) throws BenchException {
        String text = given.get(name);
        if (text == null) return otherwise;
        try {
            int number = Integer.parseInt(text);
            if (number > 0) return number;
        } catch (NumberFormatException notANumber) {
            // Said below, like a number that is too small.
        }
        throw new BenchException("%s needs a number above 0, and got '%s'.".formatted(name, text));
    }
}
