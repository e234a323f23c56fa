package redoubt.appliance.engines;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.site.Durable;

/// What the site's administrators have decided about models. Immutable; [#read] and [#write] keep
/// it in a file of the home.
///
/// @param loadOnDemand whether a request for a model that is not loaded loads it
/// @param makeRoom whether models that are idle and not pinned are unloaded for one that needs
///   their memory
/// @param memoryMib what all engines together may plan to hold; 0 leaves it to what the host has
/// @param models by identifier; one that is not in it is as [Choice#usual] says
public record ModelSettings(
        @JsonProperty(required = true) boolean loadOnDemand,
        @JsonProperty(required = true) boolean makeRoom,
        @JsonProperty(required = true) int memoryMib,
        @JsonProperty(required = true) Map<String, Choice> models) {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES).build();

    /// What was decided about one model.
    ///
    /// @param pinned loaded at each start, and never unloaded but by an administrator
    /// @param idleMinutes unloaded after so long without a request; 0 is never
    /// @param draft the model that guesses for it, by identifier; null where there is none, and in
    ///   files of versions that knew no drafts
    public record Choice(
            @JsonProperty(required = true) boolean pinned,
            @JsonProperty(required = true) int idleMinutes,
            @Nullable String draft) {
        /// The default model is pinned, the others come and go.
        static Choice usual(boolean standard) {
            return new Choice(standard, 0, null);
        }
    }

    public ModelSettings {
        models = Map.copyOf(models);
    }

    static ModelSettings usual() {
        return new ModelSettings(true, true, 0, Map.of());
    }

    Choice of(String id, boolean standard) {
        @Nullable Choice choice = models.get(id);
        return choice == null ? Choice.usual(standard) : choice;
    }

    /// The model that guesses for this one, by identifier.
    @Nullable String draftOf(String id) {
        @Nullable Choice choice = models.get(id);
        return choice == null ? null : choice.draft();
    }

    public ModelSettings with(String id, Choice choice) {
        TreeMap<String, Choice> changed = new TreeMap<>(models);
        changed.put(id, choice);
        return new ModelSettings(loadOnDemand, makeRoom, memoryMib, changed);
    }

    /// What the file says, or what is usual where there is none.
    ///
    /// @throws IOException when it cannot be read, or is not what this software wrote
    static ModelSettings read(Path file) throws IOException {
        if (!Files.exists(file)) return usual();
        try {
            return JSON.readValue(Files.readAllBytes(file), ModelSettings.class);
        } catch (JsonProcessingException unreadable) {
            throw new IOException(
                    "%s is not what this software wrote. Restore it from a backup, or remove it: then the usual settings hold."
                            .formatted(file),
                    unreadable);
        }
    }

    void write(Path file) throws IOException {
        Durable.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
    }
}
