package redoubt.engine.client;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/// What form an answer must have. A token that would break it is never chosen.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Constraint.None.class, name = "none"),
    @JsonSubTypes.Type(value = Constraint.JsonObject.class, name = "json_object"),
    @JsonSubTypes.Type(value = Constraint.JsonSchema.class, name = "json_schema"),
    @JsonSubTypes.Type(value = Constraint.Grammar.class, name = "grammar")
})
public sealed interface Constraint {

    /// Any text.
    record None() implements Constraint {}

    /// Some JSON object.
    record JsonObject() implements Constraint {}

    /// JSON that this schema describes.
    ///
    /// @param schema JSON Schema, in the part of it that llama.cpp turns into a grammar
    record JsonSchema(String schema) implements Constraint {}

    /// Text of a grammar.
    ///
    /// @param gbnf in llama.cpp's notation
    record Grammar(String gbnf) implements Constraint {}

    /// Any text.
    static Constraint none() {
        return new None();
    }
}
