package redoubt.appliance.answers;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import redoubt.appliance.engines.LoadedModel;

/// What an answer depends on besides the request: weights, library, template, adapters. Kept with
/// the question, so that a replay can say what is no longer the same. Never content.
final class Conditions {
    private static final String ADAPTER = "adapter ";

    private Conditions() {}

    /// @param adapters SHA-256 by name
    static Map<String, String> of(LoadedModel model, Map<String, String> adapters) {
        TreeMap<String, String> conditions = new TreeMap<>();
        conditions.put("weights", model.sha256());
        conditions.put("build of the libraries", model.build());
        conditions.put("CPU variant", model.facts().cpuVariant());
        conditions.put("chat template", model.facts().templateSha256());
        conditions.put("tokenizer", model.facts().tokenizerSha256());
        conditions.put("context tokens", String.valueOf(model.facts().contextTokens()));
        conditions.put("threads", model.facts().threads() + "/" + model.facts().threadsBatch());
        adapters.forEach((name, sha256) -> conditions.put(ADAPTER + name, sha256));
        return conditions;
    }

    /// What differs, a sentence each.
    static List<String> differences(Map<String, String> then, Map<String, String> now) {
        List<String> differences = new ArrayList<>();
        new TreeMap<>(then)
                .forEach((name, was) -> {
                    String is = now.getOrDefault(name, "not there");
                    if (!is.equals(was))
                        differences.add("%s: was %s, is %s".formatted(name, was, is));
                });
        return differences;
    }
}
