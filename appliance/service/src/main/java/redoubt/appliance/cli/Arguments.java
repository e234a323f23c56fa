package redoubt.appliance.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A command line: words, options with a value, switches. What nobody declared is refused.
final class Arguments {
    private final List<String> words = new ArrayList<>();
    private final Map<String, List<String>> options = new HashMap<>();

    /// The command line is wrong; the message says how it should be.
    static final class UsageException extends Exception {
        private static final long serialVersionUID = 1L;

        UsageException(String sentence) {
            super(sentence);
        }
    }

    private Arguments() {}

    /// @param withValue options such as `--home` that are followed by a value
    /// @param switches options such as `--json` that stand alone
    static Arguments parse(List<String> given, Set<String> withValue, Set<String> switches)
            throws UsageException {
        Arguments arguments = new Arguments();
        for (int i = 0; i < given.size(); i++) {
            String word = given.get(i);
            if (withValue.contains(word)) {
                if (++i == given.size()) throw new UsageException(word + " needs a value.");
                arguments.options.computeIfAbsent(word, _ -> new ArrayList<>()).add(given.get(i));
            } else if (switches.contains(word)) {
                arguments.options.put(word, List.of());
            } else if (word.startsWith("--")) {
                throw new UsageException("There is no option " + word + " here.");
            } else {
                arguments.words.add(word);
            }
        }
        return arguments;
    }

    boolean has(String name) {
        return options.containsKey(name);
    }

    Optional<String> value(String name) {
        return all(name).stream().reduce((_, last) -> last);
    }

    List<String> all(String name) {
        return options.getOrDefault(name, List.of());
    }

    String required(String name) throws UsageException {
        return value(name).orElseThrow(() -> new UsageException(name + " is missing."));
    }

    String word(int index, String what) throws UsageException {
        if (index >= words.size()) throw new UsageException(what + " is missing.");
        return words.get(index);
    }

    List<String> words() {
        return words;
    }

    /// The site's home: `--home`, or where `redoubt run` puts it.
    Path home() {
        return value("--home").map(Path::of).orElseGet(Arguments::usualHome).toAbsolutePath();
    }

    private static Path usualHome() {
        String data = System.getenv("XDG_DATA_HOME");
        return data != null && !data.isEmpty()
                ? Path.of(data, "redoubt")
                : Path.of(System.getProperty("user.home"), ".local", "share", "redoubt");
    }
}
