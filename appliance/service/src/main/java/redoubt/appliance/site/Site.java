package redoubt.appliance.site;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// How the site calls itself, and the marking on its pages: `trust/site.json`, which the site may
/// edit.
///
/// @param markingTone one of neutral, green, blue, red, orange, yellow, purple
public record Site(String name, String marking, String markingTone) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static final Site EVALUATION = new Site("Redoubt", "EVALUATION SITE", "neutral");

    /// Reads the file, or makes it for an evaluation site.
    public static Site openOrCreate(Path trust) throws SiteException {
        Path file = trust.resolve("site.json");
        try {
            if (!Files.exists(file)) Durable.write(file, EVALUATION.json());
            JsonNode said = JSON.readTree(Files.readAllBytes(file));
            return new Site(
                    said.path("name").asText(EVALUATION.name()),
                    said.path("marking").asText(EVALUATION.marking()),
                    said.path("markingTone").asText(EVALUATION.markingTone()));
        } catch (IOException failure) {
            throw new SiteException(
                    SiteException.SITE,
                    "%s cannot be read: %s. It names the site and its marking; correct it, or remove it to have the one of an evaluation site made."
                            .formatted(file, failure.getMessage()),
                    failure);
        }
    }

    private byte[] json() throws IOException {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this);
    }
}
